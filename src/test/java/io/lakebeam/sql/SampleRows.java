package io.lakebeam.sql;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.values.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.joda.time.Instant;

/** The same edge cases as Beam rows and as Spark rows; column {@code id} is their index. */
final class SampleRows {
  static final Schema BEAM =
      Schema.builder()
          .addInt32Field("id")
          .addNullableStringField("s")
          .addNullableStringField("p")
          .addNullableInt32Field("n")
          .addNullableInt64Field("l")
          .addNullableField("f", FieldType.FLOAT)
          .addNullableDoubleField("d")
          .addNullableField("m", FieldType.DECIMAL)
          .addNullableBooleanField("b")
          .addNullableField("dt", FieldType.logicalType(SqlTypes.DATE))
          .addNullableField("ts", FieldType.DATETIME)
          .addNullableField("bin", FieldType.BYTES)
          .build();

  static final StructType SPARK =
      new StructType()
          .add("id", DataTypes.IntegerType)
          .add("s", DataTypes.StringType)
          .add("p", DataTypes.StringType)
          .add("n", DataTypes.IntegerType)
          .add("l", DataTypes.LongType)
          .add("f", DataTypes.FloatType)
          .add("d", DataTypes.DoubleType)
          .add("m", DataTypes.createDecimalType(20, 4))
          .add("b", DataTypes.BooleanType)
          .add("dt", DataTypes.DateType)
          .add("ts", DataTypes.TimestampType)
          .add("bin", DataTypes.BinaryType);

  private static final String[] TEXTS = {
    null,
    "",
    " ",
    "abc",
    "Hello World",
    "  padded  ",
    "1",
    "-42",
    "+7",
    "007",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "1.5",
    ".5",
    "1.",
    "1e3",
    "1E400",
    "NaN",
    "-inf",
    "infinity",
    "true",
    "NO",
    "y",
    "0",
    "é",
    "日本語",
    "a😀b",
    "ß",
    "a,b,,c",
    "a.b.c",
    "2024-02-29",
    "2023-02-29",
    "2024-1-5",
    "2024-13-01",
    "2024",
    "2024-06",
    "0001-01-01",
    "9999-12-31",
    "2024-01-01 12:34:56",
    "2024-01-01T12:34:56Z",
    "2024-01-01T12:34:56.789+02:00",
    "2024-01-01 12:34:56.123456",
    "2024-01-01 24:00:00",
    "2024-01-01 12",
    "2024-01-01 1:2:3",
    "2024-01-01T12:34:56 Europe/Paris",
    "2024-01-01 garbage",
    " 2024-01-01 ",
    "01/02/2024",
    "\t5\n",
    "1 000",
    "1,000",
    "0x1F",
    "1d",
    "1f",
    "--1",
    "+",
    "-",
    "e5",
    "{\"a\":{\"b\":[1,2.50,\"x\"]},\"c\":null,\"d e\":true}",
    "[1,2]",
    "{broken",
    "aaa",
    "foo123bar456",
    "123.456",
    "-123.455",
    "99999999.995",
    "12345678901234567890.12",
    "SGVsbG8=",
    "48656C6C6F",
    "it's",
    "100%",
    "a_b",
    "back\\slash",
    "ÀÉ ça va",
    "x\ny",
    "20240229",
    "2024-03-10 02:30:00",
    "1969-12-31 23:59:59.999",
    "1900-01-01 00:00:00",
    "T12:00",
    "12:00:00",
    "-2024-01-01",
    "12024-01-01",
    "Mon, 5 Feb 2024",
    "2024-02-05 03:04 PM",
    "a1b2",
    "null",
    "NULL"
  };
  private static final Integer[] INTS = {
    null,
    0,
    1,
    -1,
    2,
    3,
    5,
    -5,
    10,
    255,
    256,
    1024,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    12,
    31,
    2024,
    7
  };
  private static final Long[] LONGS = {
    0L,
    null,
    1L,
    -1L,
    1704112496L,
    -86401L,
    1L << 40,
    2147483648L,
    -2147483649L,
    15L,
    65L,
    233L,
    999999999L
  };
  private static final Double[] DOUBLES = {
    0.0,
    null,
    -0.0,
    1.5,
    -1.5,
    2.5,
    0.1,
    1e10,
    1e-7,
    1e20,
    -1e20,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    123456789.98765433,
    2147483647.5,
    -2147483648.5,
    100.0,
    1.005
  };
  private static final String[] DECIMALS = {
    "0.0000",
    null,
    "1.5000",
    "-1.5000",
    "2.5000",
    "123456.7890",
    "-0.0001",
    "9999999999999999.9999",
    "2147483648.0000",
    "0.0050",
    "10.0000"
  };
  private static final String[] DATES = {
    "1970-01-01",
    null,
    "2024-02-29",
    "2023-12-31",
    "2024-12-30",
    "1969-12-31",
    "2000-01-31",
    "1900-03-01",
    "9999-12-31",
    "2021-01-03",
    "2024-03-31"
  };
  private static final Long[] TIMES = {
    0L,
    null,
    1709210096789L,
    -1L,
    1704067199999L,
    946684800000L,
    -2208988800000L,
    1711850400000L,
    1704112496100L,
    1704112496120L,
    1735689599000L
  };

  private SampleRows() {}

  static int count() {
    return TEXTS.length;
  }

  private static <T> T pick(T[] values, int i) {
    return values[i % values.length];
  }

  static List<Row> beam() {
    return IntStream.range(0, count()).mapToObj(SampleRows::beam).toList();
  }

  private static Row beam(int i) {
    String decimal = pick(DECIMALS, i);
    String date = pick(DATES, i);
    Long time = pick(TIMES, i);
    Double number = pick(DOUBLES, i);
    String text = TEXTS[i];
    return Row.withSchema(BEAM)
        .addValues(
            i,
            text,
            pick(TEXTS, i * 7 + 3),
            pick(INTS, i),
            pick(LONGS, i),
            number == null ? null : number.floatValue(),
            number,
            decimal == null ? null : new BigDecimal(decimal),
            i % 3 == 0 ? null : (Object) (i % 3 == 1),
            date == null ? null : LocalDate.parse(date),
            time == null ? null : Instant.ofEpochMilli(time),
            text == null ? null : text.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .build();
  }

  static List<org.apache.spark.sql.Row> spark() {
    List<org.apache.spark.sql.Row> rows = new ArrayList<>();
    for (Row row : beam()) {
      Object[] values = row.getValues().toArray();
      for (int i = 0; i < values.length; i++) {
        if (values[i] instanceof Instant) {
          values[i] = java.time.Instant.ofEpochMilli(((Instant) values[i]).getMillis());
        }
      }
      rows.add(RowFactory.create(values));
    }
    return rows;
  }
}
