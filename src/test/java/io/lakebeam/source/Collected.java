package io.lakebeam.source;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.testing.TestingRows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** What a reader gave, in order. */
public class Collected implements RowOutput {
  public final List<Row> rows = new ArrayList<>();
  public final List<Rejected> rejected = new ArrayList<>();
  public final List<String> warnings = new ArrayList<>();
  private final TableSchema schema;

  public Collected(SourceSpec source) {
    this.schema = SourceReader.rowSchema(source);
  }

  /**
   * @param own the columns of the source's schema
   */
  public Collected(Column... own) {
    this.schema = new RowLayout(TableSchema.of(own)).rowSchema();
  }

  @Override
  public synchronized void row(InternalRow row) {
    rows.add(TestingRows.beam(schema, row));
  }

  @Override
  public synchronized void rejected(Rejected one) {
    rejected.add(one);
  }

  @Override
  public synchronized void warning(String text) {
    warnings.add(text);
  }

  public synchronized int records() {
    return rows.size() + rejected.size();
  }

  public List<String> errors() {
    return rejected.stream().map(Rejected::error).toList();
  }

  public List<String> rawTexts() {
    return rejected.stream().map(r -> new String(r.raw(), StandardCharsets.UTF_8)).toList();
  }

  public List<Object> column(String name) {
    return new ArrayList<>(rows.stream().map(r -> r.<Object>getValue(name)).toList());
  }
}
