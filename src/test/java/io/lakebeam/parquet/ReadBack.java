package io.lakebeam.parquet;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** A file's rows as a source reads them: values, faults, JSON and what is rescued. */
record ReadBack(
    List<List<Object>> rows, List<String> faults, List<String> json, List<String> rescued) {

  static ReadBack of(Path file, String ddl) throws IOException {
    TableSchema schema = SchemaDdl.parse(ddl);
    ReadBack read =
        new ReadBack(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    Configuration configuration = Storage.PLAIN.configuration();
    try (ParquetRows rows =
        ParquetRows.ofOthers(
            input(file),
            configuration,
            schema.columns(),
            schema.names(),
            schema.columns().size())) {
      while (rows.next()) {
        read.json.add(rows.json());
        if (rows.fault().isEmpty()) {
          InternalRow row = new GenericInternalRow(rows.values());
          read.rows.add(new ArrayList<>(JavaValues.of(row, schema.columns()).values()));
          read.rescued.add(rows.rescued());
        } else {
          read.faults.add(rows.fault());
        }
      }
    }
    return read;
  }

  static List<Problem> mismatches(Path file, String ddl) throws IOException {
    TableSchema schema = SchemaDdl.parse(ddl);
    return ParquetRows.mismatches(input(file), schema.columns(), schema.names());
  }

  private static HadoopInputFile input(Path file) throws IOException {
    return HadoopInputFile.fromPath(
        Storage.PLAIN.path(file.toString()), Storage.PLAIN.configuration());
  }

  /** The values of the only column. */
  List<Object> column() {
    return rows.stream().map(row -> row.get(0)).toList();
  }
}
