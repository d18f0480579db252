package io.lakebeam.graph;

import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.BINARY;
import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.DATE;
import static io.lakebeam.graph.DataType.Primitive.DOUBLE;
import static io.lakebeam.graph.DataType.Primitive.FLOAT;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.SMALLINT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;
import static io.lakebeam.graph.DataType.Primitive.TINYINT;

import io.lakebeam.graph.SchemaDdl.Refused;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The types of a DDL schema, with Spark SQL's synonyms. */
final class DdlTypes {
  private static final Map<String, DataType> SIMPLE =
      Map.ofEntries(
          Map.entry("BOOLEAN", BOOLEAN),
          Map.entry("TINYINT", TINYINT),
          Map.entry("BYTE", TINYINT),
          Map.entry("SMALLINT", SMALLINT),
          Map.entry("SHORT", SMALLINT),
          Map.entry("INT", INT),
          Map.entry("INTEGER", INT),
          Map.entry("BIGINT", BIGINT),
          Map.entry("LONG", BIGINT),
          Map.entry("FLOAT", FLOAT),
          Map.entry("REAL", FLOAT),
          Map.entry("DOUBLE", DOUBLE),
          Map.entry("STRING", STRING),
          Map.entry("BINARY", BINARY),
          Map.entry("DATE", DATE),
          Map.entry("TIMESTAMP", TIMESTAMP),
          Map.entry("TIMESTAMP_LTZ", TIMESTAMP));

  private static final Set<String> DECIMALS = Set.of("DECIMAL", "DEC", "NUMERIC");

