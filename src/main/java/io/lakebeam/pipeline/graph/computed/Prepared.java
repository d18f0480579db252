package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.sql.TableQuery;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.operator.ChannelRun;
import io.lakebeam.sql.catalyst.operator.Operator;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import io.lakebeam.sql.catalyst.operator.OperatorWork;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A view's operators at work on one worker, with the code generated once; for one thread. */
final class Prepared {
  private final ComputedView view;
  private final OperatorPlan plan;
  private final boolean isAlone;
  private final Map<Integer, OperatorWork> works = new HashMap<>();
  private final Map<Integer, ChannelRun> runs = new HashMap<>();

  Prepared(ComputedView view) {
    this.view = view;
    this.plan = view.query().operators().unpack();
    this.isAlone = view.lookups().isEmpty();
  }

  ComputedView view() {
    return view;
  }

  /** By which rows of the result lie together; null where the view has no partitions. */
  @Nullable RowKey partition() {
    return view.partitionBy().isEmpty() ? null : RowKey.of(view.columns(), view.partitionBy());
  }

  OperatorPlan plan() {
    return plan;
  }

  OperatorWork work(int node) {
    return works.computeIfAbsent(node, number -> ((Operator) plan.nodes().get(number)).work());
  }

  /** The way of a node's rows. */
  OperatorPlan.Channel channel(int node) {
    List<OperatorPlan.Channel> from = plan.from(node);
    if (from.size() != 1) {
      throw new IllegalStateException(from.size() + " channels from node " + node);
    }
    return from.get(0);
  }

  /** The level of the operator that a channel leads to; that behind the last one for the result. */
  int level(OperatorPlan.Channel channel, int levels) {
    return channel.to() == OperatorPlan.RESULT ? levels : plan.level(channel.to());
  }

  ChannelRun run(int node) {
    // Tables in memory are others in each epoch.
    return isAlone ? runs.computeIfAbsent(node, this::newRun) : newRun(node);
  }

  private ChannelRun newRun(int node) {
    return new ChannelRun(plan, channel(node), TableQuery.tables());
  }
}
