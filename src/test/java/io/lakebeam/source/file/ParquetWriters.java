package io.lakebeam.source.file;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.DuckDb;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.SparkSession;

/** Who else writes Parquet; each reads our file and writes its own, in several of its ways. */
final class ParquetWriters {
  /** By name; each makes a file of another one. */
  static final Map<String, Copy> ALL =
      new TreeMap<>(
          Map.of(
              "spark, as it comes",
              (from, to) -> spark(from, to, Map.of(), Map.of()),
              "spark, microseconds and gzip",
              (from, to) ->
                  spark(
                      from,
                      to,
                      Map.of("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"),
                      Map.of("compression", "gzip", "parquet.enable.dictionary", "false")),
              "spark, legacy format, milliseconds, second version of pages",
              (from, to) ->
                  spark(
                      from,
                      to,
                      Map.of(
                          "spark.sql.parquet.writeLegacyFormat",
                          "true",
                          "spark.sql.parquet.outputTimestampType",
                          "TIMESTAMP_MILLIS"),
                      Map.of("parquet.writer.version", "v2")),
              "duckdb, as it comes",
              (from, to) -> duckDb(from, to, ""),
              "duckdb, second version, zstd",
              (from, to) -> duckDb(from, to, "PARQUET_VERSION V2, COMPRESSION zstd")));

  private ParquetWriters() {}

  /** Makes a file of another one; {@code to} may become a folder. */
  interface Copy {
    Path of(Path from, Path to) throws Exception;
  }

  static Path ours(Path folder, TableSchema schema, List<Row> rows) {
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(folder.toString()), schema, List.of(), "")) {
      TestingRows.internal(schema, rows).forEach(writer::write);
      List<DataFile> files = writer.finish();
      return folder.resolve(files.get(0).path());
    }
  }

  private static Path duckDb(Path from, Path to, String options) throws Exception {
    Path file = to.resolveSibling(to.getFileName() + ".parquet");
    DuckDb.copy(List.of(from), file, options);
    return file;
  }

  private static Path spark(
      Path from, Path to, Map<String, String> settings, Map<String, String> options)
      throws IOException {
    SparkSession spark = SparkReader.session();
    Map<String, String> before = new HashMap<>();
    settings.forEach(
        (name, value) -> {
          before.put(name, spark.conf().get(name));
          spark.conf().set(name, value);
        });
    try {
      DataFrameWriter<org.apache.spark.sql.Row> writer =
          spark.read().parquet(from.toString()).repartition(1).write();
      options.forEach(writer::option);
      writer.parquet(to.toString());
    } finally {
      before.forEach((name, value) -> spark.conf().set(name, value));
    }
    try (Stream<Path> files = Files.list(to)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  /**
   * Through Avro's records.
   *
   * @param twoLevels as parquet-avro writes lists by default, in which no element may be NULL
   */
  static void avro(Path from, Path to, boolean twoLevels) throws IOException {
    Configuration settings = new Configuration(Storage.PLAIN.configuration());
    settings.setBoolean("parquet.avro.add-list-element-records", false);
    settings.setBoolean("parquet.avro.write-old-list-structure", twoLevels);
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(
                HadoopInputFile.fromPath(Storage.PLAIN.path(from.toString()), settings))
            .withDataModel(new GenericData())
            .withConf(settings)
            .build()) {
      GenericRecord record = reader.read();
      try (ParquetWriter<GenericRecord> writer =
          AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(to))
              .withSchema(record.getSchema())
              .withDataModel(new GenericData())
              .withConf(settings)
              .build()) {
        for (; record != null; record = reader.read()) {
          writer.write(record);
        }
      }
    }
  }

  static boolean hasNoNullElement(Object value) {
    if (value instanceof Row row) {
      return row.getValues().stream().allMatch(ParquetWriters::hasNoNullElement);
    }
    if (value instanceof Map<?, ?> map) {
      return map.values().stream().allMatch(ParquetWriters::hasNoNullElement);
    }
    return !(value instanceof Collection<?> elements)
        || elements.stream().allMatch(each -> each != null && hasNoNullElement(each));
  }
}
