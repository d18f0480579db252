package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.BeamRows;
import io.lakebeam.sql.catalyst.RowKey;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/**
 * Deals rows out into a few buckets, so that those like each other are in the same one. A bundle of
 * the direct runner has one key, and writes files of its own: a key for each value would make a
 * file a row.
 */
public final class BucketedRows extends DoFn<Row, KV<Integer, Row>> {
  private final BeamRows rows;
  private final TableSchema schema;
  private final List<String> by;
  private final int buckets;
  private transient RowKey key;

  public BucketedRows(BeamRows rows, TableSchema schema, List<String> by, int buckets) {
    this.rows = rows;
    this.schema = schema;
    this.by = List.copyOf(by);
    this.buckets = buckets;
  }

  @Setup
  public void setup() {
    key = RowKey.of(schema, by);
  }

  @ProcessElement
  public void deal(@Element Row row, OutputReceiver<KV<Integer, Row>> out) {
    int hash = Arrays.hashCode(key.bytes(rows.fromBeam(row)));
    out.output(KV.of(Math.floorMod(hash, buckets), row));
  }
}
