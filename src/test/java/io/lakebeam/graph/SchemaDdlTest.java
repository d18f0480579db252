package io.lakebeam.graph;

import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.DOUBLE;
import static io.lakebeam.graph.DataType.Primitive.FLOAT;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaDdlTest {
  @Test
  void readsEveryTypeAndClause() {
    TableSchema schema =
        SchemaDdl.parse(
            """
            id bigint not null comment 'of the ''order''',
            `odd-name` DECIMAL(10, 2),
            seats ARRAY<STRUCT<`row`: INT NOT NULL, letter STRING COMMENT "A to F">>,
            prices map<string, array<double>>,
            at TIMESTAMP
            """);
    assertEquals(new Column("id", BIGINT, false, "of the 'order'"), schema.columns().get(0));
    assertEquals("odd-name", schema.columns().get(1).name());
    assertEquals(new DataType.Decimal(10, 2), schema.columns().get(1).type());
    assertEquals(
        new DataType.Array(
            new DataType.Struct(
                List.of(
                    new Column("row", INT, false, ""),
                    new Column("letter", STRING, true, "A to F")))),
        schema.columns().get(2).type());
    assertEquals(
        new DataType.Map(STRING, new DataType.Array(DOUBLE)), schema.columns().get(3).type());
    assertEquals(Column.nullable("at", TIMESTAMP), schema.columns().get(4));
  }

  @Test
  void knowsSparksSynonyms() {
    assertEquals(INT, SchemaDdl.parseType("integer"));
    assertEquals(BIGINT, SchemaDdl.parseType("LONG"));
    assertEquals(DataType.Primitive.TINYINT, SchemaDdl.parseType("byte"));
    assertEquals(DataType.Primitive.SMALLINT, SchemaDdl.parseType("Short"));
    assertEquals(FLOAT, SchemaDdl.parseType("real"));
    assertEquals(DOUBLE, SchemaDdl.parseType("DOUBLE PRECISION"));
    assertEquals(TIMESTAMP, SchemaDdl.parseType("timestamp_ltz"));
    assertEquals(new DataType.Decimal(10, 0), SchemaDdl.parseType("NUMERIC"));
    assertEquals(new DataType.Decimal(5, 0), SchemaDdl.parseType("dec(5)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "a BIGNT; 2; there is no type BIGNT; did you mean BIGINT? ",
        "a DATETIME; 2; there is no type DATETIME; did you mean TIMESTAMP? ",
        "a INT16; 2; there is no type INT16; did you mean SMALLINT? ",
        "a VARCHAR(10); 2; there is no type VARCHAR; write STRING",
        "a FANCY; 2; there is no type FANCY; a type is BOOLEAN",
        "a INT, _b INT; 7; a column may not be named _b; name it b here; when the data calls it so, add rename: {\"_b\": b} beside the schema",
        "a INT, A STRING; 7; two columns are named A; rename one of them",
        "a; 1; a type is expected, not the end; ''",
        "a INT NOT; 9; NULL is expected after NOT; write NOT NULL",
        "a INT b INT; 6; '',' is expected, not 'b'; ''",
        "a INT, b STRUCT<c INT; 21; ''>' is expected, not the end; ''",
        "a DECIMAL(39,2); 2; there is no DECIMAL(39,2); write for example DECIMAL(10,2)",
        "a DECIMAL(9999999999); 2; there is no DECIMAL(9999,0); write for example",
        "a MAP<ARRAY<INT>, INT>; 6; a map's key may not be ARRAY<INT>; write for example",
        "a STRUCT<>; 2; the struct has no fields; write for example",
        "`a b` INT; 0; a column may not be named 'a b'; name it a_b here; when the data calls it so, add rename: {\"a b\": a_b} beside the schema",
        "`a INT; 0; the ` that opens here is never closed; close it with `",
        "a-b INT; 1; '-' does not belong into a schema; write for example",
      })
  void tellsWhatIsWrongAndWhere(String ddl, int offset, String problem, String fix) {
    SchemaDdlException.DdlError error =
        assertThrows(SchemaDdlException.class, () -> SchemaDdl.parse(ddl)).errors().get(0);
    assertEquals(problem.startsWith("''") ? problem.substring(1) : problem, error.told().problem());
    assertEquals(offset, error.offset());
    assertTrue(
        error.told().fix().startsWith(fix.strip().equals("''") ? "" : fix), error.told().fix());
  }

  @Test
  void goesOnAfterAColumnThatIsWrong() {
    SchemaDdlException refused =
        assertThrows(
            SchemaDdlException.class,
            () -> SchemaDdl.parse("a ARRAY<BIGNT, INT>, b INT, c DECIMAL(1,5), _d INT"));
    assertEquals(
        List.of(
            "there is no type BIGNT", "there is no DECIMAL(1,5)", "a column may not be named _d"),
        refused.errors().stream().map(error -> error.told().problem()).toList());
  }

  @Test
  void anEmptySchemaIsRefused() {
    assertEquals(
        "the schema has no columns",
        assertThrows(SchemaDdlException.class, () -> SchemaDdl.parse(" \n"))
            .errors()
            .get(0)
            .told()
            .problem());
  }

  @Test
  void readsBackWhatASchemaSaysOfItself() {
    long seed = 20260;
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      TableSchema schema = new TableSchema(columns(random, 3));
      assertEquals(schema, SchemaDdl.parse(schema.ddl()), "seed " + seed + ", round " + i);
    }
  }

  @Test
  void noTextIsTooStrange() {
    long seed = 4711;
    Random random = new Random(seed);
    String signs =
        "abID INT STRING,()<>:`'\"_9 NOT NULL COMMENT STRUCT< ARRAY< DECIMAL(\n\u00e9\ud83d";
    for (int i = 0; i < 3000; i++) {
      StringBuilder ddl = new StringBuilder();
      for (int length = random.nextInt(60); length > 0; length--) {
        ddl.append(signs.charAt(random.nextInt(signs.length())));
      }
      try {
        SchemaDdl.parse(ddl.toString());
      } catch (SchemaDdlException e) {
        e.errors()
            .forEach(
                error ->
                    assertTrue(
                        error.offset() >= 0 && error.offset() <= ddl.length(),
                        () -> "seed " + seed + ": " + ddl));
      }
    }
  }

  private static List<Column> columns(Random random, int depth) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(5); i++) {
      columns.add(new Column("c" + i, type(random, depth), random.nextBoolean(), ""));
    }
    return columns;
  }

  private static DataType type(Random random, int depth) {
    DataType.Primitive[] primitives = DataType.Primitive.values();
    DataType primitive = primitives[random.nextInt(primitives.length)];
    return switch (depth == 0 ? 9 : random.nextInt(10)) {
      case 0 -> new DataType.Array(type(random, depth - 1));
      case 1 -> new DataType.Map(primitive, type(random, depth - 1));
      case 2 -> new DataType.Struct(columns(random, depth - 1));
      case 3 -> {
        int precision = 1 + random.nextInt(38);
        yield new DataType.Decimal(precision, random.nextInt(precision + 1));
      }
      default -> primitive;
    };
  }
}
