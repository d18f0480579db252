package io.lakebeam.quarantine;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.RuleProgram;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Which rows of quarantines are meant: those that meet all of it.
 *
 * @param tables whose quarantines; none for all
 * @param rules of which a row breaks one at least; none for any reason
 * @param source empty for any
 * @param position what a position begins with; empty for any
 * @param since when its epoch was planned at the earliest; empty for any time
 * @param until when its epoch was planned, exclusive; empty for any time
 * @param epoch empty for any
 * @param error what the error has in it, in any case; empty for any
 * @param id what an id begins with; empty for any
 * @param condition makes a condition over the columns of a quarantine; empty for none
 */
public record RowFilter(
    Set<String> tables,
    Set<String> rules,
    String source,
    String position,
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<Long> epoch,
    String error,
    String id,
    Optional<Function<TableSchema, RuleProgram>> condition) {
  /** All rows. */
  public static final RowFilter ALL =
      new RowFilter(
          Set.of(),
          Set.of(),
          "",
          "",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          "",
          "",
          Optional.empty());

  public RowFilter {
    tables = Set.copyOf(tables);
    rules = Set.copyOf(rules);
  }

  /** Rows whose id begins so. */
  public static RowFilter ofId(String id) {
    return new RowFilter(
        Set.of(),
        Set.of(),
        "",
        "",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        id,
        Optional.empty());
  }

  /**
   * Rows of a table that were refused before a time.
   *
   * @param time exclusive
   */
  static RowFilter refusedBefore(String table, Instant time) {
    return new RowFilter(
        Set.of(table),
        Set.of(),
        "",
        "",
        Optional.empty(),
        Optional.of(time),
        Optional.empty(),
        "",
        "",
        Optional.empty());
  }

  boolean isOf(String table) {
    return tables.isEmpty() || tables.contains(table);
  }

  /** True but for the condition, which is asked of the stored row. */
  boolean takes(QuarantinedRow row) {
    return row.id().startsWith(id)
        && (rules.isEmpty() || row.failedRules().stream().anyMatch(rules::contains))
        && (source.isEmpty() || source.equals(row.source()))
        && row.position().startsWith(position)
        && (since.isEmpty() || row.plannedAt().filter(at -> !at.isBefore(since.get())).isPresent())
        && (until.isEmpty() || row.plannedAt().filter(at -> at.isBefore(until.get())).isPresent())
        && (epoch.isEmpty() || epoch.equals(row.epoch()))
        && row.error().toLowerCase(Locale.ROOT).contains(error.toLowerCase(Locale.ROOT));
  }
}
