package io.lakebeam.cli.quarantine;

import io.lakebeam.cli.argument.PointInTime;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.lake.Condition;
import io.lakebeam.lake.UsageException;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.sql.RuleProgram;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import picocli.CommandLine.Option;

/** Says which rows are meant; what is given has to be met together. */
final class FilterOptions {
  @Option(
      names = "--table",
      paramLabel = "T",
      split = "\\s*,\\s*",
      splitSynopsisLabel = ",",
      description = "Rows that this table has refused; may be repeated.")
  private Set<String> tables = new LinkedHashSet<>();

  @Option(
      names = "--rule",
      paramLabel = "NAME",
      split = "\\s*,\\s*",
      splitSynopsisLabel = ",",
      description = "Rows that break this rule; may be repeated: one of them will do.")
  private Set<String> rules = new LinkedHashSet<>();

  @Option(names = "--source", paramLabel = "S", description = "Records of this source.")
  private String source = "";

  @Option(
      names = "--position",
      paramLabel = "TEXT",
      description = "Records whose position begins so: a topic, a partition, a file.")
  private String position = "";

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Refused by an epoch that was planned then or later: 2026-01-31, 2026-01-31T12:00:00Z, or"
              + " 2h for two hours ago. Times are UTC.")
  private String since;

  @Option(names = "--until", paramLabel = "TIME", description = "Planned before that.")
  private String until;

  @Option(names = "--epoch", paramLabel = "N", description = "Refused by this epoch.")
  private Long epoch;

  @Option(
      names = "--error",
      paramLabel = "TEXT",
      description = "Rows whose error has this text in it, in any case.")
  private String error = "";

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description =
          "Rows for which this condition over the quarantine's columns is TRUE; name one --table"
              + " whose columns they are.")
  private String where;

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      description =
          "Rows of which that is told: open, replaying, replayed, failed_again, dropped, left_out or"
              + " discarded; closed means all but the first two.")
  private String status = "";

  /**
   * True for rows in the state that is asked for.
   *
   * @throws UsageException when there is no such state
   */
  Predicate<QuarantinedRow> inState(RowStates states) {
    if (!RowStates.State.isKnown(status)) {
      throw new UsageException(
          "--status "
              + status
              + ": there are "
              + String.join(", ", RowStates.State.words())
              + " and closed");
    }
    return row -> states.of(row).isIn(status);
  }

  /**
   * The filter.
   *
   * @throws UsageException when it names what is not there
   */
  RowFilter of(QuarantineReader reader, Clock clock) {
    for (String table : tables) {
      requireTable(table, reader);
    }
    if (where != null && tables.size() != 1) {
      throw new UsageException(
          "--where is a condition over the columns of one table: name it with --table");
    }
    Optional<Function<TableSchema, RuleProgram>> condition =
        Optional.ofNullable(where).map(text -> schema -> Condition.of(text, schema).over(schema));
    return new RowFilter(
        tables,
        rules,
        source,
        position,
        Optional.ofNullable(since).map(text -> PointInTime.of("--since", text, clock)),
        Optional.ofNullable(until).map(text -> PointInTime.of("--until", text, clock)),
        Optional.ofNullable(epoch),
        error,
        "",
        condition);
  }

  private static void requireTable(String name, QuarantineReader reader) {
    Set<String> known = reader.tables().keySet();
    if (!known.contains(name)) {
      throw new UsageException(
          "the pipeline has no quarantine of a table "
              + name
              + "; "
              + NearestName.question(name, known)
              + "its tables are "
              + String.join(", ", known));
    }
  }
}
