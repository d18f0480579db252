package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Ascending$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.JoinedRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NullsFirst$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortOrder;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.RowOrder;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Window functions at work: the rows of a partition are in memory, in their order. */
final class WindowWork extends OperatorWork {
  private final RowKey partition;
  private final RowOrder order;
  private final List<WindowFrame> frames;
  private final JoinedRow joined = new JoinedRow();

  WindowWork(Operator.Windows windows) {
    this.partition = new RowKey(windows.partition());
    List<SortOrder> orders =
        Stream.concat(
                windows.partition().stream().map(WindowWork::ascending), windows.order().stream())
            .toList();
    this.order = RowOrder.total(orders, windows.columns());
    List<DataType> columns = windows.columns();
    this.frames =
        windows.functions().stream()
            .map(function -> WindowFrame.of(function, windows.order(), columns))
            .toList();
  }

  private static SortOrder ascending(Expression value) {
    return new SortOrder(
        value, Ascending$.MODULE$, NullsFirst$.MODULE$, Scala.<Expression>seq(List.of()));
  }

  @Override
  public void run(Rows rows, boolean isFirst, Consumer<InternalRow> out) {
    List<UnsafeRow> all = new ArrayList<>();
    rows.forEach(0, row -> all.add(row.copy()));
    all.sort(order);
    int from = 0;
    UnsafeRow key = null;
    for (int i = 0; i < all.size(); i++) {
      UnsafeRow next = partition.of(all.get(i));
      if (key == null) {
        key = next.copy();
      } else if (!key.equals(next)) {
        give(all.subList(from, i), out);
        from = i;
        key = next.copy();
      }
    }
    if (from < all.size()) {
      give(all.subList(from, all.size()), out);
    }
  }

  private void give(List<UnsafeRow> rows, Consumer<InternalRow> out) {
    Object[][] values = new Object[rows.size()][frames.size()];
    for (int i = 0; i < frames.size(); i++) {
      Object[] results = frames.get(i).results(rows);
      for (int row = 0; row < results.length; row++) {
        values[row][i] = results[row];
      }
    }
    for (int row = 0; row < values.length; row++) {
      out.accept(joined.apply(rows.get(row), new GenericInternalRow(values[row])));
    }
  }
}
