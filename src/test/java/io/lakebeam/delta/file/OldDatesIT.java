package io.lakebeam.delta.file;

import static io.lakebeam.testing.SameRows.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.parquet.HandBuilt;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.KernelReader;
import io.lakebeam.testing.SameRows;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Dates before 1582 and times before 1900: ours in Spark with its defaults, Spark's old ones here.
 */
class OldDatesIT {
  private static final TableSchema SCHEMA =
      SchemaDdl.parse("id BIGINT NOT NULL, d DATE, `at` TIMESTAMP");
  private static final List<String> DATES =
      List.of(
          "0001-01-01",
          "0200-03-01",
          "1000-03-01",
          "1500-02-28",
          "1500-03-01",
          "1582-10-04",
          "1582-10-15",
          "1899-12-31",
          "1970-01-01",
          "9999-12-31");
  private static final List<String> TIMES =
      List.of(
          "0001-01-01T00:00:00Z",
          "1500-01-01T12:34:56.789Z",
          "1582-10-04T23:59:59.999Z",
          "1582-10-15T00:00:00Z",
          "1883-11-18T19:59:59.999Z",
          "1899-12-31T00:00:00.001Z",
          "1900-01-01T23:00:00Z",
          "1969-12-31T23:59:59.999Z",
          "2024-02-29T23:59:59.999Z",
          "9999-12-31T23:59:59.999Z");

  @TempDir Path folder;

  @Test
  void sparkAndKernelReadOursWithTheirDefaults() {
    DeltaTable table = DeltaTable.at(Place.of(folder.resolve("old").toString()));
    table.create(TableDefinition.of(SCHEMA));
    List<Row> rows = rows();
    try (DataFileWriter writer = new DataFileWriter(table.place(), SCHEMA, List.of(), "1")) {
      TestingRows.internal(SCHEMA, rows).forEach(writer::write);
      table.commit(Commit.builder("test", 1).add(writer.finish()).build());
    }
    assertSame(rows, SparkReader.read(table.path()));
    assertSame(rows, SparkReader.parquet(table.path()));
    assertSame(rows, KernelReader.read(table.path()));
    assertEquals(1, SparkReader.read(table.path(), "d = DATE'0001-01-01'").size());
    assertEquals(
        1, SparkReader.read(table.path(), "at = TIMESTAMP'1500-01-01 12:34:56.789'").size());
  }

  /**
   * In the zone of the writer, whose offsets of the years before 1900 differ in old and new Java.
   */
  @Test
  void whatSparkWritesInItsOldCalendarIsTheSameHere() throws Exception {
    DataFile source;
    Path ours = folder.resolve("ours");
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(ours.toString()), SCHEMA, List.of(), "1")) {
      TestingRows.internal(SCHEMA, rows()).forEach(writer::write);
      source = writer.finish().get(0);
    }
    for (String zone : List.of("UTC", "America/Los_Angeles", "Asia/Kolkata")) {
      for (String type : List.of("INT96", "TIMESTAMP_MICROS", "TIMESTAMP_MILLIS")) {
        Path old = folder.resolve((zone + type).replace('/', '-'));
        withSettings(
            Map.of(
                "spark.sql.session.timeZone",
                zone,
                "spark.sql.parquet.outputTimestampType",
                type,
                "spark.sql.parquet.datetimeRebaseModeInWrite",
                "LEGACY",
                "spark.sql.parquet.int96RebaseModeInWrite",
                "LEGACY"),
            spark ->
                spark
                    .read()
                    .parquet(ours.resolve(source.path()).toString())
                    .repartition(1)
                    .write()
                    .parquet(old.toString()));
        List<Row> read = read(onlyFile(old));
        assertSame(read, SparkReader.parquet(onlyFile(old).toString()));
        if (zone.equals("UTC")) {
          // Elsewhere the old calendar leaves out hours that the new one has: lost when written.
          assertSame(read, rows().stream().map(SameRows::plain).toList());
        }
      }
    }
  }

  /** Spark 2 counted days as the Julian calendar does, and its footers bear its version. */
  @Test
  void whatSpark2WroteIsReadAsSpark3ReadsIt() throws Exception {
    List<Consumer<Group>> rows = new ArrayList<>();
    int[] days = {-719_164, -719_163, -500_321, -141_704, -141_428, -141_427, 0};
    for (int i = 0; i < days.length; i++) {
      long id = i;
      int day = days[i];
      ByteBuffer int96 = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
      int96.putLong(1_000_000_000L).putInt(day + 2_440_588);
      rows.add(
          row ->
              row.append("id", id)
                  .append("d", day)
                  .append("at", day * 86_400_000_000L + 1_000_000)
                  .append("old", Binary.fromConstantByteArray(int96.array())));
    }
    String fields =
        "required int64 id; required int32 d (DATE); required int64 at (TIMESTAMP_MICROS);"
            + " required int96 old;";
    for (String version : List.of("2.4.8", "3.0.1", "3.5.7")) {
      Path file =
          HandBuilt.write(
              folder.resolve(version + ".parquet"),
              fields,
              Map.of("org.apache.spark.version", version),
              rows);
      TableSchema schema = SchemaDdl.parse("id BIGINT, d DATE, `at` TIMESTAMP, old TIMESTAMP");
      assertSame(read(file, schema), SparkReader.parquet(file.toString()));
    }
    assertEquals(
        LocalDate.of(1582, 1, 1),
        read(folder.resolve("2.4.8.parquet"), SCHEMA).get(3).getValue("d"));
    assertEquals(
        LocalDate.of(1582, 1, 11),
        read(folder.resolve("3.5.7.parquet"), SCHEMA).get(3).getValue("d"));
  }

  private interface Work {
    void with(SparkSession spark);
  }

  private static void withSettings(Map<String, String> settings, Work work) {
    SparkSession spark = SparkReader.session();
    Map<String, String> before = new HashMap<>();
    settings.forEach(
        (name, value) -> {
          before.put(name, spark.conf().get(name));
          spark.conf().set(name, value);
        });
    try {
      work.with(spark);
    } finally {
      before.forEach((name, value) -> spark.conf().set(name, value));
    }
  }

  private static Path onlyFile(Path folder) throws Exception {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).findFirst().orElseThrow();
    }
  }

  private static List<Row> read(Path file) {
    return read(file, SCHEMA);
  }

  private static List<Row> read(Path file, TableSchema schema) {
    try (CloseableIterator<InternalRow> reader =
        DataFileReader.read(Storage.PLAIN, Storage.PLAIN.path(file.toString()), schema)) {
      return TestingRows.read(schema, reader);
    }
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < DATES.size(); i++) {
      rows.add(
          TestingRows.row(
              SCHEMA, (long) i, LocalDate.parse(DATES.get(i)), Instant.parse(TIMES.get(i))));
    }
    return rows;
  }
}
