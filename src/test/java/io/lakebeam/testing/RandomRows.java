package io.lakebeam.testing;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.values.Row;

/** Seeded schemas and rows of every type, with NULLs, empty and odd values among them. */
public final class RandomRows {
  private static final int DEEPEST = 3;
  private static final double NULLS = 0.15;
  private static final List<String> ODD_TEXTS =
      List.of("", " ", "a=b/c%:é", "\u0000\u001f", "日本語", "😀", "\"\\\n", "NULL", "�");

  private final Random random;

  public RandomRows(Random random) {
    this.random = random;
  }

  /** One column of every type, and of every kind of nesting. */
  public static TableSchema everyType() {
    DataType.Struct struct =
        new DataType.Struct(
            List.of(
                Column.required("x", Primitive.INT),
                Column.nullable("when", Primitive.TIMESTAMP),
                Column.nullable("tags", new DataType.Array(Primitive.STRING))));
    List<Column> columns = new ArrayList<>();
    for (Primitive type : Primitive.values()) {
      columns.add(Column.nullable("c_" + type.name().toLowerCase(java.util.Locale.ROOT), type));
    }
    columns.add(Column.required("id", Primitive.BIGINT));
    columns.add(Column.nullable("d9", new DataType.Decimal(9, 2)));
    columns.add(Column.nullable("d18", new DataType.Decimal(18, 0)));
    columns.add(Column.nullable("d38", new DataType.Decimal(38, 10)));
    columns.add(Column.nullable("ints", new DataType.Array(Primitive.INT)));
    columns.add(Column.nullable("dates", new DataType.Array(Primitive.DATE)));
    columns.add(Column.nullable("lists", new DataType.Array(new DataType.Array(Primitive.STRING))));
    columns.add(Column.nullable("counts", new DataType.Map(Primitive.STRING, Primitive.BIGINT)));
    columns.add(Column.nullable("times", new DataType.Map(Primitive.STRING, Primitive.TIMESTAMP)));
    columns.add(Column.nullable("s", struct));
    columns.add(Column.nullable("structs", new DataType.Array(struct)));
    columns.add(Column.nullable("by_name", new DataType.Map(Primitive.STRING, struct)));
    return new TableSchema(columns);
  }

  /** A schema of up to 12 columns; the first is always {@code id BIGINT NOT NULL}. */
  public TableSchema schema() {
    List<Column> columns = new ArrayList<>();
    columns.add(Column.required("id", Primitive.BIGINT));
    int more = 1 + random.nextInt(11);
    for (int i = 0; i < more; i++) {
      columns.add(column(name(i), 0));
    }
    return new TableSchema(columns);
  }

  public List<Row> rows(TableSchema schema, int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(schema.columns()));
    }
    return rows;
  }

  private static String name(int i) {
    return (i % 4 == 3 ? "größe-" : "column_") + i;
  }

  private Column column(String name, int depth) {
    return random.nextInt(4) == 0
        ? Column.required(name, type(depth))
        : Column.nullable(name, type(depth));
  }

  private DataType type(int depth) {
    int kinds = depth < DEEPEST ? 10 : 7;
    return switch (random.nextInt(kinds)) {
      case 0, 1, 2, 3, 4, 5 -> primitive();
      case 6 -> decimal();
      case 7 -> new DataType.Array(type(depth + 1));
      case 8 -> new DataType.Map(key(), type(depth + 1));
      default -> new DataType.Struct(List.of(column("a", depth + 1), column("b", depth + 1)));
    };
  }

  private Primitive primitive() {
    return Primitive.values()[random.nextInt(Primitive.values().length)];
  }

  private DataType decimal() {
    int precision = 1 + random.nextInt(DataType.Decimal.MAX_PRECISION);
    return new DataType.Decimal(precision, random.nextInt(precision + 1));
  }

  private DataType key() {
    return switch (random.nextInt(5)) {
      case 0 -> Primitive.INT;
      case 1 -> Primitive.BIGINT;
      case 2 -> Primitive.DATE;
      case 3 -> decimal();
      default -> Primitive.STRING;
    };
  }

  private Row row(List<Column> columns) {
    List<Object> values = new ArrayList<>();
    for (Column column : columns) {
      values.add(column.nullable() && random.nextDouble() < NULLS ? null : value(column.type()));
    }
    return Row.withSchema(TestingRows.schema(new TableSchema(columns))).attachValues(values);
  }

  private Object value(DataType type) {
    if (type instanceof Primitive primitive) {
      return primitive(primitive);
    }
    if (type instanceof DataType.Decimal decimal) {
      BigInteger bound = BigInteger.TEN.pow(decimal.precision());
      BigInteger unscaled = new BigInteger(bound.bitLength() + 2, random).mod(bound);
      return new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), decimal.scale());
    }
    if (type instanceof DataType.Array array) {
      List<Object> elements = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        elements.add(random.nextDouble() < NULLS ? null : value(array.element()));
      }
      return elements;
    }
    if (type instanceof DataType.Map map) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        entries.put(value(map.key()), random.nextDouble() < NULLS ? null : value(map.value()));
      }
      return entries;
    }
    return row(((DataType.Struct) type).fields());
  }

  private Object primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> random.nextBoolean();
      case TINYINT -> random.nextInt(8) == 0 ? Byte.MIN_VALUE : (Object) (byte) random.nextInt();
      case SMALLINT -> random.nextInt(8) == 0 ? Short.MAX_VALUE : (Object) (short) random.nextInt();
      case INT -> random.nextInt(8) == 0 ? Integer.MIN_VALUE : random.nextInt();
      case BIGINT -> random.nextInt(8) == 0 ? Long.MAX_VALUE : random.nextLong();
      case FLOAT -> random.nextInt(20) == 0 ? Float.NaN : random.nextFloat() - 0.5f;
      case DOUBLE -> random.nextInt(20) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian();
      case STRING -> text();
      case BINARY -> {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        yield bytes;
      }
      case DATE -> LocalDate.ofEpochDay(random.nextInt(60_000) - 20_000);
      case TIMESTAMP ->
          Instant.EPOCH
              .plus(random.nextInt(80_000) - 20_000, ChronoUnit.DAYS)
              .plus(random.nextInt() * 1_001L, ChronoUnit.MICROS);
    };
  }

  private String text() {
    if (random.nextInt(6) == 0) {
      return ODD_TEXTS.get(random.nextInt(ODD_TEXTS.size()));
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(60); i > 0; i--) {
      text.append((char) ('a' + random.nextInt(26)));
    }
    return text.toString();
  }
}
