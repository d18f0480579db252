package io.lakebeam.sql;

import static io.lakebeam.sql.Kind.ANY;
import static io.lakebeam.sql.Kind.BIGINT;
import static io.lakebeam.sql.Kind.BINARY;
import static io.lakebeam.sql.Kind.BOOLEAN;
import static io.lakebeam.sql.Kind.DATE;
import static io.lakebeam.sql.Kind.DOUBLE;
import static io.lakebeam.sql.Kind.INT;
import static io.lakebeam.sql.Kind.STRING;
import static io.lakebeam.sql.Kind.TIMESTAMP;

import io.lakebeam.sql.function.DatePatterns;
import io.lakebeam.sql.function.Dates;
import io.lakebeam.sql.function.Digests;
import io.lakebeam.sql.function.Json;
import io.lakebeam.sql.function.LikePattern;
import io.lakebeam.sql.function.Numbers;
import io.lakebeam.sql.function.Patterns;
import io.lakebeam.sql.function.Text;
import java.util.ArrayList;
import java.util.List;

/** The library's functions of fixed type, one line each; docs/reference/sql.md describes them. */
final class StandardFunctions {
  private final List<LibraryFunction> all = new ArrayList<>();

  private StandardFunctions() {}

  static List<LibraryFunction> all() {
    StandardFunctions functions = new StandardFunctions();
    functions.texts();
    functions.patterns();
    functions.dates();
    functions.numbers();
    functions.encodings();
    return functions.all;
  }

  private void texts() {
    add("UPPER", STRING, Text.class, "upper", 1, STRING);
    add("LOWER", STRING, Text.class, "lower", 1, STRING);
    add("INITCAP", STRING, Text.class, "initcap", 1, STRING);
    add("SUBSTR", STRING, Text.class, "substring", 2, STRING, INT, INT);
    add("LEFT", STRING, Text.class, "left", 2, STRING, INT);
    add("RIGHT", STRING, Text.class, "right", 2, STRING, INT);
    add("INSTR", INT, Text.class, "instr", 2, STRING, STRING);
    add("LOCATE", INT, Text.class, "locate", 2, STRING, STRING, INT);
    add("LTRIM", STRING, Text.class, "ltrim", 1, STRING, STRING);
    add("RTRIM", STRING, Text.class, "rtrim", 1, STRING, STRING);
    add("BTRIM", STRING, Text.class, "btrim", 1, STRING, STRING);
    add("LPAD", STRING, Text.class, "lpad", 2, STRING, INT, STRING);
    add("RPAD", STRING, Text.class, "rpad", 2, STRING, INT, STRING);
    add("REPEAT", STRING, Text.class, "repeat", 2, STRING, INT);
    add("SPACE", STRING, Text.class, "space", 1, INT);
    add("REVERSE", STRING, Text.class, "reverse", 1, STRING);
    add("REPLACE", STRING, Text.class, "replace", 2, STRING, STRING, STRING);
    add("TRANSLATE3", STRING, Text.class, "translate", 3, STRING, STRING, STRING);
    add("STARTSWITH", BOOLEAN, Text.class, "startsWith", 2, STRING, STRING);
    add("ENDSWITH", BOOLEAN, Text.class, "endsWith", 2, STRING, STRING);
    add("CONTAINS", BOOLEAN, Text.class, "contains", 2, STRING, STRING);
    add("SPLIT_PART", STRING, Text.class, "splitPart", 3, STRING, STRING, INT);
    add("SUBSTRING_INDEX", STRING, Text.class, "substringIndex", 3, STRING, STRING, INT);
    add("ASCII", INT, Text.class, "ascii", 1, STRING);
    add("CHR", STRING, Text.class, "chr", 1, BIGINT);
    add("LEVENSHTEIN", INT, Text.class, "levenshtein", 2, STRING, STRING);
    add("GET_JSON_OBJECT", STRING, Json.class, "object", 2, STRING, STRING);
  }

  private void patterns() {
    add("LIKE_TEXT", BOOLEAN, LikePattern.class, "matches", 2, STRING, STRING, STRING);
    add("RLIKE", BOOLEAN, Patterns.class, "like", 2, STRING, STRING);
    add("REGEXP_REPLACE", STRING, Patterns.class, "replace", 3, STRING, STRING, STRING, INT);
    add("REGEXP_EXTRACT", STRING, Patterns.class, "extract", 2, STRING, STRING, INT);
    add("REGEXP_COUNT", INT, Patterns.class, "count", 2, STRING, STRING);
    add("REGEXP_SUBSTR", STRING, Patterns.class, "substring", 2, STRING, STRING);
    add("REGEXP_INSTR", INT, Patterns.class, "position", 2, STRING, STRING);
  }

