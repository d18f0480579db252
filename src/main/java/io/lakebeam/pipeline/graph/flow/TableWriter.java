package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.delta.file.RowFit;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.expectation.Verdict;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.graph.flow.FlowReport.Violation;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.RuleProgram;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a bundle writes of one table and epoch: looks at each row's verdicts, writes it into the
 * table's files or the quarantine's, and counts. Nothing of it is in the table before its report is
 * committed.
 */
public final class TableWriter implements AutoCloseable {
  private static final int MOST_SAMPLES = 5;
  private static final int SHOWN_CHARACTERS = 200;

  private final CompiledTable table;
  private final Manner manner;
  private final RuleProgram.Judge judge;
  private final RowFields fields;
  private final RowFit fit;
  private final QuarantineRows quarantineRows;
  private final DataFileWriter rows;
  private final DataFileWriter quarantine;
  private final RowCounts.Counter counter;
  private final List<Violation> violations = new ArrayList<>();

  TableWriter(CompiledTable table, long epoch, Manner manner) {
    this.table = table;
    this.manner = manner;
    this.judge = table.verdicts().judge();
    this.fields = new RowFields(table.rowSchema());
    this.fit = new RowFit(table.storedSchema(), table.partitionBy());
    this.quarantineRows = new QuarantineRows(table);
    String stem = Epochs.stem(epoch);
    this.rows = new DataFileWriter(table.path(), table.storedSchema(), table.partitionBy(), stem);
    this.quarantine =
        new DataFileWriter(table.quarantinePath(), table.quarantineSchema(), List.of(), stem);
    this.counter = new RowCounts.Counter(table.rules().size());
  }

  /** How rows are taken in. */
  enum Manner {
    /** As rows come. */
    USUAL,
    /**
     * As somebody has asked for who reviews a quarantine: a row that would stop the update is
     * quarantined, for nothing else is to wait for it.
     */
    AGAIN,
    /** As {@link #AGAIN}, and only counted. */
    TRIAL
  }

  /**
   * Takes a row in.
   *
   * @return true when the table accepts it
   */
  public boolean write(InternalRow row) {
    if (!judge(row)) {
      return false;
    }
    if (manner != Manner.TRIAL) {
      rows.write(row);
    }
    return true;
  }

  /**
   * Judges a row, and writes it unless the table accepts it.
   *
   * @return true when the table accepts it
   */
  boolean judge(InternalRow row) {
    Optional<String> misfit = fit.problem(row);
    if (misfit.isPresent()) {
      counter.addUnjudged();
      quarantine(() -> quarantineRows.ofMisfit(row, misfit.get()));
      return false;
    }
    RuleProgram.Verdicts verdicts = judge.of(row);
    Verdict judged = Verdict.of(table.rules(), rule -> verdicts.passes()[rule]);
    Verdict verdict = manner == Manner.USUAL ? judged : judged.forgiven();
    counter.add(verdict);
    switch (verdict.destination()) {
      case QUARANTINED ->
          quarantine(
              () -> quarantineRows.of(row, judged.failedNames(table.rules()), error(verdicts)));
      case FAILED -> {
        if (violations.size() < MOST_SAMPLES) {
          String rules = String.join(", ", verdict.failedNames(table.rules()));
          violations.add(new Violation(rules, describe(row, verdicts)));
        }
      }
      case ACCEPTED, DROPPED -> {}
    }
    return verdict.destination() == Verdict.Destination.ACCEPTED;
  }

  /**
   * Where a row is, for people: the table and, as far as it says so, the record.
   *
   * @param input of the columns of the row, which is one that the table's flow reads
   */
  public String place(RowFields input, InternalRow row) {
    String position = input.text(row, HiddenColumns.POSITION.name());
    return "table " + table.name() + (position == null ? "" : ", record " + position);
  }

  /** Takes in a record that never became a row of the table. */
  public void reject(RejectedRow rejected) {
    counter.addUnjudged();
    quarantine(() -> quarantineRows.of(rejected));
  }

  private void quarantine(Supplier<InternalRow> row) {
    if (manner != Manner.TRIAL) {
      quarantine.write(row.get());
    }
  }

  /** What was counted so far. */
  RowCounts counts() {
    return counter.counts();
  }

  public FlowReport finish() {
    return new FlowReport(
        table.name(), rows.finish(), quarantine.finish(), counter.counts(), violations);
  }

  /** Throws away what is not finished. */
  @Override
  public void close() {
    rows.close();
    quarantine.close();
  }

  /** What rules failed with, in their order, as a sentence for people; null when none did. */
  private @Nullable String error(RuleProgram.Verdicts verdicts) {
    return verdicts.errors().isEmpty()
        ? null
        : new TreeMap<>(verdicts.errors())
            .entrySet().stream()
                .map(e -> "rule " + table.rules().get(e.getKey()).name() + ": " + e.getValue())
                .collect(Collectors.joining("; "));
  }

  private String describe(InternalRow row, RuleProgram.Verdicts verdicts) {
    int columns = table.columns().columns().size();
    Set<String> hidden = new HashSet<>();
    StringBuilder text = new StringBuilder(String.valueOf(fields.value(row, columns + 1)));
    for (int i = 0; i < columns; i++) {
      Column column = fields.columns().get(i);
      Object value =
          table
              .mask()
              .value(column.name(), JavaValues.of(fields.value(row, i), column.type()), hidden);
      if (value != null) {
        text.append(i == 0 ? ": " : ", ")
            .append(column.name())
            .append('=')
            .append(Shortened.of(value.toString(), SHOWN_CHARACTERS));
      }
    }
    String error = error(verdicts);
    return error == null
        ? text.toString()
        : text.append(" (").append(table.mask().error(error, hidden)).append(')').toString();
  }
}
