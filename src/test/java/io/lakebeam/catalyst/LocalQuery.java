package io.lakebeam.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.MemoryTables;
import io.lakebeam.sql.catalyst.operator.ChannelRun;
import io.lakebeam.sql.catalyst.operator.Leaf;
import io.lakebeam.sql.catalyst.operator.Operator;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import io.lakebeam.sql.catalyst.operator.OperatorWork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Computes a query of any shape in this thread.
 *
 * @param tables rows by table, with all columns
 * @param names of the columns of all tables
 * @param types of these columns
 * @param buckets of each operator
 * @param cuts into how many parts the rows of a table are read
 */
record LocalQuery(
    OperatorPlan plan,
    Map<String, List<InternalRow>> tables,
    List<String> names,
    List<DataType> types,
    int buckets,
    int cuts) {
  List<InternalRow> rows() {
    List<InternalRow> result = new ArrayList<>();
    Map<Integer, List<ChannelRun>> known = new HashMap<>();
    Map<List<Integer>, List<UnsafeRow>> sent = new HashMap<>();
    for (int node = 0; node < plan.nodes().size(); node++) {
      OperatorPlan.Node each = plan.nodes().get(node);
      if (each instanceof Leaf.Values values) {
        give(known, node, result, sent, out -> ChannelRun.values(values, out));
      } else if (each instanceof Leaf.Table table) {
        List<InternalRow> all = tables.get(table.name());
        for (int cut = 0; cut < cuts; cut++) {
          int of = cut;
          give(
              known,
              node,
              result,
              sent,
              out ->
                  IntStream.range(0, all.size())
                      .filter(i -> i % cuts == of)
                      .mapToObj(all::get)
                      .map(row -> selected(row, table.columns()))
                      .forEach(out));
        }
      } else {
        OperatorWork work = ((Operator) each).work();
        for (int bucket = 0; bucket < buckets; bucket++) {
          int of = bucket;
          int at = node;
          give(
              known,
              node,
              result,
              sent,
              out ->
                  work.run(
                      (side, taker) ->
                          sent.getOrDefault(List.of(at, side, of), List.of()).forEach(taker),
                      of == 0,
                      out));
        }
      }
    }
    return result;
  }

  private InternalRow selected(InternalRow row, List<String> columns) {
    Object[] values =
        columns.stream()
            .map(names::indexOf)
            .map(i -> row.isNullAt(i) ? null : row.get(i, types.get(i)))
            .toArray();
    return new GenericInternalRow(values);
  }

  private List<ChannelRun> runs(int node) {
    return plan.from(node).stream()
        .map(channel -> new ChannelRun(plan, channel, new MemoryTables(Map.of())))
        .toList();
  }

  private void give(
      Map<Integer, List<ChannelRun>> known,
      int node,
      List<InternalRow> result,
      Map<List<Integer>, List<UnsafeRow>> sent,
      Consumer<Consumer<InternalRow>> source) {
    List<ChannelRun> runs = known.computeIfAbsent(node, this::runs);
    for (int i = 0; i < runs.size(); i++) {
      OperatorPlan.Channel channel = plan.from(node).get(i);
      ChannelRun run = runs.get(i);
      run.begin(
          buckets,
          (bucket, row) -> {
            if (channel.to() == OperatorPlan.RESULT) {
              result.add(row.copy());
            } else {
              sent.computeIfAbsent(
                      List.of(channel.to(), channel.side(), bucket), key -> new ArrayList<>())
                  .add(row.copy());
            }
          },
          null);
    }
    source.accept(row -> runs.forEach(run -> run.take(row)));
    runs.forEach(ChannelRun::finish);
  }
}