  private void dates() {
    add("YEAR", INT, Dates.class, "year", 1, DATE);
    add("QUARTER", INT, Dates.class, "quarter", 1, DATE);
    add("MONTH", INT, Dates.class, "month", 1, DATE);
    add("WEEKOFYEAR", INT, Dates.class, "weekOfYear", 1, DATE);
    add("DAYOFMONTH", INT, Dates.class, "day", 1, DATE);
    add("DAYOFYEAR", INT, Dates.class, "dayOfYear", 1, DATE);
    add("DAYOFWEEK", INT, Dates.class, "dayOfWeek", 1, DATE);
    add("WEEKDAY", INT, Dates.class, "weekday", 1, DATE);
    add("HOUR", INT, Dates.class, "hour", 1, TIMESTAMP);
    add("MINUTE", INT, Dates.class, "minute", 1, TIMESTAMP);
    add("SECOND", INT, Dates.class, "second", 1, TIMESTAMP);
    add("DATE_ADD", DATE, Dates.class, "add", 2, DATE, INT);
    add("DATE_SUB", DATE, Dates.class, "subtract", 2, DATE, INT);
    add("DATEDIFF", INT, Dates.class, "difference", 2, DATE, DATE);
    add("ADD_MONTHS", DATE, Dates.class, "addMonths", 2, DATE, INT);
    add("MONTHS_BETWEEN", DOUBLE, Dates.class, "monthsBetween", 2, TIMESTAMP, TIMESTAMP, BOOLEAN);
    add("LAST_DAY", DATE, Dates.class, "lastDay", 1, DATE);
    add("NEXT_DAY", DATE, Dates.class, "nextDay", 2, DATE, STRING);
    add("MAKE_DATE", DATE, Dates.class, "makeDate", 3, INT, INT, INT);
    add(
        "MAKE_TIMESTAMP",
        TIMESTAMP,
        Dates.class,
        "makeTimestamp",
        6,
        INT,
        INT,
        INT,
        INT,
        INT,
        DOUBLE);
    add("DATE_TRUNC", TIMESTAMP, Dates.class, "truncate", 2, STRING, TIMESTAMP);
    add("TRUNC", DATE, Dates.class, "truncateDate", 2, DATE, STRING);
    add("DATE_FORMAT", STRING, DatePatterns.class, "format", 2, TIMESTAMP, STRING);
    add("FROM_UNIXTIME", STRING, DatePatterns.class, "fromSeconds", 1, BIGINT, STRING);
    add("TIMESTAMP_MILLIS", TIMESTAMP, Dates.class, "timestampOfMillis", 1, BIGINT);
    add("TIMESTAMP_MICROS", TIMESTAMP, Dates.class, "timestampOfMicros", 1, BIGINT);
    add("UNIX_MILLIS", BIGINT, Dates.class, "millisOfTimestamp", 1, TIMESTAMP);
    add("UNIX_MICROS", BIGINT, Dates.class, "microsOfTimestamp", 1, TIMESTAMP);
    add("UNIX_DATE", INT, Dates.class, "daysOfDate", 1, DATE);
    add("DATE_FROM_UNIX_DATE", DATE, Dates.class, "dateOfDays", 1, INT);
  }

  private void numbers() {
    add("LN", DOUBLE, Numbers.class, "ln", 1, DOUBLE);
    add("LOG", DOUBLE, Numbers.class, "log", 1, DOUBLE, DOUBLE);
    add("LOG2", DOUBLE, Numbers.class, "log2", 1, DOUBLE);
    add("LOG10", DOUBLE, Numbers.class, "log10", 1, DOUBLE);
    // Beam's go through BigDecimal, which has no infinity and no NaN and fails on them.
    add("SQRT", DOUBLE, Numbers.class, "sqrt", 1, DOUBLE);
    add("CBRT", DOUBLE, Numbers.class, "cbrt", 1, DOUBLE);
    add("EXP", DOUBLE, Numbers.class, "exp", 1, DOUBLE);
    add("POWER", DOUBLE, Numbers.class, "power", 2, DOUBLE, DOUBLE);
    add("SIGN", DOUBLE, Numbers.class, "sign", 1, DOUBLE);
    add("TRY_DIVIDE", DOUBLE, Numbers.class, "tryDivide", 2, DOUBLE, DOUBLE);
    add("ISNAN", BOOLEAN, Numbers.class, "isNan", 1, DOUBLE);
  }

  private void encodings() {
    add("MD5", STRING, Digests.class, "md5", 1, BINARY);
    add("SHA1", STRING, Digests.class, "sha1", 1, BINARY);
    add("SHA2", STRING, Digests.class, "sha2", 2, BINARY, INT);
    add("CRC32", BIGINT, Digests.class, "crc32", 1, BINARY);
    add("HEX", STRING, Digests.class, "hex", 1, ANY);
    add("UNHEX", BINARY, Digests.class, "unhex", 1, STRING);
    add("BASE64", STRING, Digests.class, "base64", 1, BINARY);
    add("UNBASE64", BINARY, Digests.class, "unbase64", 1, STRING);
  }

  private void add(
      String name, Kind result, Class<?> owner, String method, int required, Kind... parameters) {
    all.add(
        new LibraryFunction(
            name,
            List.of(parameters),
            required,
            false,
            call -> result.type(call.getTypeFactory()),
            LibraryFunction.method(owner, method)));
  }
}
