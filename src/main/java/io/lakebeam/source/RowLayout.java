package io.lakebeam.source;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.spec.SourceSpec;
import java.util.List;

/**
 * Where each value stands in a row of a source: its own columns, then the hidden ones.
 *
 * @param namesInData what the data calls each own column
 * @param named what comes only when a query names it, behind all others
 */
record RowLayout(TableSchema own, List<String> namesInData, List<Column> named) {
  RowLayout {
    namesInData = List.copyOf(namesInData);
    named = List.copyOf(named);
  }

  /** Of data that has the names of the schema. */
  RowLayout(TableSchema own) {
    this(own, own.names(), List.of());
  }

  static RowLayout of(SourceSpec source) {
    TableSchema own = source.schema();
    List<String> names =
        own.names().stream().map(n -> source.namesInData().getOrDefault(n, n)).toList();
    return new RowLayout(own, names, source.named());
  }

  TableSchema rowSchema() {
    return own.plus(List.of(HiddenColumns.RESCUED)).plus(HiddenColumns.CARRIED).plus(named);
  }

  List<Column> columns() {
    return own.columns();
  }

  int width() {
    return own.columns().size() + 5 + named.size();
  }

  boolean hasMessages() {
    return named.contains(HiddenColumns.KEY);
  }

  boolean hasFile() {
    return named.contains(HiddenColumns.METADATA);
  }

  /** What is known of the row's file. */
  int file() {
    return own.columns().size() + 5 + named.indexOf(HiddenColumns.METADATA);
  }

  /** The first column of {@link HiddenColumns#OF_MESSAGES}. */
  int message() {
    return own.columns().size() + 5;
  }

  int rescued() {
    return own.columns().size();
  }

  int source() {
    return own.columns().size() + 1;
  }

  int position() {
    return own.columns().size() + 2;
  }

  int ingestedAt() {
    return own.columns().size() + 3;
  }

  int raw() {
    return own.columns().size() + 4;
  }
}
