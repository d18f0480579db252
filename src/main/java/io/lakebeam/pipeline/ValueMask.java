package io.lakebeam.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lakebeam.pipeline.replay.QueryFailure;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Hides values of rows from those who look at them: of columns and fields of some names, at any
 * depth and in any case, and what errors quote. NULL is shown.
 *
 * @param names in lower case
 */
public record ValueMask(Set<String> names) implements Serializable {
  /** What is shown in place of a value. */
  public static final String MASKED = "***";

  /** Hides nothing. */
  public static final ValueMask NONE = new ValueMask(Set.of());

  private static final String CUT = "…";

  /** Numbers keep all their digits. */
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  /** What an engine or a library says may quote anything anywhere, but for the class of errors. */
  private static final Pattern ENGINE =
      Pattern.compile(
          "(?s)("
              + Pattern.quote(QueryFailure.BEGINNING)
              + "|rule [^:]*: )?(\\[[A-Z][A-Z0-9_.]*])?(.*)");

  private static final Pattern LIBRARY =
      Pattern.compile(
          "(?s)(no Avro record of the declared schema|no message [^\\s:]+"
              + "|cannot be (?:read|unpacked) as \\w+): .*");

  private static final Pattern FOUND = Pattern.compile("(?s),? (found|at byte)\\b.*");
  private static final Pattern QUOTED = Pattern.compile("(?s)['\"].*");
  private static final Pattern NUMBER = Pattern.compile("(?<![\\p{L}\\d_.-])[+-]?\\d[\\w.,:+-]*");

  public ValueMask {
    names = Set.copyOf(names);
  }

  /** Hides what either hides. */
  public ValueMask and(ValueMask other) {
    Set<String> all = new HashSet<>(names);
    all.addAll(other.names);
    return new ValueMask(all);
  }

  /** True when nothing is hidden. */
  public boolean isEmpty() {
    return names.isEmpty();
  }

  /** True when the values of a column or field are hidden; a dot leads into a struct. */
  public boolean hides(String name) {
    String small = name.toLowerCase(Locale.ROOT);
    return names.contains(small) || names.contains(small.substring(small.lastIndexOf('.') + 1));
  }

  /**
   * A value as it is shown.
   *
   * @param column or field, which has it; empty for none
   * @param value as {@link io.lakebeam.row.JavaValues} has it
   * @param hidden gets the texts that are not shown
   */
  public @Nullable Object value(String column, @Nullable Object value, Set<String> hidden) {
    if (value == null || isEmpty()) {
      return value;
    }
    if (hides(column)) {
      remember(value, hidden);
      return MASKED;
    }
    if (value instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> shown = new LinkedHashMap<>();
      map.forEach((key, each) -> shown.put(key, value(String.valueOf(key), each, hidden)));
      return shown;
    }
    if (value instanceof Collection<?> list) {
      List<@Nullable Object> shown = new ArrayList<>();
      list.forEach(each -> shown.add(value("", each, hidden)));
      return shown;
    }
    return value instanceof String text ? json(text, hidden).orElse(text) : value;
  }

  /**
   * A text of JSON as it is shown, its fields by their names.
   *
   * @param hidden gets the texts that are not shown
   * @return empty when it is no object and no array
   */
  public Optional<String> json(String text, Set<String> hidden) {
    return parsed(text)
        .map(
            json -> {
              JsonNode shown = shown(json, hidden);
              // Blanks and the like stay where nothing is hidden.
              return shown.equals(json) ? text : shown.toString();
            });
  }

  private static Optional<JsonNode> parsed(String text) {
    String begins = text.stripLeading();
    if (!begins.startsWith("{") && !begins.startsWith("[")) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(MAPPER.readTree(text));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private JsonNode shown(JsonNode node, Set<String> hidden) {
    if (node instanceof ObjectNode object) {
      ObjectNode shown = MAPPER.createObjectNode();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (hides(field.getKey()) && !field.getValue().isNull()) {
          remember(field.getValue(), hidden);
          shown.put(field.getKey(), MASKED);
        } else {
          shown.set(field.getKey(), shown(field.getValue(), hidden));
        }
      }
      return shown;
    }
    if (node instanceof ArrayNode array) {
      ArrayNode shown = MAPPER.createArrayNode();
      array.forEach(each -> shown.add(shown(each, hidden)));
      return shown;
    }
    return node.isTextual()
        ? json(node.textValue(), hidden).<JsonNode>map(TextNode::valueOf).orElse(node)
        : node;
  }

  private static void remember(Object value, Set<String> hidden) {
    if (value instanceof JsonNode node && node.isContainerNode()) {
      node.forEach(each -> remember(each, hidden));
    } else if (value instanceof JsonNode node) {
      hidden.add(node.asText());
    } else if (value instanceof Map<?, ?> map) {
      map.values().stream().filter(each -> each != null).forEach(each -> remember(each, hidden));
    } else if (value instanceof Collection<?> list) {
      list.stream().filter(each -> each != null).forEach(each -> remember(each, hidden));
    } else if (value instanceof byte[] bytes) {
      hidden.add(new String(bytes, StandardCharsets.UTF_8));
    } else {
      hidden.add(value instanceof BigDecimal number ? number.toPlainString() : value.toString());
    }
  }

