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
 * @param hasMessages true when what comes with a message stands behind all others
 */
record RowLayout(TableSchema own, List<String> namesInData, boolean hasMessages) {
  RowLayout {
    namesInData = List.copyOf(namesInData);
  }

  /** Of data that has the names of the schema. */
  RowLayout(TableSchema own) {
    this(own, own.names(), false);
  }

  static RowLayout of(SourceSpec source) {
    TableSchema own = source.schema();
    List<String> names =
        own.names().stream().map(n -> source.namesInData().getOrDefault(n, n)).toList();
    return new RowLayout(own, names, source.messageColumns());
  }

  TableSchema rowSchema() {
    TableSchema all = own.plus(List.of(HiddenColumns.RESCUED)).plus(HiddenColumns.CARRIED);
    return hasMessages ? all.plus(HiddenColumns.OF_MESSAGES) : all;
  }

  List<Column> columns() {
    return own.columns();
  }

  int width() {
    return own.columns().size() + 5 + (hasMessages ? HiddenColumns.OF_MESSAGES.size() : 0);
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
