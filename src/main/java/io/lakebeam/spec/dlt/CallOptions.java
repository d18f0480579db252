package io.lakebeam.spec.dlt;

import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The options of a call that reads files or a topic: each is asked for, passed over or refused. */
final class CallOptions {
  private static final Set<String> TRUE = Set.of("true", "1");

  private final Call call;
  private final Findings findings;
  private final Set<String> used = new HashSet<>();

  CallOptions(Call call, Findings findings) {
    this.call = call;
    this.findings = findings;
  }

  /** The option of a name in any case. */
  Optional<Piece> get(String name) {
    for (Map.Entry<String, Piece> option : call.options().entrySet()) {
      if (option.getKey().equalsIgnoreCase(name)) {
        used.add(option.getKey());
        return Optional.of(option.getValue());
      }
    }
    return Optional.empty();
  }

  /** Those that begin with a word and have not been asked for, without that word. */
  Map<String, Piece> below(String prefix) {
    Map<String, Piece> below = new LinkedHashMap<>();
    call.options()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix) && used.add(name)) {
                below.put(name.substring(prefix.length()), value);
              }
            });
    return below;
  }

  boolean isTrue(String name) {
    return get(name)
        .filter(value -> TRUE.contains(value.text().toLowerCase(Locale.ROOT)))
        .isPresent();
  }

  /** Refuses an option that has this value. */
  void refuse(String name, String value, String cause, String fix) {
    get(name)
        .filter(said -> said.text().equalsIgnoreCase(value))
        .ifPresent(said -> refused(said.at(), name + " cannot be " + value, cause, fix));
  }

  /**
   * Refuses what nobody has asked for: an option that nobody knows may mean other rows.
   *
   * @param passedOver in small letters, what changes no row
   * @param known what a misspelled one may mean
   */
  void refuseOthers(Set<String> passedOver, Set<String> known) {
    for (String name : call.options().keySet()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (used.contains(name) || passedOver.contains(lower)) {
        continue;
      }
      boolean isPattern = lower.equals("dateformat") || lower.equals("timestampformat");
      refused(
          call.optionsAt().get(name),
          "the option " + name + " is not known here",
          isPattern ? "dates and times are read as ISO 8601" : "rows might be read otherwise",
          isPattern
              ? "declare the column as STRING, and write to_date(column, pattern) in the query"
              : NearestName.question(lower, known) + "leave it out, if it does not matter");
    }
  }

  /** Nothing, and a problem that says why. */
  <T> Optional<T> refused(SourceLocation at, String problem, String cause, String fix) {
    findings.problem(new Problem(at, problem, cause, fix));
    return Optional.empty();
  }
}
