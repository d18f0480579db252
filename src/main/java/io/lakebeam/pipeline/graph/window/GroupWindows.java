package io.lakebeam.pipeline.graph.window;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.delta.view.NoRoomException;
import io.lakebeam.epoch.Closing;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.flow.BundleWriters;
import io.lakebeam.pipeline.graph.flow.Shortened;
import io.lakebeam.pipeline.graph.flow.StoppedAtException;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.sql.WindowQuery;
import io.lakebeam.sql.catalyst.SparkProblem;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/**
 * Reads files for tables of windows: rows of windows that are closed now are grouped, new rows of
 * windows that were closed before are counted, all others wait.
 */
public final class GroupWindows extends DoFn<WindowPart.File, KV<String, Packed<WindowPart>>> {
  private final RegisterLookups lookups;
  private final Payload<HashMap<String, CompiledWindows>> windows;
  private transient BundleWriters<Run> bundle;
  private transient Map<String, Groups> none;

  public GroupWindows(RegisterLookups lookups, Map<String, CompiledWindows> windows) {
    this.lookups = lookups;
    this.windows = Payload.of(new HashMap<>(windows));
  }

  /** What a bundle has of a table. */
  private static final class Sum {
    private final Groups groups;
    private int files;
    private long late;

    Sum(Groups groups) {
      this.groups = groups;
    }
  }

  private record Key(String table, Closing closing) {}

  /** What a bundle has of an epoch. */
  private static final class Run implements AutoCloseable {
    private final Map<Key, Sum> sums = new LinkedHashMap<>();
    private final Map<String, RowProgram.Evaluator> queries = new HashMap<>();
    private final Map<String, WindowPart.Broken> errors = new LinkedHashMap<>();

    @Override
    public void close() {
      // Sums hold nothing open.
    }
  }

  @Setup
  public void setup() {
    bundle = new BundleWriters<>();
    none = new HashMap<>();
  }

  @StartBundle
  public void startBundle() {
    bundle.abort();
  }

  @ProcessElement
  public void read(@Element WindowPart.File file, BoundedWindow epoch) {
    lookups.register(Epochs.of(epoch));
    Run run = bundle.of(epoch, w -> new Run());
    CompiledWindows table = windows.get().get(file.table());
    ViewQuery query = table.query().groups();
    Sum sum =
        run.sums.computeIfAbsent(
            new Key(file.table(), file.closing()), key -> new Sum(none(table)));
    RowProgram.Evaluator rows =
        run.queries.computeIfAbsent(file.table(), name -> query.rows().evaluator());
    sum.files++;
    try (CloseableIterator<InternalRow> read =
        DataFileReader.read(
            table.upstreamPath(), file.file(), table.upstreamSchema(), query.reads())) {
      // A table that is left behind needs no more of its rows.
      while (read.hasNext() && !run.errors.containsKey(file.table())) {
        take(file, sum, rows, read.next(), table)
            .ifPresent(broken -> run.errors.putIfAbsent(file.table(), broken));
      }
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw StoppedAtException.of("table " + file.table() + ", file " + file.file().path(), e);
    }
  }

  private Groups none(CompiledWindows table) {
    return none.computeIfAbsent(table.name(), name -> new Groups(table.query().groups())).none();
  }

  private static Optional<WindowPart.Broken> take(
      WindowPart.File file,
      Sum sum,
      RowProgram.Evaluator query,
      InternalRow row,
      CompiledWindows table) {
    Closing closing = file.closing();
    try {
      query.evaluate(
          row,
          result -> {
            long end = result.getLong(WindowQuery.END);
            if (end <= closing.before()) {
              sum.late += file.isNew() ? 1 : 0;
            } else if (end <= closing.until() && file.isGrouped()) {
              sum.groups.add(result);
            }
          });
      return Optional.empty();
    } catch (NoRoomException e) {
      return Optional.of(new WindowPart.Broken(e.told().in("table " + table.name())));
    } catch (RowProgram.RowFailedException e) {
      return Optional.of(broken(e.getMessage(), row, table));
    } catch (RuntimeException e) { // of Spark's aggregates, whatever they cannot take
      return Optional.of(broken(SparkProblem.of(e).message(), row, table));
    }
  }

  private static WindowPart.Broken broken(String error, InternalRow row, CompiledWindows table) {
    return new WindowPart.Broken(
        Problem.of(
            ErrorCode.QUERY_FAILED,
            "the query of table " + table.name() + " fails on a row",
            error
                + ", on "
                + Shortened.ofRow(row, table.query().groups().reads(), table.upstreamSchema()),
            "guard the expression in the query, for instance with TRY_CAST or NULLIF"));
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (epoch, run) -> {
          run.sums.forEach(
              (key, sum) -> {
                WindowPart part =
                    new WindowPart.Part(key.closing(), sum.files, sum.groups.parts(), sum.late);
                context.output(KV.of(key.table(), Packed.of(part)), epoch.maxTimestamp(), epoch);
              });
          run.errors.forEach(
              (table, error) ->
                  context.output(
                      KV.of(table, Packed.of((WindowPart) error)), epoch.maxTimestamp(), epoch));
        });
  }
}
