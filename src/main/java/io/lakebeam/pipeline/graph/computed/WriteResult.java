package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.delta.file.RowFit;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.expectation.Verdict;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.flow.Shortened;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.RuleProgram;
import io.lakebeam.sql.catalyst.RowOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** Judges the rows of a bucket of the result, and writes them into files. */
final class WriteResult
    extends DoFn<KV<String, Iterable<Packed<RowBatch>>>, KV<String, Packed<ComputedPart>>> {
  /** So many rows are put into order before they are written: files say what they have then. */
  private static final int ORDERED = 200_000;

  private static final int MOST_SAMPLES = 5;

  private final Payload<HashMap<String, ComputedView>> views;
  private transient Map<String, Writing> writings;

  WriteResult(Payload<HashMap<String, ComputedView>> views) {
    this.views = views;
  }

  /** What is generated for a view. */
  private static final class Writing {
    private final RuleProgram.Judge judge;
    private final RowFit fit;
    private final RowOrder order;

    Writing(ComputedView view) {
      TableSchema columns = view.columns();
      this.judge = view.verdicts().judge();
      this.fit = new RowFit(columns, view.partitionBy());
      this.order =
          RowOrder.total(
              List.of(),
              columns.columns().stream().map(column -> SparkTypes.of(column.type())).toList());
    }
  }

  @Setup
  public void setup() {
    writings = new HashMap<>();
  }

  @ProcessElement
  public void write(
      @Element KV<String, Iterable<Packed<RowBatch>>> bucket,
      BoundedWindow window,
      OutputReceiver<KV<String, Packed<ComputedPart>>> out) {
    Computation of = bucket.getValue().iterator().next().unpack().of();
    ComputedView view = views.get().get(of.view());
    Writing writing = writings.computeIfAbsent(view.name(), name -> new Writing(view));
    try (DataFileWriter files =
        new DataFileWriter(
            view.path(), view.columns(), view.partitionBy(), Epochs.stem(Epochs.of(window)))) {
      Result result = new Result(view, writing, files);
      int scans = 0;
      long read = 0;
      for (Packed<RowBatch> each : bucket.getValue()) {
        RowBatch batch = each.unpack();
        scans += batch.scans();
        read += batch.read();
        batch.forEach(result::take);
      }
      result.flush();
      ComputedPart part =
          result.misfit.isPresent()
              ? new ComputedPart.Broken(misfit(view.name(), result.misfit.get()))
              : new ComputedPart.Written(
                  of.refresh(),
                  scans,
                  read,
                  result.counter.counts(),
                  result.violated,
                  new ArrayList<>(files.finish()));
      out.output(KV.of(view.name(), Packed.of(part)));
    }
  }

  private static Problem misfit(String view, String why) {
    return Problem.of(
        ErrorCode.VALUE_TOO_LARGE,
        "a row of view " + view + " cannot be stored",
        why,
        "let the query give values that fit, for instance with a CASE around the expression");
  }

  /** Rows that are judged and written. */
  private static final class Result {
    private final ComputedView view;
    private final Writing writing;
    private final DataFileWriter files;
    private final RowCounts.Counter counter;
    private final ArrayList<String> violated = new ArrayList<>();
    private final List<UnsafeRow> rows = new ArrayList<>();
    private Optional<String> misfit = Optional.empty();

    Result(ComputedView view, Writing writing, DataFileWriter files) {
      this.view = view;
      this.writing = writing;
      this.files = files;
      this.counter = new RowCounts.Counter(view.rules().size());
    }

    void take(UnsafeRow row) {
      if (misfit.isPresent()) {
        return;
      }
      RuleProgram.Verdicts verdicts = writing.judge.of(row);
      Verdict verdict = Verdict.of(view.rules(), rule -> verdicts.passes()[rule]);
      counter.add(verdict);
      if (verdict.destination() == Verdict.Destination.FAILED && violated.size() < MOST_SAMPLES) {
        violated.add(
            String.join(", ", verdict.failedNames(view.rules()))
                + ": "
                + Shortened.ofRow(row, view.columns().names(), view.columns()));
      }
      if (verdict.destination() == Verdict.Destination.ACCEPTED) {
        misfit = writing.fit.problem(row);
        rows.add(row.copy());
        if (rows.size() >= ORDERED) {
          flush();
        }
      }
    }

    void flush() {
      rows.sort(writing.order);
      rows.forEach(files::write);
      rows.clear();
    }
  }
}
