package io.lakebeam.quarantine;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A row of a quarantine.
 *
 * @param id names it among all rows of the pipeline's quarantines; the same each time it is read
 * @param table whose quarantine has it
 * @param quarantine the name of that quarantine
 * @param source the name of the source of its record; empty when nothing says it
 * @param position where the record stands in the source; empty when nothing says it
 * @param plannedAt when the epoch that has put it there was planned; empty when nothing says it
 * @param epoch that has put it there; empty where another engine has written the file again
 * @param failedRules names of rules that it breaks; none when it is there for another reason
 * @param error the other reason, or what rules could not be computed for; empty for none
 * @param raw the record as text; empty when it is no text, or was not kept
 * @param rawBytes the record's bytes, where text cannot show them; null elsewhere
 * @param values of the table's columns, by name, as {@link io.lakebeam.row.JavaValues} has them;
 *     none where they were not asked for
 */
public record QuarantinedRow(
    String id,
    String table,
    String quarantine,
    String source,
    String position,
    Optional<Instant> plannedAt,
    Optional<Long> epoch,
    List<String> failedRules,
    String error,
    String raw,
    byte @Nullable [] rawBytes,
    Map<String, @Nullable Object> values) {
  public QuarantinedRow {
    failedRules = List.copyOf(failedRules);
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Why it is there, in a line: the rules that it breaks, and what else was wrong. */
  public String reason() {
    String rules = String.join(", ", failedRules);
    return rules.isEmpty() || error.isEmpty() ? rules + error : rules + " (" + error + ")";
  }
}
