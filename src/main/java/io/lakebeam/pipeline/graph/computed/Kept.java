package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.graph.flow.StoppedAtException;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.RowBytes;
import io.lakebeam.sql.catalyst.operator.KeyedRows;
import java.util.List;
import java.util.function.Predicate;

/** The rows of a file of a view that stay when others of its rows are computed again. */
final class Kept {
  private final ComputedView view;
  private final Scan scan;
  private final KeyedRows.Filter touched;

  Kept(ComputedView view, Scan scan) {
    this.view = view;
    this.scan = scan;
    this.touched = KeyedRows.Filter.ofShown(scan.touched(), view.key().orElseThrow());
  }

  /** True when the file has rows that do not stay, or is put together with others. */
  boolean isReplaced() {
    return scan.isMerged() || each(touched::contains);
  }

  void send(Batches batches) {
    List<DataType> types =
        view.columns().columns().stream()
            .map(column -> (DataType) SparkTypes.of(column.type()))
            .toList();
    RowBytes bytes = new RowBytes(types);
    int buckets = scan.of().buckets();
    each(
        row -> {
          if (!touched.contains(row)) {
            UnsafeRow packed = bytes.of(row);
            batches.take(Math.floorMod(packed.hashCode(), buckets), packed);
          }
          return false;
        });
  }

  /** Gives rows until one is what is looked for. */
  private boolean each(Predicate<InternalRow> found) {
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(view.path(), scan.file(), view.columns(), view.columns().names())) {
      while (rows.hasNext()) {
        if (found.test(rows.next())) {
          return true;
        }
      }
      return false;
    } catch (RuntimeException e) {
      throw StoppedAtException.of("view " + view.name() + ", file " + scan.file().path(), e);
    }
  }
}
