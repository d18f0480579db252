package io.lakebeam.pipeline.graph.window;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowFields;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.sql.WindowQuery;
import io.lakebeam.sql.catalyst.RowKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes rows of a table of those of its groups; for one thread. */
final class WindowRows {
  /** Enough that no two groups of a window have the same. */
  private static final int BYTES_OF_A_GROUP = 16;

  private final CompiledWindows windows;
  private final RowProgram.Evaluator shown;
  private final RowFields columns;
  private final @Nullable RowKey others;

  WindowRows(CompiledWindows windows) {
    this.windows = windows;
    this.shown = windows.query().shown().evaluator();
    this.columns = new RowFields(windows.query().columns());
    ViewQuery groups = windows.query().groups();
    List<Integer> at =
        IntStream.range(WindowQuery.END + 1, groups.groups().size()).boxed().toList();
    List<Column> all = groups.columns().columns();
    this.others =
        at.isEmpty()
            ? null
            : RowKey.of(at, at.stream().map(i -> SparkTypes.of(all.get(i).type())).toList());
  }

  private record Placed(String position, InternalRow group) {}

  /**
   * Hands out the table's rows, in an order that is always the same.
   *
   * @param groups rows of all groups
   * @param plannedAt of the epoch
   * @throws RowProgram.RowFailedException when the query fails on a group
   */
  void of(List<InternalRow> groups, Instant plannedAt, Consumer<InternalRow> out)
      throws RowProgram.RowFailedException {
    List<Placed> placed =
        groups.stream()
            .map(group -> new Placed(position(group), group))
            .sorted(Comparator.comparing(Placed::position))
            .toList();
    for (Placed each : placed) {
      shown.evaluate(each.group(), row -> out.accept(whole(row, each.position(), plannedAt)));
    }
  }

  private InternalRow whole(InternalRow row, String position, Instant plannedAt) {
    TableSchema schema = windows.table().rowSchema();
    @Nullable Object[] values = new Object[schema.columns().size()];
    int width = columns.width();
    for (int i = 0; i < width; i++) {
      values[i] = InternalRow.copyValue(columns.value(row, i));
    }
    values[width + HiddenColumns.CARRIED.indexOf(HiddenColumns.SOURCE)] = Utf8.of(windows.name());
    values[width + HiddenColumns.CARRIED.indexOf(HiddenColumns.POSITION)] = Utf8.of(position);
    values[width + HiddenColumns.CARRIED.indexOf(HiddenColumns.INGESTED_AT)] =
        Microseconds.of(plannedAt);
    return new GenericInternalRow(values);
  }

  /** The window's start, and what tells the group from others of the window. */
  private String position(InternalRow group) {
    String start = Microseconds.instant(group.getLong(WindowQuery.START)).toString();
    return others == null ? start : start + "@" + hash(others.bytes(group));
  }

  private static String hash(byte[] key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
      return HexFormat.of().formatHex(Arrays.copyOf(digest, BYTES_OF_A_GROUP));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
