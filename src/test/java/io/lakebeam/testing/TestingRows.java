package io.lakebeam.testing;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.BeamRows;
import io.lakebeam.row.BeamSchemas;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Rows as tests make, show and compare them: Beam's, which know their schema, with {@link
 * java.time.Instant}s of microseconds. What the product's own conversion does is tested by itself,
 * in {@code BeamRowsTest}.
 */
public final class TestingRows {
  private TestingRows() {}

  /** Of the rows of a table. */
  public static Schema schema(TableSchema schema) {
    return BeamSchemas.of(schema);
  }

  /** A row to be written, of values as Java has them. */
  public static InternalRow of(TableSchema schema, Object... values) {
    return internal(schema, row(schema, values));
  }

  public static Row row(TableSchema schema, Object... values) {
    return Row.withSchema(schema(schema)).attachValues(Arrays.asList(values));
  }

  public static InternalRow internal(TableSchema schema, Row row) {
    return new BeamRows(schema.columns(), row.getSchema()).fromBeam(row);
  }

  public static List<InternalRow> internal(TableSchema schema, List<Row> rows) {
    return rows.stream().map(row -> internal(schema, row)).toList();
  }

  /** Every row that is left. */
  public static List<Row> read(TableSchema schema, Iterator<InternalRow> rows) {
    List<Row> read = new ArrayList<>();
    rows.forEachRemaining(row -> read.add(beam(schema, row)));
    return read;
  }

  /** Of some columns, in the order of their names. */
  public static TableSchema part(TableSchema schema, List<String> columns) {
    return new TableSchema(
        columns.stream().map(name -> schema.column(name).orElseThrow()).toList());
  }

  public static Row beam(TableSchema schema, InternalRow row) {
    return new BeamRows(schema.columns(), schema(schema)).toBeam(row);
  }
}
