package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.catalyst.Evaluation;
import io.lakebeam.sql.catalyst.MemoryTables;
import io.lakebeam.sql.catalyst.RowBytes;
import io.lakebeam.sql.catalyst.RowKey;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A channel at work, with code generated for it; for one thread. Rows are added up on their way
 * where the operator they go to can take them so.
 */
public final class ChannelRun {
  private final OperatorPlan.Channel channel;

  /** Rows that every bucket has to see are sent so often at most. */
  private static final int MOST_OF_ALL = 4;

  private final boolean isOfAll;
  private int buckets;
  private Outlet outlet;
  private KeyedRows.@Nullable Filter only;
  private final Evaluation steps;
  private final RowBytes packed;
  private final RowBytes whole;
  private final @Nullable RowKey key;
  private final GroupWork.@Nullable Sums sums;
  private final LimitWork.@Nullable First first;

  /** Takes rows at the end of a channel. */
  public interface Outlet {
    /**
     * @param row good until this returns
     */
    void take(int bucket, UnsafeRow row);
  }

  /**
   * Generates the code.
   *
   * @param tables those that are joined with
   */
  public ChannelRun(OperatorPlan plan, OperatorPlan.Channel channel, MemoryTables tables) {
    this.channel = channel;
    this.steps = new Evaluation(channel.steps(), tables);
    OperatorPlan.Node to =
        channel.to() == OperatorPlan.RESULT ? null : plan.nodes().get(channel.to());
    this.isOfAll = to instanceof Operator.Join join && join.leftKeys().isEmpty();
    this.sums =
        to instanceof Operator.Group group && group.isOfParts() ? new GroupWork.Sums(group) : null;
    this.first = to instanceof Operator.Limit limit ? new LimitWork.First(limit) : null;
    this.packed =
        new RowBytes(sums == null ? channel.columns() : GroupWork.partTypes((Operator.Group) to));
    this.whole = sums == null ? packed : new RowBytes(channel.columns());
    this.key = channel.spread() == OperatorPlan.Spread.BY_KEYS ? new RowKey(channel.keys()) : null;
  }

  /**
   * Begins with no row.
   *
   * @param of how many buckets the operator has that the channel leads to
   * @param to takes the rows
   * @param wanted the rows that are sent; null for all
   */
  public void begin(int of, Outlet to, KeyedRows.@Nullable Filter wanted) {
    only = wanted;
    buckets = isOfAll ? Math.min(of, MOST_OF_ALL) : of;
    outlet = to;
    if (sums != null) {
      sums.clear();
    }
    if (first != null) {
      first.clear();
    }
  }

  /** Takes a row of the node; whatever fails on it is thrown. */
  public void take(InternalRow row) {
    steps.take(row, this::give);
  }

  /** Gives the rows that a row becomes on its way, and sends none. */
  void follow(InternalRow row, Consumer<UnsafeRow> out) {
    steps.take(row, result -> out.accept(whole.of(result)));
  }

  private void give(InternalRow row) {
    if (only != null && !only.contains(row)) {
      return;
    }
    if (sums != null) {
      sums.add(row);
      if (sums.isFull()) {
        finish();
      }
    } else if (first != null) {
      first.add(packed.of(row));
    } else {
      send(row);
    }
  }

  private void send(InternalRow row) {
    UnsafeRow bytes = packed.of(row);
    switch (channel.spread()) {
      case BY_KEYS -> outlet.take(Math.floorMod(key.of(row).hashCode(), buckets), bytes);
      case ANYWHERE -> outlet.take(Math.floorMod(bytes.hashCode(), buckets), bytes);
      case EVERYWHERE -> {
        for (int bucket = 0; bucket < buckets; bucket++) {
          outlet.take(bucket, bytes);
        }
      }
      case TOGETHER -> outlet.take(0, bytes);
    }
  }

  /** Sends what is kept back. */
  public void finish() {
    if (sums != null) {
      sums.flush(this::send);
    }
    if (first != null) {
      first.flush(row -> outlet.take(0, row));
    }
  }

  /** Rows of constants. */
  public static void values(Leaf.Values values, Consumer<InternalRow> out) {
    for (byte[] bytes : values.rows()) {
      UnsafeRow row = new UnsafeRow(values.columns());
      row.pointTo(bytes, bytes.length);
      out.accept(row);
    }
  }
}
