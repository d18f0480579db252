package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.PartitionValues;
import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.catalyst.operator.Leaf;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import io.lakebeam.sql.catalyst.operator.ResultKey;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What is read for a refresh. */
final class Scans {
  /** So many files of a view with few rows stay; more are put together. */
  private static final int MOST_SMALL = 8;

  private static final long SMALL_ROWS = 10_000;

  private final Computation of;
  private final OperatorPlan plan;
  private final List<Scan> scans = new ArrayList<>();

  private Scans(Computation of, OperatorPlan plan) {
    this.of = of;
    this.plan = plan;
    scans.add(new Scan(of, Scan.BEGINNING, null, null));
  }

  /** All rows of all tables. */
  static List<Scan> whole(Computation of, OperatorPlan plan, ComputedTable.Refresh refresh) {
    Scans all = new Scans(of, plan);
    for (int node = 0; node < plan.nodes().size(); node++) {
      if (plan.nodes().get(node) instanceof Leaf.Table table && !table.isHeld()) {
        for (DataFile file : refresh.files().get(table.name())) {
          all.scans.add(new Scan(of, node, file, null));
        }
      } else if (plan.nodes().get(node) instanceof Leaf) {
        all.scans.add(new Scan(of, node, null, null));
      }
    }
    return all.scans;
  }

  /** The rows that have come to the table, whose rows stay. */
  static List<Scan> ofAdded(
      Computation of,
      OperatorPlan plan,
      ResultKey key,
      ComputedTable.Moved moved,
      long bucketBytes) {
    Scans added = new Scans(of, plan);
    moved.added().forEach(file -> added.scans.add(new Scan(of, key.leaf(), file, null)));
    ArrayList<byte[]> none = new ArrayList<>();
    small(moved).forEach(file -> added.scans.add(new Scan(of, Scan.SHOWN, file, none, true)));
    return added.sized(bucketBytes);
  }

  /** True when all that has happened to the table is that files have come, which are there. */
  static boolean isGrown(ComputedTable.Refresh refresh) {
    Set<String> there =
        refresh.files().values().stream()
            .flatMap(List::stream)
            .map(DataFile::path)
            .collect(Collectors.toSet());
    return refresh.moved().removed().isEmpty()
        && refresh.moved().added().stream().allMatch(file -> there.contains(file.path()));
  }

  /** In as many buckets as need be for what is read. */
  private List<Scan> sized(long bucketBytes) {
    long bytes =
        scans.stream()
            .filter(scan -> scan.file() != null)
            .mapToLong(scan -> scan.file().bytes())
            .sum();
    Computation sized = of.sized(bytes, bucketBytes);
    return scans.stream().map(scan -> scan.in(sized)).toList();
  }

  /** The rows of some keys, and what the view has in the same files as rows of these. */
  static List<Scan> ofKeys(
      Computation of,
      OperatorPlan plan,
      ComputedView view,
      ComputedTable.Refresh refresh,
      ArrayList<byte[]> touched,
      long bucketBytes) {
    Scans some = new Scans(of, plan);
    ResultKey key = view.key().orElseThrow();
    ComputedTable.Moved moved = refresh.moved();
    if (touched.isEmpty()) {
      return some.scans;
    }
    Leaf.Table leaf = (Leaf.Table) plan.nodes().get(key.leaf());
    TableSchema table = view.tables().get(leaf.name()).schema();
    for (DataFile file : refresh.files().get(leaf.name())) {
      if (some.mayHave(file, key, touched, i -> plan.read(key, i).flatMap(table::column))) {
        some.scans.add(new Scan(of, key.leaf(), file, touched));
      }
    }
    Set<DataFile> small = new HashSet<>(small(moved));
    List<Column> columns = view.columns().columns();
    for (DataFile file : moved.shown()) {
      if (small.contains(file)
          || some.mayHave(file, key, touched, i -> Optional.of(columns.get(key.shown().get(i))))) {
        some.scans.add(new Scan(of, Scan.SHOWN, file, touched, small.contains(file)));
      }
    }
    return some.sized(bucketBytes);
  }

  /** The column of a file's table that has a column of the key as it is. */
  private interface Columns {
    Optional<Column> of(int i);
  }

  private boolean mayHave(DataFile file, ResultKey key, List<byte[]> touched, Columns columns) {
    for (int i = 0; i < key.types().size(); i++) {
      Optional<Column> column = columns.of(i);
      if (column.isPresent()
          && file.partitionValues().containsKey(column.get().name())
          && !PartitionValues.mayHave(file, column.get(), values(key, i, touched))) {
        return false;
      }
    }
    return true;
  }

  private static Set<Object> values(ResultKey key, int column, List<byte[]> touched) {
    Set<Object> values = new HashSet<>();
    UnsafeRow row = new UnsafeRow(key.types().size());
    for (byte[] bytes : touched) {
      row.pointTo(bytes, bytes.length);
      @Nullable Object value =
          row.isNullAt(column)
              ? null
              : InternalRow.copyValue(row.get(column, key.types().get(column)));
      values.add(value);
    }
    return values;
  }

  /** Files with few rows that are put together, because there are many. */
  static List<DataFile> small(ComputedTable.Moved moved) {
    List<DataFile> small =
        moved.shown().stream()
            .filter(file -> file.rows() >= 0 && file.rows() < SMALL_ROWS)
            .toList();
    return small.size() > MOST_SMALL ? small : List.of();
  }
}
