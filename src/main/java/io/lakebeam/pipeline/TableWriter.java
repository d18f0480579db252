package io.lakebeam.pipeline;

import io.lakebeam.delta.DataFileWriter;
import io.lakebeam.delta.RowFit;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.expectation.Verdict;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.pipeline.FlowReport.Violation;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a bundle writes of one table and epoch: looks at each row's verdicts, writes it into the
 * table's files or the quarantine's, and counts. Nothing of it is in the table before its report is
 * committed.
 */
final class TableWriter implements AutoCloseable {
  private static final int MOST_SAMPLES = 5;
  private static final int SHOWN_CHARACTERS = 200;

  private final CompiledTable table;
  private final int firstVerdict;
  private final RowFields fields;
  private final RowFit fit;
  private final QuarantineRows quarantineRows;
  private final DataFileWriter rows;
  private final DataFileWriter quarantine;
  private final RowCounts.Counter counter;
  private final List<Violation> violations = new ArrayList<>();

  TableWriter(CompiledTable table, long epoch) {
    this.table = table;
    this.firstVerdict = table.rowSchema().columns().size();
    this.fields = new RowFields(table.rowSchema());
    this.fit = new RowFit(table.storedSchema(), table.partitionBy());
    this.quarantineRows = new QuarantineRows(table);
    String stem = stem(epoch);
    this.rows = new DataFileWriter(table.path(), table.storedSchema(), table.partitionBy(), stem);
    this.quarantine =
        new DataFileWriter(table.quarantinePath(), table.quarantineSchema(), List.of(), stem);
    this.counter = new RowCounts.Counter(table.rules().size());
  }

  /** What the names of an epoch's files begin with. */
  static String stem(long epoch) {
    return String.format(Locale.ROOT, "%08d", epoch);
  }

  /**
   * Takes a row in.
   *
   * @return true when the table accepts it
   */
  boolean write(JudgedRow judged) {
    InternalRow row = judged.row();
    Optional<String> misfit = fit.problem(row);
    if (misfit.isPresent()) {
      counter.addUnjudged();
      quarantine.write(quarantineRows.ofMisfit(row, misfit.get()));
      return false;
    }
    Verdict verdict =
        Verdict.of(
            table.rules(),
            rule -> !row.isNullAt(firstVerdict + rule) && row.getBoolean(firstVerdict + rule));
    counter.add(verdict);
    switch (verdict.destination()) {
      case ACCEPTED -> rows.write(row);
      case QUARANTINED ->
          quarantine.write(
              quarantineRows.of(
                  row, verdict.failedNames(table.rules()), judged.error(table.rules())));
      case FAILED -> {
        if (violations.size() < MOST_SAMPLES) {
          String rules = String.join(", ", verdict.failedNames(table.rules()));
          violations.add(new Violation(rules, describe(judged)));
        }
      }
      case DROPPED -> {}
    }
    return verdict.destination() == Verdict.Destination.ACCEPTED;
  }

  /**
   * Where a row is, for people: the table and, as far as it says so, the record.
   *
   * @param input of the columns of the row, which is one that the table's flow reads
   */
  String place(RowFields input, InternalRow row) {
    String position = input.text(row, HiddenColumns.POSITION.name());
    return "table " + table.name() + (position == null ? "" : ", record " + position);
  }

  /** Takes in a record that never became a row of the table. */
  void reject(RejectedRow rejected) {
    counter.addUnjudged();
    quarantine.write(quarantineRows.of(rejected));
  }

  FlowReport finish() {
    return new FlowReport(
        table.name(), rows.finish(), quarantine.finish(), counter.counts(), violations);
  }

  /** Throws away what is not finished. */
  @Override
  public void close() {
    rows.close();
    quarantine.close();
  }

  private String describe(JudgedRow judged) {
    InternalRow row = judged.row();
    int columns = table.columns().columns().size();
    StringBuilder text = new StringBuilder(String.valueOf(fields.value(row, columns + 1)));
    for (int i = 0; i < columns; i++) {
      Column column = fields.columns().get(i);
      Object value = JavaValues.of(fields.value(row, i), column.type());
      if (value != null) {
        text.append(i == 0 ? ": " : ", ")
            .append(column.name())
            .append('=')
            .append(Shortened.of(value.toString(), SHOWN_CHARACTERS));
      }
    }
    String error = judged.error(table.rules());
    return error == null ? text.toString() : text.append(" (").append(error).append(')').toString();
  }
}
