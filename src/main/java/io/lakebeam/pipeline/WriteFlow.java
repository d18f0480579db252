package io.lakebeam.pipeline;

import io.lakebeam.delta.DataFileWriter;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.expectation.Verdict;
import io.lakebeam.pipeline.FlowReport.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * The end of a flow: looks at each row's verdicts, writes it into the table's files or the
 * quarantine's, counts, and hands accepted rows on to whoever reads the table. Rows are never
 * grouped; what was written is reported when the bundle ends.
 */
final class WriteFlow extends DoFn<Row, Row> {
  static final TupleTag<Row> ACCEPTED = new TupleTag<>() {};
  static final TupleTag<KV<String, Packed<FlowReport>>> REPORTS = new TupleTag<>() {};

  private static final int MOST_SAMPLES = 5;

  private final CompiledTable table;
  private final List<CompiledTable> followers;
  private final int firstVerdict;
  private final DecimalFit decimals;
  private transient Schema rowSchema;
  private transient QuarantineRows quarantineRows;
  private transient BundleWriters<Writers> bundle;

  /**
   * @param followers every table that reads this one's rows, itself or through others
   */
  WriteFlow(CompiledTable table, List<CompiledTable> followers) {
    this.table = table;
    this.followers = List.copyOf(followers);
    this.firstVerdict = table.rowSchema().columns().size();
    this.decimals = new DecimalFit(table.storedSchema());
  }

  /** One epoch's files of a bundle. */
  private static final class Writers implements AutoCloseable {
    private final DataFileWriter rows;
    private final DataFileWriter quarantine;
    private final RowCounts.Counter counter;
    private final List<Violation> violations = new ArrayList<>();

    Writers(CompiledTable table, long epoch) {
      String stem = stem(epoch);
      this.rows = new DataFileWriter(table.path(), table.storedSchema(), table.partitionBy(), stem);
      this.quarantine =
          new DataFileWriter(table.quarantinePath(), table.quarantineSchema(), List.of(), stem);
      this.counter = new RowCounts.Counter(table.rules().size());
    }

    @Override
    public void close() {
      rows.close();
      quarantine.close();
    }
  }

  static String stem(long epoch) {
    return String.format(Locale.ROOT, "%08d", epoch);
  }

  @Setup
  public void setup() {
    rowSchema = table.rowSchema().beamSchema();
    quarantineRows = new QuarantineRows(table);
    bundle = new BundleWriters<>();
  }

  @StartBundle
  public void startBundle() {
    bundle.abort();
  }

  @ProcessElement
  public void write(@Element Row row, BoundedWindow window, MultiOutputReceiver out) {
    Writers writers = bundle.of(window, w -> new Writers(table, Epochs.of(w)));
    Optional<String> misfit = decimals.problem(row);
    if (misfit.isPresent()) {
      writers.counter.addUnjudged();
      writers.quarantine.write(quarantineRows.of(decimals.fitting(row), misfit.get()));
      return;
    }
    Verdict verdict =
        Verdict.of(table.rules(), rule -> Boolean.TRUE.equals(row.getValue(firstVerdict + rule)));
    writers.counter.add(verdict);
    switch (verdict.destination()) {
      case ACCEPTED -> {
        writers.rows.write(row);
        if (!followers.isEmpty()) {
          // Readers get the row without its verdicts.
          List<Object> values = row.getValues().subList(0, firstVerdict);
          out.get(ACCEPTED).output(Row.withSchema(rowSchema).attachValues(values));
        }
      }
      case QUARANTINED ->
          writers.quarantine.write(quarantineRows.of(row, verdict.failedNames(table.rules())));
      case FAILED -> {
        if (writers.violations.size() < MOST_SAMPLES) {
          String rules = String.join(", ", verdict.failedNames(table.rules()));
          writers.violations.add(new Violation(rules, describe(row)));
        }
      }
      case DROPPED -> {}
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, writers) -> {
          FlowReport report =
              new FlowReport(
                  table.name(),
                  writers.rows.finish(),
                  writers.quarantine.finish(),
                  writers.counter.counts(),
                  writers.violations);
          context.output(REPORTS, FlowReport.keyed(report), window.maxTimestamp(), window);
          if (report.counts().failed() > 0) {
            for (CompiledTable follower : followers) {
              FlowReport waiting = FlowReport.waiting(follower, table.name());
              context.output(REPORTS, FlowReport.keyed(waiting), window.maxTimestamp(), window);
            }
          }
        });
  }

  @Teardown
  public void teardown() {
    if (bundle != null) {
      bundle.abort();
    }
  }

  private String describe(Row row) {
    int columns = table.columns().columns().size();
    StringBuilder text = new StringBuilder(String.valueOf(row.<Object>getValue(columns + 1)));
    for (int i = 0; i < columns; i++) {
      Object value = row.getValue(i);
      if (value != null) {
        text.append(i == 0 ? ": " : ", ").append(rowSchema.nameOf(i)).append('=').append(value);
      }
    }
    return text.toString();
  }
}
