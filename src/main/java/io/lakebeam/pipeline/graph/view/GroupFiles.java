package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.sorted.Slots;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.delta.view.NoRoomException;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.AdditiveView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.flow.BundleWriters;
import io.lakebeam.pipeline.graph.flow.Shortened;
import io.lakebeam.pipeline.graph.flow.StoppedAtException;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.SourceException;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.catalyst.SparkProblem;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/**
 * Reads files for views, asks the view's query of each row, and adds up the groups of a bundle, so
 * that groups are what is shuffled and not rows. Gives groups to the slots they are of, and tells
 * the commit what was read.
 */
public final class GroupFiles
    extends DoFn<ViewPart.File, KV<KV<String, Integer>, Packed<ViewPart.OfSlot>>> {
  /** So many groups of a bundle are in memory. */
  private static final int MOST_GROUPS = 100_000;

  private final RegisterLookups lookups;
  private final Payload<HashMap<String, AdditiveView>> views;
  private final Payload<HashMap<String, ViewTable>> tables;
  private transient BundleWriters<Run> bundle;
  private transient Map<String, Groups> none;

  /**
   * @param views by name
   * @param tables of these, by name
   */
  public GroupFiles(
      RegisterLookups lookups, Map<String, AdditiveView> views, Map<String, ViewTable> tables) {
    this.lookups = lookups;
    this.views = Payload.of(new HashMap<>(views));
    this.tables = Payload.of(new HashMap<>(tables));
  }

  /** What a bundle has of a refresh. */
  private static final class Sum {
    private final Groups groups;
    private final Slots slots;
    private int files;
    private long rows;
    private long sent;

    Sum(Groups groups, Slots slots) {
      this.groups = groups;
      this.slots = slots;
    }
  }

  /** Which refresh of which view. */
  private record Key(String view, String refresh) {}

  /** What a bundle has of an epoch. */
  private static final class Run implements AutoCloseable {
    private final Map<Key, Sum> sums = new LinkedHashMap<>();
    private final Map<String, RowProgram.Evaluator> queries = new HashMap<>();
    private final Map<String, ViewPart.Broken> errors = new LinkedHashMap<>();

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
  public void read(@Element ViewPart.File file, BoundedWindow window, MultiOutputReceiver out) {
    Run run = bundle.of(window, w -> new Run());
    try {
      lookups.register(Epochs.of(window), file.lookedUp());
    } catch (SourceException e) {
      if (e.code() != ErrorCode.INPUT_CHANGED) {
        throw e;
      }
      run.errors.putIfAbsent(file.view(), new ViewPart.Broken(e.told().in("view " + file.view())));
      return;
    }
    AdditiveView view = views.get().get(file.view());
    Sum sum =
        run.sums.computeIfAbsent(
            new Key(file.view(), file.refresh()),
            key -> {
              Groups groups = none(file.view());
              return new Sum(groups, groups.slots(file.slots()));
            });
    RowProgram.Evaluator query =
        run.queries.computeIfAbsent(file.view(), name -> view.query().rows().evaluator());
    sum.files++;
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(
            view.upstreamPath(), file.file(), view.upstreamSchema(), view.query().reads())) {
      // A view that is left behind needs no more of its rows.
      while (rows.hasNext() && !run.errors.containsKey(file.view())) {
        InternalRow row = rows.next();
        Optional<ViewPart.Broken> error = add(sum, query, row, view);
        error.ifPresent(broken -> run.errors.putIfAbsent(file.view(), broken));
        if (sum.groups.size() >= MOST_GROUPS) {
          send(file.view(), file.refresh(), sum, out.get(RefreshViews.SLOTS)::output);
        }
      }
    } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
      throw StoppedAtException.of("view " + file.view() + ", file " + file.file().path(), e);
    }
  }

  private Groups none(String view) {
    return none.computeIfAbsent(view, name -> tables.get().get(name).groups()).none();
  }

  /** Sends what is added up on its way. */
  private static void send(
      String view,
      String refresh,
      Sum sum,
      Consumer<KV<KV<String, Integer>, Packed<ViewPart.OfSlot>>> out) {
    sum.groups.drain(
        sum.slots,
        (slot, batch) -> {
          sum.sent += batch.groups();
          out.accept(
              KV.of(
                  KV.of(view, slot),
                  Packed.of(new ViewPart.OfSlot(refresh, List.of(), false, List.of(batch)))));
        });
  }

  private static Optional<ViewPart.Broken> add(
      Sum sum, RowProgram.Evaluator query, InternalRow row, AdditiveView view) {
    try {
      query.evaluate(
          row,
          result -> {
            sum.groups.add(result);
            sum.rows++;
          });
      return Optional.empty();
    } catch (NoRoomException e) {
      return Optional.of(new ViewPart.Broken(e.told().in("view " + view.name())));
    } catch (RowProgram.RowFailedException e) {
      return Optional.of(broken(e.getMessage(), row, view));
    } catch (RuntimeException e) { // of Spark's aggregates, whatever they cannot take
      return Optional.of(broken(SparkProblem.of(e).message(), row, view));
    }
  }

  private static ViewPart.Broken broken(String error, InternalRow row, AdditiveView view) {
    return new ViewPart.Broken(
        Problem.of(
            ErrorCode.QUERY_FAILED,
            "the query of view " + view.name() + " fails on a row",
            error + ", on " + Shortened.ofRow(row, view.query().reads(), view.upstreamSchema()),
            "guard the expression in the view's query, for instance with TRY_CAST or NULLIF"));
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, run) -> {
          run.sums.forEach(
              (key, sum) -> {
                send(
                    key.view(),
                    key.refresh(),
                    sum,
                    part ->
                        context.output(RefreshViews.SLOTS, part, window.maxTimestamp(), window));
                ViewPart read = new ViewPart.Read(key.refresh(), sum.files, sum.rows, sum.sent);
                context.output(
                    RefreshViews.COMMITS,
                    KV.of(key.view(), Packed.of(read)),
                    window.maxTimestamp(),
                    window);
              });
          run.errors.forEach(
              (view, error) ->
                  context.output(
                      RefreshViews.COMMITS,
                      KV.of(view, Packed.of((ViewPart) error)),
                      window.maxTimestamp(),
                      window));
        });
  }
}
