package io.lakebeam.review;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.quarantine.QuarantinedRow;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What a rule has seen of a row. */
public final class SeenValues {
  private SeenValues() {}

  /** The values of the columns that a rule names. */
  public static Map<String, @Nullable Object> of(Expectation rule, QuarantinedRow row) {
    Map<String, @Nullable Object> seen = new LinkedHashMap<>();
    Map<String, @Nullable Object> all = new LinkedHashMap<>(row.values());
    all.put("_ingested_at", row.plannedAt().orElse(null));
    all.put("_source", row.source());
    all.put("_position", row.position());
    all.forEach(
        (column, value) -> {
          Pattern name =
              Pattern.compile(
                  "(?<![\\w.])" + Pattern.quote(column) + "(?!\\w)", Pattern.CASE_INSENSITIVE);
          if (name.matcher(rule.condition()).find()) {
            seen.put(column, value);
          }
        });
    return seen;
  }
}
