package io.lakebeam.pipeline;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.BeamRows;
import io.lakebeam.sql.catalyst.RowKey;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/** Gives each row the key by which it meets those like it. */
final class KeyedRows extends DoFn<Row, KV<byte[], Row>> {
  private final BeamRows rows;
  private final TableSchema schema;
  private final List<String> by;
  private transient RowKey key;

  KeyedRows(BeamRows rows, TableSchema schema, List<String> by) {
    this.rows = rows;
    this.schema = schema;
    this.by = List.copyOf(by);
  }

  @Setup
  public void setup() {
    key = RowKey.of(schema, by);
  }

  @ProcessElement
  public void key(@Element Row row, OutputReceiver<KV<byte[], Row>> out) {
    out.output(KV.of(key.bytes(rows.fromBeam(row)), row));
  }
}
