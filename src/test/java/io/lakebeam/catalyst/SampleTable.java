package io.lakebeam.catalyst;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Rows with a column of each type, whose values are extremes. Also used by the real Spark. */
public final class SampleTable {
  /** Rows; as many as the longest list of values has. */
  public static final int ROWS = 13;

  private static final Map<String, List<String>> VALUES = new LinkedHashMap<>();

  static {
    put("BOOLEAN", "NULL", "true", "false");
    put("TINYINT", "NULL", "0Y", "1Y", "-1Y", "127Y", "-128Y");
    put("SMALLINT", "NULL", "0S", "2S", "-1S", "32767S", "-32768S");
    put("INT", "NULL", "0", "1", "-1", "3", "7", "2147483647", "-2147483648");
    put(
        "BIGINT",
        "NULL",
        "0L",
        "1L",
        "-1L",
        "12L",
        "9223372036854775807L",
        "-9223372036854775807L - 1L");
    put(
        "FLOAT",
        "NULL",
        "0.0F",
        "-0.0F",
        "1.5F",
        "float('NaN')",
        "float('Infinity')",
        "float(3.4028234E38D)");
    put(
        "DOUBLE",
        "NULL",
        "0.0D",
        "-0.0D",
        "2.5D",
        "-1e300D",
        "double('NaN')",
        "double('-Infinity')",
        "4.9E-324D");
    put("DECIMAL(10,2)", "NULL", "0.00BD", "1.25BD", "-99999999.99BD", "99999999.99BD");
    put(
        "DECIMAL(38,18)",
        "NULL",
        "0BD",
        "12345678901234567890.123456789012345678BD",
        "-0.000000000000000001BD");
    put(
        "DECIMAL(38,0)",
        "NULL",
        "1BD",
        "99999999999999999999999999999999999999BD",
        "-99999999999999999999999999999999999999BD");
    put(
        "STRING",
        "NULL",
        "''",
        "'a'",
        "' Spark SQL '",
        "'1'",
        "'2024-02-29'",
        "'abc,DEF;ghi'",
        "'-12.50'",
        "'{\"a\":1,\"b\":[1,2]}'",
        "'😀é漢'",
        "'[ABC]+'",
        "'x\\n\\ty'",
        "'ＦＵＬＬ ß'");
    put("BINARY", "NULL", "X''", "X'00FF'", "X'C3A9'", "X'537061726B'");
    put(
        "DATE",
        "NULL",
        "DATE'1970-01-01'",
        "DATE'2024-02-29'",
        "DATE'0001-01-01'",
        "DATE'9999-12-31'",
        "DATE'1582-10-15'");
    put(
        "TIMESTAMP",
        "NULL",
        "TIMESTAMP'1970-01-01 00:00:00'",
        "TIMESTAMP'2024-02-29 23:59:59.999999'",
        "TIMESTAMP'0001-01-01 00:00:00'",
        "TIMESTAMP'9999-12-31 23:59:59.999999'");
    put(
        "TIMESTAMP_NTZ",
        "NULL",
        "TIMESTAMP_NTZ'1969-12-31 23:59:59.999999'",
        "TIMESTAMP_NTZ'2024-03-31 02:30:00'",
        "TIMESTAMP_NTZ'9999-12-31 23:59:59'");
    put(
        "INTERVAL YEAR TO MONTH",
        "NULL",
        "INTERVAL '0-0' YEAR TO MONTH",
        "INTERVAL '1-2' YEAR TO MONTH",
        "INTERVAL '-178956970-8' YEAR TO MONTH");
    put(
        "INTERVAL DAY TO SECOND",
        "NULL",
        "INTERVAL '0 00:00:00' DAY TO SECOND",
        "INTERVAL '1 02:03:04.000005' DAY TO SECOND",
        "INTERVAL '-106751991 04:00:54.775808' DAY TO SECOND");
    put("ARRAY<INT>", "NULL", "array()", "array(1, 2, NULL)", "array(3, 1, 2, 3)");
    put("ARRAY<STRING>", "NULL", "array()", "array('b', NULL, 'a')", "array('', 'Spark')");
    put("ARRAY<ARRAY<INT>>", "NULL", "array()", "array(array(1), NULL, array())");
    put("MAP<STRING, INT>", "NULL", "map()", "map('a', 1, 'b', NULL)", "map('', 0)");
    put("MAP<INT, ARRAY<STRING>>", "NULL", "map(1, array('x'))", "map(1, NULL, 2, array())");
    put(
        "STRUCT<a: INT, b: STRING>",
        "NULL",
        "named_struct('a', 1, 'b', 'x')",
        "named_struct('a', NULL, 'b', NULL)");
    put(
        "ARRAY<STRUCT<k: STRING, v: DOUBLE>>",
        "NULL",
        "array()",
        "array(named_struct('k', 'x', 'v', 1.5D), NULL)");
  }

  private SampleTable() {}

  private static void put(String type, String... values) {
    VALUES.put(type, List.of(values));
  }

  /** Names of columns by their types. */
  static Map<String, String> columns() {
    Map<String, String> columns = new LinkedHashMap<>();
    for (String type : VALUES.keySet()) {
      columns.put(type, "c" + columns.size());
    }
    return columns;
  }

  /** Values of a type, as SQL has them. */
  static List<String> values(String type) {
    return VALUES.getOrDefault(type, List.of("NULL"));
  }

  /** The query that makes a row. */
  public static String row(int row) {
    return row(row, "true");
  }

  /**
   * The same, of values that are there when a condition holds. No value is a constant then, which
   * would be computed before there is a row.
   */
  static String row(int row, String condition) {
    List<String> columns = new ArrayList<>();
    int place = 0;
    for (Map.Entry<String, List<String>> each : VALUES.entrySet()) {
      String value = each.getValue().get((row * 5 + place) % each.getValue().size());
      String given =
          condition.equals("true") ? value : "IF(" + condition + ", " + value + ", NULL)";
      columns.add("CAST(%s AS %s) AS c%d".formatted(given, each.getKey(), place++));
    }
    return columns.stream().collect(Collectors.joining(", ", "SELECT ", ""));
  }
}
