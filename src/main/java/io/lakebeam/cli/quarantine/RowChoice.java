package io.lakebeam.cli.quarantine;

import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.review.DeletedRow;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import picocli.CommandLine.Mixin;

/** Says which rows a command changes: those of some ids, those that meet a filter, or both. */
final class RowChoice {
  private static final int MOST_TOLD = 5;

  /** What the parameter of a command says that means rows. */
  static final String IDS =
      "Rows as list shows them, or how their ids begin. Default: all that are meant.";

  @Mixin private FilterOptions filter;

  /**
   * The filter.
   *
   * @throws UsageException when it names what is not there
   */
  RowFilter filter(QuarantineReader reader, Clock clock) {
    return filter.of(reader, clock);
  }

  /**
   * True for rows whose id is asked for, or for all when none is, in the state that is asked for.
   *
   * @throws UsageException when there is no such state
   */
  Predicate<QuarantinedRow> of(List<String> ids, RowStates states) {
    return filter
        .inState(states)
        .and(row -> ids.isEmpty() || ids.stream().anyMatch(row.id()::startsWith));
  }

  /**
   * Goes on when each id that was typed means one row.
   *
   * @throws UsageException when one means none, or several
   */
  static void requireOne(List<String> ids, QuarantineReader reader, CompiledPipeline pipeline) {
    if (ids.isEmpty()) {
      return;
    }
    Map<String, Set<String>> found = new HashMap<>();
    reader.read(
        RowFilter.ALL,
        false,
        row ->
            ids.stream()
                .filter(row.id()::startsWith)
                .forEach(id -> found.computeIfAbsent(id, i -> new TreeSet<>()).add(row.id())));
    for (String id : ids) {
      Set<String> rows = found.getOrDefault(id, Set.of());
      if (id.isBlank() || rows.isEmpty()) {
        throw new UsageException(
            DeletedRow.told(pipeline, id)
                .orElse(
                    "no refused row has an id that begins with "
                        + id
                        + "; lakebeam quarantine list shows the ids"));
      }
      if (rows.size() > 1) {
        throw new UsageException(
            "several rows have an id that begins with "
                + id
                + ": "
                + String.join(", ", rows.stream().limit(MOST_TOLD).toList())
                + (rows.size() > MOST_TOLD ? ", ..." : ""));
      }
    }
  }
}
