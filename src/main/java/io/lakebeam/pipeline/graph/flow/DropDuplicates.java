package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.expectation.RowCounts;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.NaturalOrder;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Deduplication;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.held.KeptRows;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.row.BeamRows;
import io.lakebeam.row.Packed;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.RowKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/**
 * Takes a bucket of an epoch's rows through a table and the flows that follow, but for those that
 * the table has already. Of two in the epoch the first by position stays.
 */
public final class DropDuplicates
    extends DoFn<KV<Integer, Iterable<Row>>, KV<String, Packed<FlowReport>>> {
  private final LedgerPlace ledgerPlace;
  private final BeamRows rows;
  private final Payload<CompiledTable> takingTable;
  private final Payload<FlowTree> tree;
  private final HandedOut.Outputs handedOut;
  private final RegisterLookups lookups;
  private transient BundleWriters<Run> bundle;
  private transient CompiledTable table;
  private transient RowFields fields;
  private transient RowKey keys;
  private transient long keptFor;
  private transient KeptRows kept;

  /**
   * @param rows that the table would take
   * @param tree of one branch, into the table
   * @param handedOut outputs for relations that transforms read
   */
  public DropDuplicates(
      LedgerPlace ledgerPlace,
      BeamRows rows,
      CompiledTable table,
      FlowTree tree,
      HandedOut.Outputs handedOut,
      RegisterLookups lookups) {
    this.ledgerPlace = ledgerPlace;
    this.rows = rows;
    this.takingTable = Payload.of(table);
    this.tree = Payload.of(tree);
    this.handedOut = handedOut;
    this.lookups = lookups;
  }

  /** What a bundle has of an epoch. */
  private static final class Run implements AutoCloseable {
    private final FlowRun flows;
    private long duplicates;

    Run(FlowRun flows) {
      this.flows = flows;
    }

    @Override
    public void close() {
      flows.close();
    }
  }

  @Setup
  public void setup() {
    bundle = new BundleWriters<>();
    table = takingTable.get();
    fields = new RowFields(table.rowSchema());
    keys = RowKey.of(table.rowSchema(), table.deduplication().orElseThrow().by());
  }

  @StartBundle
  public void startBundle() {
    bundle.abort();
  }

  @ProcessElement
  public void take(
      @Element KV<Integer, Iterable<Row>> bucket, BoundedWindow window, MultiOutputReceiver out) {
    Run run = bundle.of(window, this::open);
    lookups.lookUp();
    run.flows.handOutTo(handedOut.to(out));
    Deduplication rule = table.deduplication().orElseThrow();
    KeptRows before = kept(Epochs.of(window));
    Map<ByteBuffer, NavigableSet<Long>> taken = new HashMap<>();
    for (InternalRow row : inOrder(bucket.getValue())) {
      Object time = fields.value(row, rule.of());
      if (!(time instanceof Long micros)) {
        run.flows.row(row); // at no time, so near to none
        continue;
      }
      byte[] key = keys.bytes(row);
      NavigableSet<Long> times =
          taken.computeIfAbsent(ByteBuffer.wrap(key), unknown -> new TreeSet<>());
      if (KeptRows.isNear(times, micros, rule.within()) || before.has(key, micros)) {
        run.duplicates++;
      } else {
        times.add(micros);
        run.flows.row(row);
      }
    }
  }

  private List<InternalRow> inOrder(Iterable<Row> bucket) {
    List<InternalRow> ordered = new ArrayList<>();
    bucket.forEach(row -> ordered.add(rows.fromBeam(row)));
    ordered.sort(
        Comparator.<InternalRow, String>comparing(
                row -> String.valueOf(fields.text(row, HiddenColumns.SOURCE.name())))
            .thenComparing(
                row -> String.valueOf(fields.text(row, HiddenColumns.POSITION.name())),
                NaturalOrder.OF_TEXTS));
    return ordered;
  }

  private KeptRows kept(long epoch) {
    if (kept == null || keptFor != epoch) {
      kept =
          KeptRows.inThisJvm(
              table, ledgerPlace.ledger().joinedVersion(epoch, table.versionName()), epoch);
      keptFor = epoch;
    }
    return kept;
  }

  private Run open(BoundedWindow window) {
    lookups.register(Epochs.of(window));
    return new Run(new FlowRun(tree.get(), Epochs.of(window)));
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, run) ->
            reports(run)
                .forEach(
                    report ->
                        context.output(
                            FlowReport.counted(report.of(FlowReport.Origin.MIXED)),
                            window.maxTimestamp(),
                            window)));
  }

  /** The table's rows are counted where they were judged, as if it took them all. */
  private List<FlowReport> reports(Run run) {
    int rules = table.rules().size();
    List<FlowReport> reports = new ArrayList<>();
    for (FlowReport report : run.flows.finish()) {
      reports.add(
          report.table().equals(table.name()) ? report.counting(RowCounts.none(rules)) : report);
    }
    if (run.duplicates > 0) {
      reports.add(
          new FlowReport(
              table.name(),
              List.of(),
              List.of(),
              RowCounts.duplicates(run.duplicates, rules),
              List.of()));
    }
    return reports;
  }

  @Teardown
  public void teardown() {
    if (bundle != null) {
      bundle.abort();
    }
  }
}
