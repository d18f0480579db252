package io.lakebeam.delta.file;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.TestingRows;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.values.Row;

/**
 * CPU microseconds a row of writing and reading bronze flight events: 24 columns, one of them a
 * text of 275 characters. Run by hand; no test.
 */
final class DataFileBenchmark {
  private static final int ROWS = 100_000;
  private static final int ROUNDS = 8;
  private static final int PAYLOAD = 275;

  private DataFileBenchmark() {}

  private interface Work {
    void run() throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    TableSchema schema = schema();
    List<InternalRow> rows = TestingRows.internal(schema, rows(schema));
    Path file = Files.createTempFile("bench", ".parquet");
    for (int round = 0; round < ROUNDS; round++) {
      measure("write", () -> write(schema, rows, file));
      measure("read, all 24 columns", () -> read(file, schema, schema.names()));
      measure(
          "read, 5 columns",
          () -> read(file, schema, List.of("carrier", "status", "flight_date", "dd", "origin")));
    }
    System.out.printf(Locale.ROOT, "%.1f MB%n", Files.size(file) / 1e6);
    Files.delete(file);
  }

  private static void measure(String name, Work work) throws Exception {
    long before =
        ManagementFactory.getThreadMXBean().getThreadCpuTime(Thread.currentThread().getId());
    work.run();
    long cpu =
        ManagementFactory.getThreadMXBean().getThreadCpuTime(Thread.currentThread().getId())
            - before;
    System.out.printf(Locale.ROOT, "%-24s %.2f us/row%n", name, cpu / 1e3 / ROWS);
  }

  private static void write(TableSchema schema, List<InternalRow> rows, Path file)
      throws Exception {
    FileIO.Sink<InternalRow> sink =
        RowSinks.sink(schema, IntStream.range(0, schema.columns().size()).toArray());
    try (OutputChannel channel = new OutputChannel(Files.newOutputStream(file))) {
      sink.open(channel);
      for (InternalRow row : rows) {
        sink.write(row);
      }
      sink.flush();
    }
  }

  private static void read(Path file, TableSchema schema, List<String> names) {
    TableSchema wanted = new TableSchema(names.stream().map(n -> schema.column(n).get()).toList());
    int count = 0;
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(Storage.PLAIN, Storage.PLAIN.path(file.toString()), wanted)) {
      while (rows.hasNext()) {
        rows.next();
        count++;
      }
    }
    if (count != ROWS) {
      throw new IllegalStateException("read " + count);
    }
  }

  private static TableSchema schema() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.nullable("event_id", Primitive.STRING));
    columns.add(Column.nullable("event_time", Primitive.TIMESTAMP));
    columns.add(Column.nullable("flight_date", Primitive.DATE));
    columns.add(Column.nullable("carrier", Primitive.STRING));
    columns.add(Column.nullable("flight_number", Primitive.INT));
    for (String text : List.of("tail_number", "origin", "destination")) {
      columns.add(Column.nullable(text, Primitive.STRING));
    }
    for (String time : List.of("sd", "sa", "ed", "ad", "aa")) {
      columns.add(Column.nullable(time, Primitive.TIMESTAMP));
    }
    columns.add(Column.nullable("dd", Primitive.INT));
    columns.add(Column.nullable("ard", Primitive.INT));
    columns.add(Column.nullable("status", Primitive.STRING));
    columns.add(Column.nullable("code", Primitive.STRING));
    columns.add(Column.nullable("distance", Primitive.INT));
    columns.add(Column.nullable("latitude", Primitive.DOUBLE));
    columns.add(Column.nullable("longitude", Primitive.DOUBLE));
    columns.addAll(HiddenColumns.CARRIED);
    return new TableSchema(columns);
  }

  private static List<Row> rows(TableSchema schema) {
    Random random = new Random(7);
    var beam = TestingRows.schema(schema);
    Instant start = Instant.parse("2024-03-01T00:00:00Z");
    String[] carriers = {"AA", "UA", "DL", "WN", "B6", "AS", "NK", "F9", "HA", "G4"};
    String[] states = {"SCHEDULED", "BOARDING", "DEPARTED", "EN_ROUTE", "LANDED", "CANCELLED"};
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      String id = new UUID(random.nextLong(), random.nextLong()).toString();
      Instant time = start.plusMillis(random.nextInt(1440) * 60_000L);
      boolean flown = random.nextInt(3) > 0;
      StringBuilder raw = new StringBuilder("{\"event_id\":\"").append(id).append("\",\"lat\":");
      raw.append(random.nextDouble()).append(",\"tail\":\"N").append(random.nextInt(900));
      while (raw.length() < PAYLOAD - 2) {
        raw.append((char) ('a' + random.nextInt(8)));
      }
      rows.add(
          Row.withSchema(beam)
              .attachValues(
                  id,
                  start.plusMillis(i * 40L + random.nextInt(1000)),
                  LocalDate.of(2024, 3, 1),
                  carriers[random.nextInt(carriers.length)],
                  random.nextInt(6000),
                  "N" + random.nextInt(900) + "AA",
                  "A" + random.nextInt(30),
                  "A" + random.nextInt(30),
                  time,
                  time.plusMillis(7_200_000),
                  time.plusMillis(random.nextInt(60) * 60_000L),
                  flown ? time.plusMillis(random.nextInt(60) * 60_000L) : null,
                  flown ? time.plusMillis(7_200_000 + random.nextInt(60) * 60_000L) : null,
                  flown ? random.nextInt(100) : null,
                  flown ? random.nextInt(100) : null,
                  states[random.nextInt(states.length)],
                  random.nextInt(20) == 0 ? "B" : null,
                  200 + random.nextInt(2500),
                  random.nextDouble() * 40 + 20,
                  -random.nextDouble() * 60 - 60,
                  "flight_events",
                  "flights-" + i % 4 + "@" + (1_000_000 + i / 4),
                  start,
                  raw.append("\"}").toString()));
    }
    return rows;
  }
}
