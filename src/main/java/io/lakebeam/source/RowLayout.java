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
 */
record RowLayout(TableSchema own, List<String> namesInData) {
  RowLayout {
    namesInData = List.copyOf(namesInData);
  }

  /** Of data that has the names of the schema. */
  RowLayout(TableSchema own) {
    this(own, own.names());
  }

  static RowLayout of(SourceSpec source) {
    TableSchema own = source.schema();
    return new RowLayout(
        own,
        own.names().stream().map(name -> source.namesInData().getOrDefault(name, name)).toList());
  }

  TableSchema rowSchema() {
    return own.plus(List.of(HiddenColumns.RESCUED)).plus(HiddenColumns.CARRIED);
  }

  List<Column> columns() {
    return own.columns();
  }

  int width() {
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
