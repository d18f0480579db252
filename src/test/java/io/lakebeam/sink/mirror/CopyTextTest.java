package io.lakebeam.sink.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.testing.TestingRows;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows in the text format of COPY. */
class CopyTextTest {
  private static String line(DataType type, Object... values) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      columns.add(Column.nullable("c" + i, type));
    }
    TableSchema schema = new TableSchema(columns);
    byte[] line = new CopyText(columns).line(TestingRows.of(schema, values));
    return new String(line, StandardCharsets.UTF_8);
  }

  @Test
  void escapesWhatSeparatesRowsAndColumns() {
    assertEquals(
        "a\\tb\\nc\\rd\\\\e\t\\N\t\\\\N\n", line(Primitive.STRING, "a\tb\nc\rd\\e", null, "\\N"));
  }

  @Test
  void replacesTheCharacterThatPostgresqlDoesNotHave() {
    assertEquals("x\ufffdy\n", line(Primitive.STRING, "x\0y"));
    // The backslash of JSON is one that COPY escapes.
    assertEquals(
        "[\"x\ufffdy\",\"\\\\\\\\u0000\"]\n",
        line(new DataType.Array(Primitive.STRING), List.of("x\0y", "\\" + "u0000")));
  }

  @Test
  void writesYearsOfEveryLength() {
    assertEquals(
        "0044-03-15 BC\t12345-01-01\t0001-12-31 BC\n",
        line(
            Primitive.DATE,
            LocalDate.of(-43, 3, 15),
            LocalDate.of(12345, 1, 1),
            LocalDate.of(0, 12, 31)));
    assertEquals(
        "2026-03-29 01:30:00.000001+00\n",
        line(Primitive.TIMESTAMP, Instant.parse("2026-03-29T01:30:00.000001Z")));
  }

  @Test
  void writesNumbersAndBytes() {
    assertEquals(
        "NaN\t-Infinity\t-0.0\n",
        line(Primitive.DOUBLE, Double.NaN, Double.NEGATIVE_INFINITY, -0.0));
    assertEquals("\\\\x00ff\n", line(Primitive.BINARY, new byte[] {0, -1}));
  }
}
