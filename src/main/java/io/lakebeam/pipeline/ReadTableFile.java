package io.lakebeam.pipeline;

import io.lakebeam.delta.CloseableIterator;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DataFileReader;
import io.lakebeam.graph.TableSchema;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.Row;

/** Reads columns of a table's data files. */
final class ReadTableFile extends DoFn<DataFile, Row> {
  private final RegisterLookups lookups;
  private final String path;
  private final TableSchema schema;
  private final List<String> columns;

  ReadTableFile(RegisterLookups lookups, String path, TableSchema schema, List<String> columns) {
    this.lookups = lookups;
    this.path = path;
    this.schema = schema;
    this.columns = List.copyOf(columns);
  }

  /** The rows' schema: the table's columns of these names, in the order given. */
  static Schema rowSchema(TableSchema table, List<String> columns) {
    return new TableSchema(columns.stream().map(c -> table.column(c).orElseThrow()).toList())
        .beamSchema();
  }

  @ProcessElement
  public void read(@Element DataFile file, BoundedWindow window, OutputReceiver<Row> out) {
    lookups.register(Epochs.of(window));
    try (CloseableIterator<Row> rows = DataFileReader.read(path, file, schema, columns)) {
      rows.forEachRemaining(out::output);
    }
  }
}