  /**
   * An error as it is shown: of what a query, a function or a library says only the class, of all
   * others what stands before the value that they quote.
   *
   * @param hidden texts that are not shown
   */
  public String error(String error, Set<String> hidden) {
    if (isEmpty() || error.isEmpty()) {
      return error;
    }
    Matcher engine = ENGINE.matcher(error);
    if (engine.matches() && (engine.group(1) != null || engine.group(2) != null)) {
      return Optional.ofNullable(engine.group(1)).orElse("")
          + Optional.ofNullable(engine.group(2)).map(each -> each + " ").orElse("")
          + CUT;
    }
    String shown = LIBRARY.matcher(error).replaceFirst("$1");
    shown = FOUND.matcher(shown).replaceFirst("");
    shown = QUOTED.matcher(shown).replaceFirst(CUT);
    // The longest first: one may be a part of another.
    for (String each :
        hidden.stream()
            .filter(text -> !text.isBlank())
            .sorted(Comparator.comparingInt(String::length).reversed())
            .toList()) {
      shown =
          Pattern.compile(
                  "(?<![\\p{L}\\d])" + Pattern.quote(each) + "(?![\\p{L}\\d])",
                  Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
              .matcher(shown)
              .replaceAll(Matcher.quoteReplacement(MASKED));
    }
    return NUMBER.matcher(shown).replaceAll(CUT);
  }

  /**
   * Why something cannot be read, as it is shown.
   *
   * @param problem that it cannot, in words of ours
   */
  public String unreadable(String problem, String cause) {
    return isEmpty() || !LIBRARY.matcher(problem + ": ").find() ? error(cause, Set.of()) : "";
  }

  /** What a condition over rows has failed with, as it is shown: the class of the error. */
  public String failure(String error) {
    Matcher engine = ENGINE.matcher(error);
    return isEmpty() || !engine.matches()
        ? error
        : Optional.ofNullable(engine.group(2)).map(each -> each + " ").orElse("") + CUT;
  }

  /**
   * What somebody has written who saw a text as it is shown: what is hidden there is as it was.
   *
   * @param shown the text as it was shown
   * @param stored the text as it is
   * @return empty when nobody can say what was in the place of a mask
   */
  public Optional<String> restored(String written, String shown, String stored) {
    return written.contains(MASKED)
        ? restored(
                TextNode.valueOf(written), TextNode.valueOf(shown), TextNode.valueOf(stored), false)
            .map(JsonNode::textValue)
        : Optional.of(written);
  }

  /**
   * The same of a value.
   *
   * @param column that has it
   */
  public Optional<JsonNode> restored(
      String column, JsonNode written, JsonNode shown, JsonNode stored) {
    return isEmpty() ? Optional.of(written) : restored(written, shown, stored, hides(column));
  }

  /**
   * @param shown null where there was nothing, and so {@code stored}
   * @param isHidden true within what is not shown
   */
  private Optional<JsonNode> restored(
      JsonNode written, @Nullable JsonNode shown, @Nullable JsonNode stored, boolean isHidden) {
    if (stored != null && (written.equals(shown) || written.equals(stored))) {
      return Optional.of(stored);
    }
    if (written instanceof ObjectNode object) {
      return restored(object, shown, stored, isHidden);
    }
    if (written instanceof ArrayNode array) {
      return restored(array, shown, stored, isHidden);
    }
    if (!written.isTextual() || !written.textValue().contains(MASKED)) {
      return Optional.of(written);
    }
    boolean hasHidden = isHidden || shown != null && !shown.equals(stored);
    Optional<JsonNode> inWritten = parsed(written.textValue());
    if (inWritten.isPresent()) {
      JsonNode inShown = inText(shown);
      boolean isAllHidden = isHidden || hasHidden && inShown == null;
      return restored(inWritten.get(), inShown, inText(stored), isAllHidden)
          .map(each -> TextNode.valueOf(each.toString()));
    }
    boolean wasThere = stored != null && stored.isTextual() && stored.textValue().contains(MASKED);
    boolean isMask = hasHidden || written.textValue().strip().equals(MASKED);
    return isMask && !wasThere ? Optional.empty() : Optional.of(written);
  }

  private static @Nullable JsonNode inText(@Nullable JsonNode text) {
    return text == null || !text.isTextual() ? null : parsed(text.textValue()).orElse(null);
  }

  private Optional<JsonNode> restored(
      ObjectNode written, @Nullable JsonNode shown, @Nullable JsonNode stored, boolean isHidden) {
    ObjectNode restored = MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> field : written.properties()) {
      String name = field.getKey();
      Optional<JsonNode> value =
          restored(
              field.getValue(),
              shown == null ? null : shown.get(name),
              stored == null ? null : stored.get(name),
              isHidden || hides(name));
      if (value.isEmpty()) {
        return value;
      }
      restored.set(name, value.get());
    }
    return Optional.of(restored);
  }

  private Optional<JsonNode> restored(
      ArrayNode written, @Nullable JsonNode shown, @Nullable JsonNode stored, boolean isHidden) {
    // Of a list with more or fewer elements nobody knows which is which.
    boolean isAligned =
        shown != null
            && stored != null
            && shown.size() == written.size()
            && stored.size() == written.size();
    ArrayNode restored = MAPPER.createArrayNode();
    for (int i = 0; i < written.size(); i++) {
      Optional<JsonNode> value =
          restored(
              written.get(i),
              isAligned ? shown.get(i) : null,
              isAligned ? stored.get(i) : null,
              isHidden);
      if (value.isEmpty()) {
        return value;
      }
      restored.add(value.get());
    }
    return Optional.of(restored);
  }
}
