package io.lakebeam.graph;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The columns of a dataset, in order. Names differ when case is ignored, as Delta demands. */
public record TableSchema(List<Column> columns) implements Serializable {
  public TableSchema {
    columns = List.copyOf(columns);
    Set<String> seen = new HashSet<>();
    for (Column column : columns) {
      if (!seen.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("two columns named " + column.name());
      }
    }
  }

  public static TableSchema of(Column... columns) {
    return new TableSchema(List.of(columns));
  }

  /** The column of that name, ignoring case as SQL does. */
  public Optional<Column> column(String name) {
    return columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst();
  }

  public List<String> names() {
    return columns.stream().map(Column::name).toList();
  }

  /** This schema with more columns at its end. */
  public TableSchema plus(List<Column> more) {
    List<Column> all = new ArrayList<>(columns);
    all.addAll(more);
    return new TableSchema(all);
  }

  /** As a DDL schema: {@code id BIGINT NOT NULL, name STRING}. */
  public String ddl() {
    return columns.stream()
        .map(c -> c.name() + " " + c.type().sql() + (c.nullable() ? "" : " NOT NULL"))
        .collect(Collectors.joining(", "));
  }
}
