package io.lakebeam.delta.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingRows;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatisticsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  /** Bounds have milliseconds: none may be narrower than the instants. */
  @Test
  void instantsAreWithinTheirBoundsByTheMicrosecond() throws Exception {
    TableSchema schema = TableSchema.of(Column.nullable("at", Primitive.TIMESTAMP));
    JsonNode statistics =
        statistics(
            schema,
            row(schema, Instant.parse("1969-12-31T23:59:59.999999Z")),
            row(schema, Instant.parse("2024-02-29T23:59:59.999001Z")));
    assertEquals("1969-12-31T23:59:59.999Z", statistics.at("/minValues/at").asText());
    assertEquals("2024-03-01T00:00:00.000Z", statistics.at("/maxValues/at").asText());
  }

  @Test
  void everyColumnThatHasAnOrderHasBounds() throws Exception {
    TableSchema schema =
        TableSchema.of(
            Column.nullable("n", Primitive.INT),
            Column.nullable("at", Primitive.TIMESTAMP),
            Column.nullable("day", Primitive.DATE),
            Column.nullable("price", new DataType.Decimal(6, 2)),
            Column.nullable("name", Primitive.STRING),
            Column.nullable("yes", Primitive.BOOLEAN),
            Column.nullable("none", Primitive.BIGINT),
            HiddenColumns.RAW);
    JsonNode statistics =
        statistics(
            schema,
            row(
                schema,
                3,
                Instant.ofEpochMilli(-1),
                LocalDate.of(2024, 3, 1),
                decimal("-2.50"),
                "b",
                true,
                null,
                "x"),
            row(
                schema,
                null,
                Instant.ofEpochMilli(1),
                LocalDate.of(2023, 3, 1),
                decimal("10"),
                "a",
                null,
                null,
                "y"));

    assertEquals(
        JSON.readTree(
                """
            {"numRecords": 2,
             "minValues": {"n": 3, "at": "1969-12-31T23:59:59.999Z", "day": "2023-03-01",
                           "price": -2.50, "name": "a"},
             "maxValues": {"n": 3, "at": "1970-01-01T00:00:00.001Z", "day": "2024-03-01",
                           "price": 10.00, "name": "b"},
             "nullCount": {"n": 1, "at": 0, "day": 0, "price": 0, "name": 0, "yes": 1, "none": 2}}
            """)
            .toString(),
        statistics.toString());
  }

  @Test
  void notANumberAndInfinityHaveNoBounds() throws Exception {
    TableSchema schema =
        TableSchema.of(
            Column.nullable("nan", Primitive.DOUBLE), Column.nullable("infinite", Primitive.FLOAT));
    JsonNode statistics =
        statistics(
            schema,
            row(schema, Double.NaN, 1f),
            row(schema, 1.0, Float.POSITIVE_INFINITY),
            row(schema, 2.0, null));

    assertTrue(statistics.at("/minValues/nan").isMissingNode());
    assertTrue(statistics.at("/maxValues/nan").isMissingNode());
    assertTrue(statistics.at("/maxValues/infinite").isMissingNode());
    assertEquals(1.0, statistics.at("/minValues/infinite").asDouble());
    assertEquals(0, statistics.at("/nullCount/nan").asInt());
  }

  @Test
  void structsNestAndCollectionsHaveNone() throws Exception {
    TableSchema schema =
        TableSchema.of(
            Column.nullable("id", Primitive.INT),
            Column.nullable("s", new DataType.Struct(List.of(Column.nullable("x", Primitive.INT)))),
            Column.nullable("list", new DataType.Array(Primitive.INT)));
    TableSchema inner = TableSchema.of(Column.nullable("x", Primitive.INT));
    JsonNode statistics =
        statistics(schema, row(schema, 1, row(inner, 5), List.of(1)), row(schema, 2, null, null));

    assertEquals(5, statistics.at("/minValues/s/x").asInt());
    assertEquals(1, statistics.at("/nullCount/s/x").asInt());
    assertTrue(statistics.at("/nullCount/list").isMissingNode());
  }

  @Test
  void onlyTheFirstColumnsHaveStatistics() throws Exception {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      columns.add(Column.nullable("c" + i, Primitive.INT));
    }
    TableSchema schema = new TableSchema(columns);
    Object[] values = new Object[40];
    Arrays.fill(values, 1);

    assertEquals(32, statistics(schema, row(schema, values)).get("minValues").size());
  }

  @Test
  void shortenedTextsStillBoundTheirValues() {
    Random random = new Random(5);
    int[] points = {'a', 'z', 0x7f, 0xd7ff, 0xe000, 0xffff, 0x10000, Character.MAX_CODE_POINT};
    for (int round = 0; round < 2_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(50); i > 0; i--) {
        text.appendCodePoint(points[random.nextInt(points.length)]);
      }
      Binary value = Binary.fromString(text.toString());
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);

      String least = StatisticsJson.least(Primitive.STRING, value).orElseThrow().textValue();
      assertTrue(compare(least, bytes) <= 0);
      StatisticsJson.greatest(Primitive.STRING, value)
          .ifPresent(greatest -> assertTrue(compare(greatest.textValue(), bytes) >= 0));
    }
    Binary greatest =
        Binary.fromString(new String(Character.toChars(Character.MAX_CODE_POINT)).repeat(40));
    assertTrue(StatisticsJson.greatest(Primitive.STRING, greatest).isEmpty());
  }

  @Test
  void boundsHoldOverSeveralRowGroups() throws Exception {
    TableSchema schema =
        TableSchema.of(
            Column.nullable("n", Primitive.INT), Column.nullable("filler", Primitive.BINARY));
    Random random = new Random(6);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      byte[] filler = new byte[200_000];
      random.nextBytes(filler);
      rows.add(row(schema, (i * 7) % 400, filler));
    }
    JsonNode statistics = statistics(schema, rows.toArray(Row[]::new));

    assertEquals(400, statistics.get("numRecords").asInt());
    assertEquals(0, statistics.at("/minValues/n").asInt());
    assertEquals(399, statistics.at("/maxValues/n").asInt());
  }

  private static int compare(String bound, byte[] bytes) {
    return Arrays.compareUnsigned(bound.getBytes(StandardCharsets.UTF_8), bytes);
  }

  private static java.math.BigDecimal decimal(String text) {
    return new java.math.BigDecimal(text);
  }

  private static Row row(TableSchema schema, Object... values) {
    return TestingRows.row(schema, values);
  }

  private JsonNode statistics(TableSchema schema, Row... rows) throws Exception {
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(folder.toString()), schema, List.of(), "statistics")) {
      for (Row row : rows) {
        writer.write(TestingRows.internal(schema, row));
      }
      return JSON.readTree(writer.finish().get(0).statistics());
    }
  }
}
