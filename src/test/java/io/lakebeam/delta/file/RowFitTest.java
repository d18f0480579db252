package io.lakebeam.delta.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DataFile;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Fuzz;
import io.lakebeam.testing.RandomRows;
import io.lakebeam.testing.TestingRows;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFitTest {
  @TempDir Path folder;

  private static String problem(DataType type, Object value, String... partitionBy) {
    TableSchema schema = TableSchema.of(Column.nullable("c", type));
    InternalRow row = TestingRows.of(schema, Collections.singletonList(value).toArray());
    RowFit fit = new RowFit(schema, List.of(partitionBy));
    String problem = fit.problem(row).orElse(null);
    boolean isOfPartition = partitionBy.length > 0;
    Object held = row.get(0, SparkTypes.of(type));
    assertSame(problem == null || isOfPartition ? held : null, fitted(schema, row)[0]);
    return problem;
  }

  private static Object[] fitted(TableSchema schema, InternalRow row) {
    return new RowFit(schema, List.of()).fitting(row);
  }

  @Test
  void timesThatMicrosecondsDoNotReach() {
    long last = Long.MAX_VALUE / 1000;
    assertNull(problem(Primitive.TIMESTAMP, Instant.ofEpochMilli(last)));
    assertNull(problem(Primitive.TIMESTAMP, Instant.ofEpochMilli(Long.MIN_VALUE / 1000)));
    assertTrue(
        problem(Primitive.TIMESTAMP, Instant.ofEpochMilli(last + 1))
            .matches("column c: .* does not fit TIMESTAMP"));
    assertTrue(
        problem(Primitive.TIMESTAMP, Instant.ofEpochMilli(Long.MIN_VALUE))
            .matches("column c: .* does not fit TIMESTAMP"));
  }

  @Test
  void datesThatDaysDoNotReach() {
    assertNull(problem(Primitive.DATE, LocalDate.ofEpochDay(Integer.MIN_VALUE)));
    assertEquals(
        "column c: +999999999-12-31 does not fit DATE", problem(Primitive.DATE, LocalDate.MAX));
  }

  @Test
  void numbersWithoutRoomAndThoseWhoseDigitsWouldTakeAllMemory() {
    DataType type = new DataType.Decimal(5, 2);
    assertNull(problem(type, new BigDecimal("999.994")));
    assertNull(problem(type, new BigDecimal("1E-999999999")));
    assertNull(problem(type, new BigDecimal("0E+999999999")));
    assertEquals(
        "column c: 999.995 does not fit DECIMAL(5,2)", problem(type, new BigDecimal("999.995")));
    assertEquals(
        "column c: 1E+999999999 does not fit DECIMAL(5,2)",
        problem(type, new BigDecimal("1E+999999999")));
    assertNull(problem(new DataType.Decimal(2, 2), new BigDecimal("0.09999")));
    assertEquals(
        "column c: 0.999 does not fit DECIMAL(2,2)",
        problem(new DataType.Decimal(2, 2), new BigDecimal("0.999")));
  }

  @Test
  void valuesInside() {
    Object time = Instant.ofEpochMilli(Long.MAX_VALUE);
    DataType times = new DataType.Array(Primitive.TIMESTAMP);
    assertTrue(problem(times, List.of(time)).startsWith("column c: an element: "));
    assertTrue(
        problem(new DataType.Map(Primitive.STRING, Primitive.TIMESTAMP), Map.of("k", time))
            .startsWith("column c: a value: "));
    assertEquals(
        "column c: a key: it is NULL, and may not be",
        problem(
            new DataType.Map(Primitive.STRING, Primitive.INT), Collections.singletonMap(null, 1)));
    DataType.Struct struct = new DataType.Struct(List.of(Column.required("x", Primitive.INT)));
    Row inner =
        Row.withSchema(TestingRows.schema(new TableSchema(struct.fields())))
            .attachValues(Collections.singletonList(null));
    assertEquals("column c: field x: it is NULL, and may not be", problem(struct, inner));
  }

  @Test
  void valuesOfAnotherClass() {
    assertEquals(
        "column c: class java.lang.String does not fit INT", problem(Primitive.INT, "text"));
  }

  @Test
  void halvesOfCharactersThatWouldBecomeQuestionMarks() {
    assertNull(problem(Primitive.STRING, "S\u00e3o \ud83d\ude00\ud83d\ude00"));
    assertEquals(
        "column c: half of a character (\\ud83d) stands alone at position 2, no file can hold it",
        problem(Primitive.STRING, "a\ud83d"));
    for (String text : List.of("\ude00", "\ude00\ud83d", "\ud83d\ud83d\ude00", "\ud83dx")) {
      assertTrue(problem(Primitive.STRING, text).contains("stands alone at position 1,"), text);
    }
    assertTrue(
        problem(new DataType.Array(Primitive.STRING), List.of("a", "\ud83d"))
            .startsWith("column c: an element: half of a character"));
  }

  @Test
  void aNullThatMayNotBe() {
    TableSchema schema = TableSchema.of(Column.required("c", Primitive.INT));
    InternalRow row = new GenericInternalRow(1);
    assertEquals(
        "column c: it is NULL, and may not be",
        new RowFit(schema, List.of()).problem(row).orElseThrow());
  }

  @Test
  void aPartitionsValueThatTheLogWouldRepeat() {
    String text = "x".repeat(Limits.PARTITION_CHARACTERS);
    assertNull(problem(Primitive.STRING, text, "c"));
    assertNull(problem(Primitive.STRING, text + "x"));
    assertEquals(
        "column c: the table is partitioned by it, so that it may have 1000 characters, not 1001",
        problem(Primitive.STRING, text + "x", "c"));
  }

  @Test
  void aRowThatIsTooLarge() {
    TableSchema schema =
        TableSchema.of(
            Column.nullable("a", Primitive.STRING),
            Column.nullable("b", Primitive.BINARY),
            Column.nullable("c", Primitive.STRING));
    byte[] bytes = new byte[(int) Limits.ROW_CHARACTERS - 1];
    RowFit fit = new RowFit(schema, List.of());
    InternalRow row = TestingRows.of(schema, "xx", bytes, "y");
    assertEquals(
        "the row has 67108866 bytes, 67108864 is the limit; column b alone has 67108863",
        fit.problem(row).orElseThrow());
    assertEquals("[xx, null, y]", java.util.Arrays.toString(fit.fitting(row)));
  }

  /** Whatever a writer is given that fits, it writes; and what is left of a row always fits. */
  @Test
  void whatFitsIsWritten() {
    Fuzz.rounds(
        40,
        random -> {
          RandomRows rows = new RandomRows(random);
          TableSchema schema = rows.schema();
          RowFit fit = new RowFit(schema, List.of());
          try (DataFileWriter writer =
              new DataFileWriter(Place.of(folder.resolve("t").toString()), schema, List.of(), "")) {
            int written = 0;
            for (InternalRow row : TestingRows.internal(schema, rows.rows(schema, 20))) {
              if (fit.problem(row).isEmpty()) {
                assertEquals(row, new GenericInternalRow(fit.fitting(row)));
                writer.write(row);
                written++;
              }
            }
            assertEquals(written, writer.finish().stream().mapToLong(DataFile::rows).sum());
          }
        });
  }
}
