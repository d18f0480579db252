package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Looks for the columns that a query names. */
final class ColumnFinder extends SqlBasicVisitor<Void> {
  private final Set<String> names = new HashSet<>();

  private ColumnFinder() {}

  /**
   * Columns of a relation that a query may need: never too few. One at least, because rows without
   * columns cannot be counted.
   */
  static List<String> columns(SqlNode query, TableSchema relation) {
    ColumnFinder finder = new ColumnFinder();
    query.accept(finder);
    List<String> columns = new ArrayList<>();
    for (Column column : relation.columns()) {
      if (finder.names.contains(column.name().toLowerCase(Locale.ROOT))) {
        columns.add(column.name());
      }
    }
    return columns.isEmpty() ? List.of(relation.columns().get(0).name()) : columns;
  }

  @Override
  public @Nullable Void visit(SqlIdentifier identifier) {
    identifier.names.forEach(name -> names.add(name.toLowerCase(Locale.ROOT)));
    return null;
  }
}
