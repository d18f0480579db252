package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.SourceException;
import io.lakebeam.sql.TableQuery;
import io.lakebeam.sql.catalyst.operator.ChannelRun;
import io.lakebeam.sql.catalyst.operator.EpochTime;
import io.lakebeam.sql.catalyst.operator.GroupTooLargeException;
import io.lakebeam.sql.catalyst.operator.KeyedRows;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What has rows and sends them on: to the operators of each level, or to the result.
 *
 * @param <I> what it has the rows of
 */
abstract class ExchangeFn<I> extends DoFn<I, KV<String, Packed<ComputedPart>>> {
  private final RegisterLookups lookups;
  private final Payload<HashMap<String, ComputedView>> views;
  private final List<TupleTag<KV<String, Packed<RowBatch>>>> levels;
  private final TupleTag<KV<String, Packed<ComputedPart>>> parts;
  private transient Map<String, Prepared> prepared;

  /**
   * @param levels where rows go to, by the level of their operator; the last one is the result
   * @param parts where it goes what the commit has to know
   */
  ExchangeFn(
      RegisterLookups lookups,
      Payload<HashMap<String, ComputedView>> views,
      List<TupleTag<KV<String, Packed<RowBatch>>>> levels,
      TupleTag<KV<String, Packed<ComputedPart>>> parts) {
    this.lookups = lookups;
    this.views = views;
    this.levels = List.copyOf(levels);
    this.parts = parts;
  }

  @Setup
  public void setup() {
    prepared = new HashMap<>();
  }

  Prepared prepared(String view) {
    return prepared.computeIfAbsent(view, name -> new Prepared(views.get().get(name)));
  }

  /** Gives a node's rows. */
  interface Rows {
    /**
     * @return how many rows were read
     */
    long give(Consumer<InternalRow> out);
  }

  /**
   * Sends a node's rows on; when the query fails on one, the view is told instead.
   *
   * @param touched keys of the rows that are sent, as bytes; null for all
   * @param scans that end here
   * @param read rows that were read before
   */
  void send(
      Computation of,
      int node,
      @Nullable ArrayList<byte[]> touched,
      int scans,
      long read,
      Rows rows,
      BoundedWindow window,
      MultiOutputReceiver out) {
    Prepared view = prepared(of.view());
    try {
      lookups.register(Epochs.of(window), of.lookedUp());
    } catch (SourceException e) {
      if (e.code() != ErrorCode.INPUT_CHANGED) {
        throw e;
      }
      tell(of, new ComputedPart.Broken(e.told().in("view " + of.view())), out);
      return;
    }
    EpochTime.set(of.plannedAt());
    OperatorPlan.Channel channel = view.channel(node);
    TupleTag<KV<String, Packed<RowBatch>>> to = levels.get(view.level(channel, levels.size()) - 1);
    Batches batches =
        new Batches(
            of,
            channel.side(),
            channel.to() == OperatorPlan.RESULT ? view.partition() : null,
            (bucket, batch) -> output(out, to, of.bucket(channel.to(), bucket), batch));
    ChannelRun run = view.run(node);
    run.begin(of.buckets(), batches, filter(view, touched));
    try {
      long own = rows.give(row -> take(run, row));
      guarded(run::finish);
      batches.finish(scans, read + own);
    } catch (QueryFailedException e) {
      tell(of, new ComputedPart.Broken(e.told(of.view())), out);
    }
  }

  private static void output(
      MultiOutputReceiver out,
      TupleTag<KV<String, Packed<RowBatch>>> to,
      String bucket,
      RowBatch batch) {
    try {
      out.get(to).output(KV.of(bucket, Packed.of(batch)));
    } catch (RuntimeException e) {
      throw new RunnerFailedException(e);
    }
  }

  private static KeyedRows.@Nullable Filter filter(
      Prepared view, @Nullable ArrayList<byte[]> touched) {
    return touched == null
        ? null
        : KeyedRows.Filter.ofSent(touched, view.view().key().orElseThrow());
  }

  /** Where rows of the result go. */
  TupleTag<KV<String, Packed<RowBatch>>> result() {
    return levels.get(levels.size() - 1);
  }

  /** Lets an operator begin, whether or not it gets rows. */
  void begin(Computation of, MultiOutputReceiver out) {
    Prepared view = prepared(of.view());
    for (int node : view.plan().operators()) {
      out.get(levels.get(view.plan().level(node) - 1))
          .output(KV.of(of.bucket(node, 0), Packed.of(nothing(of, 0))));
    }
    out.get(levels.get(levels.size() - 1))
        .output(KV.of(of.bucket(OperatorPlan.RESULT, 0), Packed.of(nothing(of, 1))));
  }

  private static RowBatch nothing(Computation of, int scans) {
    return new RowBatch(of, 0, scans, 0, 0, 0, 0, new byte[0]);
  }

  private static void take(ChannelRun run, InternalRow row) {
    guarded(() -> run.take(row));
  }

  /** What fails in it is the query's. */
  static void guarded(Runnable work) {
    try {
      work.run();
    } catch (QueryFailedException | RunnerFailedException e) {
      throw e;
    } catch (Throwable e) {
      throw new QueryFailedException(e);
    }
  }

  void tell(Computation of, ComputedPart part, MultiOutputReceiver out) {
    out.get(parts).output(KV.of(of.view(), Packed.of(part)));
  }

  /** The runner cannot take what it is given: that is no view's fault. */
  private static final class RunnerFailedException extends RuntimeException {
    RunnerFailedException(RuntimeException reason) {
      super(reason.getMessage(), reason);
    }
  }

  /** A query fails on a row, or on rows that have met. */
  static final class QueryFailedException extends RuntimeException {
    private final Optional<GroupTooLargeException> tooLarge;

    QueryFailedException(Throwable reason) {
      super(TableQuery.failure(reason), reason);
      this.tooLarge =
          reason instanceof GroupTooLargeException e ? Optional.of(e) : Optional.empty();
    }

    Problem told(String view) {
      return tooLarge
          .map(
              e ->
                  Problem.of(
                      ErrorCode.VALUE_TOO_LARGE,
                      "view " + view + ": " + e.function() + " has no room any more",
                      e.getMessage(),
                      e.type().equals("BIGINT")
                          ? "sum it up with more digits: SUM(CAST(... AS DECIMAL(38,0)))"
                          : "let it have fewer digits, for instance SUM(CAST(... AS DOUBLE))"))
          .orElseGet(
              () ->
                  Problem.of(
                      ErrorCode.QUERY_FAILED,
                      "the query of view " + view + " fails on a row",
                      getMessage(),
                      "guard the expression in the view's query, for instance with TRY_CAST or"
                          + " NULLIF"));
    }
  }
}
