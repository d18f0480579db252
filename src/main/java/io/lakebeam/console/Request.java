package io.lakebeam.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.console.ConsoleAccess.Role;
import io.lakebeam.lake.UsageException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What somebody asks of the console.
 *
 * @param path behind {@code /api}, in its parts
 * @param query parameters of the URL
 * @param body an object; empty where there is none
 * @param role what whoever asks may do
 */
record Request(List<String> path, Map<String, String> query, JsonNode body, Role role) {
  /** The text of a parameter; empty when it is not given. */
  String text(String name) {
    return query.getOrDefault(name, "").strip();
  }

  /** The words of a parameter, which commas divide. */
  Set<String> words(String name) {
    return Arrays.stream(text(name).split(","))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * A whole number, within bounds.
   *
   * @throws UsageException when it is none
   */
  int number(String name, int otherwise, int most) {
    String text = text(name);
    if (text.isEmpty()) {
      return otherwise;
    }
    return (int) Math.min(most, whole(name).orElse((long) otherwise));
  }

  /**
   * A whole number; empty when it is not given.
   *
   * @throws UsageException when it is none
   */
  Optional<Long> whole(String name) {
    String text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new UsageException(name + " is a whole number, not '" + text + "'");
    }
    return Optional.of(Long.valueOf(text));
  }

  /**
   * A day or a time of UTC; empty when it is not given.
   *
   * @throws UsageException when it is none
   */
  Optional<Instant> time(String name) {
    return time(name, text(name));
  }

  static Optional<Instant> time(String name, String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          text.contains("T")
              ? Instant.parse(text)
              : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());
    } catch (DateTimeParseException e) {
      throw new UsageException(
          name + ": '" + text + "' is no time such as 2026-01-31 or 2026-01-31T12:00:00Z");
    }
  }

  /** The text of a member of the body; empty when there is none. */
  String given(String name) {
    return body.path(name).asText("").strip();
  }
}