  /** What people type from other systems' habits; too far from our names for a guess by letters. */
  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("BOOL", "BOOLEAN"),
          Map.entry("INT8", "TINYINT"),
          Map.entry("INT16", "SMALLINT"),
          Map.entry("INT32", "INT"),
          Map.entry("INT64", "BIGINT"),
          Map.entry("NUMBER", "DECIMAL"),
          Map.entry("MONEY", "DECIMAL"),
          Map.entry("FLOAT64", "DOUBLE"),
          Map.entry("TEXT", "STRING"),
          Map.entry("UUID", "STRING"),
          Map.entry("JSON", "STRING"),
          Map.entry("VARIANT", "STRING"),
          Map.entry("BYTES", "BINARY"),
          Map.entry("BLOB", "BINARY"),
          Map.entry("VARBINARY", "BINARY"),
          Map.entry("TIME", "STRING"),
          Map.entry("DATETIME", "TIMESTAMP"),
          Map.entry("TIMESTAMPTZ", "TIMESTAMP"),
          Map.entry("TIMESTAMP_NTZ", "TIMESTAMP"),
          Map.entry("LIST", "ARRAY"),
          Map.entry("ROW", "STRUCT"),
          Map.entry("RECORD", "STRUCT"));

  private static final Set<String> LIMITED_TEXT = Set.of("VARCHAR", "CHAR", "CHARACTER");

  private static final List<String> NAMES =
      List.of(
          "BOOLEAN",
          "TINYINT",
          "SMALLINT",
          "INT",
          "BIGINT",
          "FLOAT",
          "DOUBLE",
          "DECIMAL",
          "STRING",
          "BINARY",
          "DATE",
          "TIMESTAMP",
          "ARRAY",
          "MAP",
          "STRUCT");

  private static final String ALLOWED =
      "a type is BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL(p,s), STRING,"
          + " BINARY, DATE, TIMESTAMP, ARRAY<type>, MAP<key, value> or STRUCT<name: type, ...>";

  /** Deeper than any real record, and shallow enough for every recursion that follows. */
  private static final int DEEPEST = 50;

  private final SchemaDdl ddl;
  private final int depth;

  DdlTypes(SchemaDdl ddl) {
    this(ddl, 0);
  }

  private DdlTypes(SchemaDdl ddl, int depth) {
    this.ddl = ddl;
    this.depth = depth;
  }

  DataType type() {
    DdlToken word = ddl.take();
    if (depth > DEEPEST) {
      throw new Refused(
          word, "types are nested more than " + DEEPEST + " deep", "", "flatten the record");
    }
    if (word.kind() != DdlToken.Kind.WORD) {
      throw new Refused(word, "a type is expected, not " + word.shown(), ALLOWED, "");
    }
    String name = word.text().toUpperCase(Locale.ROOT);
    if (SIMPLE.containsKey(name)) {
      if (name.equals("DOUBLE") && ddl.peek().isWord("PRECISION")) {
        ddl.take();
      }
      return SIMPLE.get(name);
    }
    if (DECIMALS.contains(name)) {
      return decimal(word);
    }
    return switch (name) {
      case "ARRAY" -> array();
      case "MAP" -> map();
      case "STRUCT" -> struct(word);
      default -> throw unknown(word, name);
    };
  }

  private static Refused unknown(DdlToken word, String name) {
    if (LIMITED_TEXT.contains(name)) {
      return new Refused(
          word,
          "there is no type " + word.text(),
          "a length limit would be promised here and kept nowhere",
          "write STRING, and where the length matters an expectation such as CHAR_LENGTH(x) <= 10");
    }
    String question =
        ELSEWHERE.containsKey(name)
            ? "did you mean " + ELSEWHERE.get(name) + "? "
            : NearestName.question(name, NAMES);
    return new Refused(word, "there is no type " + word.text(), "", question + ALLOWED);
  }

  private DataType decimal(DdlToken word) {
    if (!ddl.takeIf("(")) {
      return new DataType.Decimal(10, 0);
    }
    int precision = number();
    int scale = 0;
    if (ddl.takeIf(",")) {
      scale = number();
    }
    ddl.expectSign(")", "DECIMAL(precision,scale)");
    if (precision < 1 || precision > DataType.Decimal.MAX_PRECISION || scale > precision) {
      throw new Refused(
          word,
          "there is no DECIMAL(" + precision + "," + scale + ")",
          "precision counts all digits, 1 to 38; scale those after the point, 0 to precision",
          "write for example DECIMAL(10,2)");
    }
    return new DataType.Decimal(precision, scale);
  }

  private int number() {
    DdlToken digits =
        ddl.expect(DdlToken.Kind.NUMBER, "DECIMAL(precision,scale) takes whole numbers");
    // Longer ones are out of range whatever they say, and need not fit an int.
    return digits.text().length() > 4 ? 9999 : Integer.parseInt(digits.text());
  }

  private DataType array() {
    ddl.expectSign("<", "an array is written ARRAY<type>");
    DataType element = nested();
    ddl.expectSign(">", "an array is written ARRAY<type>");
    return new DataType.Array(element);
  }

  private DataType map() {
    ddl.expectSign("<", "a map is written MAP<key, value>");
    DdlToken at = ddl.peek();
    DataType key = nested();
    if (!(key instanceof DataType.Primitive)) {
      throw new Refused(
          at,
          "a map's key may not be " + key.sql(),
          "keys are compared, which only types without parameters allow on every reader",
          "write for example MAP<STRING, DOUBLE>");
    }
    ddl.expectSign(",", "a map is written MAP<key, value>");
    DataType value = nested();
    ddl.expectSign(">", "a map is written MAP<key, value>");
    return new DataType.Map(key, value);
  }

  private DataType struct(DdlToken word) {
    ddl.expectSign("<", "a struct is written STRUCT<name: type, ...>");
    if (ddl.peek().is(">")) {
      throw new Refused(
          word, "the struct has no fields", "", "write for example STRUCT<name: STRING>");
    }
    List<Column> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    do {
      fields.add(ddl.field(names, new DdlTypes(ddl, depth + 1)));
    } while (ddl.takeIf(","));
    ddl.expectSign(">", "a struct is written STRUCT<name: type, ...>");
    return new DataType.Struct(fields);
  }

  private DataType nested() {
    return new DdlTypes(ddl, depth + 1).type();
  }
}
