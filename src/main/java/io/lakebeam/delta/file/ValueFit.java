package io.lakebeam.delta.file;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.row.Decimals;
import io.lakebeam.row.RowFields;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.shaded.spark.sql.catalyst.util.MapData;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.io.Serializable;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Whether Parquet has room for a value of a type, and how long it is. */
interface ValueFit extends Serializable {
  String NO_NULL = "it is NULL, and may not be";

  /** Why the value, which is not null, cannot be stored; null when it can. */
  @Nullable String problem(Object value);

  /** Bytes of texts and BINARYs in it; 0 for null. */
  default long bytes(@Nullable Object value) {
    return 0;
  }

  static ValueFit of(DataType type) {
    return type.match(
        ValueFit::primitive,
        ValueFit::decimal,
        array -> elements(array.element()),
        map -> new Entries(elements(map.key()), elements(map.value())),
        struct ->
            new Fields(
                struct.fields(),
                struct.fields().stream().map(f -> of(f.type())).toArray(ValueFit[]::new)));
  }

  private static ValueFit decimal(DataType.Decimal type) {
    return value ->
        value instanceof Decimal number
            ? fits(number, type) ? null : noRoom(number, type)
            : noRoom(value instanceof BigDecimal number ? shown(number) : value.getClass(), type);
  }

  private static Elements elements(DataType type) {
    return new Elements(type, of(type));
  }

  private static ValueFit primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> value -> value instanceof Boolean ? null : noRoom(value.getClass(), type);
      case TINYINT -> value -> value instanceof Byte ? null : noRoom(value.getClass(), type);
      case SMALLINT -> value -> value instanceof Short ? null : noRoom(value.getClass(), type);
      case INT -> value -> value instanceof Integer ? null : noRoom(value.getClass(), type);
      case BIGINT -> value -> value instanceof Long ? null : noRoom(value.getClass(), type);
      case FLOAT -> value -> value instanceof Float ? null : noRoom(value.getClass(), type);
      case DOUBLE -> value -> value instanceof Double ? null : noRoom(value.getClass(), type);
      case STRING, BINARY -> new Characters(type);
      case DATE -> value -> value instanceof Integer ? null : noRoom(value, type);
      case TIMESTAMP -> value -> value instanceof Long ? null : noRoom(value, type);
    };
  }

  private static boolean fits(Decimal number, DataType.Decimal type) {
    return number.scale() == type.scale() && number.precision() <= type.precision()
        || Decimals.fits(number.toJavaBigDecimal(), type);
  }

  private static String noRoom(Object value, DataType type) {
    return value + " does not fit " + type.sql();
  }

  /** In scientific notation: digits of a far exponent may be gigabytes. */
  private static String shown(BigDecimal number) {
    String text = number.toString();
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  /** Text and bytes. */
  record Characters(Primitive type) implements ValueFit {
    @Override
    public @Nullable String problem(Object value) {
      if (type == Primitive.STRING && value instanceof UTF8String text) {
        int at = Utf8.malformedAt(text);
        return at < 0 ? null : malformed(text.getBytes(), at);
      }
      return type == Primitive.BINARY && value instanceof byte[]
          ? null
          : noRoom(value.getClass(), type);
    }

    private static String malformed(byte[] bytes, int at) {
      String before = new String(bytes, 0, at, StandardCharsets.UTF_8);
      boolean isHalf =
          at + 2 < bytes.length && (bytes[at] & 0xFF) == 0xED && (bytes[at + 1] & 0xE0) == 0xA0;
      return isHalf
          ? String.format(
              Locale.ROOT,
              "half of a character (\\u%04x) stands alone at position %d, no file can hold it",
              0xD000 | (bytes[at + 1] & 0x3F) << 6 | bytes[at + 2] & 0x3F,
              before.length() + 1)
          : String.format(
              Locale.ROOT,
              "its bytes are not UTF-8 at position %d, no file can hold it",
              before.length() + 1);
    }

    @Override
    public long bytes(@Nullable Object value) {
      if (value instanceof UTF8String text) {
        return text.numBytes();
      }
      return value instanceof byte[] binary ? binary.length : 0;
    }
  }

  /** Values of an array. */
  record Elements(DataType type, ValueFit element) implements ValueFit {
    @Override
    public @Nullable String problem(Object value) {
      if (!(value instanceof ArrayData values)) {
        return value.getClass() + " is no array";
      }
      for (int i = 0; i < values.numElements(); i++) {
        Object each = RowFields.at(values, i, type);
        String problem = each == null ? null : element.problem(each);
        if (problem != null) {
          return "an element: " + problem;
        }
      }
      return null;
    }

    @Override
    public long bytes(@Nullable Object value) {
      long bytes = 0;
      if (value instanceof ArrayData values) {
        for (int i = 0; i < values.numElements(); i++) {
          bytes += element.bytes(RowFields.at(values, i, type));
        }
      }
      return bytes;
    }
  }

  /** Keys, which cannot be NULL, and values. */
  record Entries(Elements keys, Elements values) implements ValueFit {
    @Override
    public @Nullable String problem(Object value) {
      if (!(value instanceof MapData map)) {
        return value.getClass() + " is no map";
      }
      ArrayData each = map.keyArray();
      for (int i = 0; i < each.numElements(); i++) {
        Object key = RowFields.at(each, i, keys.type());
        String ofKey = key == null ? NO_NULL : keys.element().problem(key);
        if (ofKey != null) {
          return "a key: " + ofKey;
        }
        Object entry = RowFields.at(map.valueArray(), i, values.type());
        String ofValue = entry == null ? null : values.element().problem(entry);
        if (ofValue != null) {
          return "a value: " + ofValue;
        }
      }
      return null;
    }

    @Override
    public long bytes(@Nullable Object value) {
      return value instanceof MapData map
          ? keys.bytes(map.keyArray()) + values.bytes(map.valueArray())
          : 0;
    }
  }

  /** Fields of a struct. */
  record Fields(List<Column> fields, ValueFit[] fits) implements ValueFit {
    @Override
    public @Nullable String problem(Object value) {
      if (!(value instanceof InternalRow row)) {
        return value.getClass() + " is no struct";
      }
      for (int i = 0; i < fits.length; i++) {
        Object each = RowFields.at(row, i, fields.get(i).type());
        String problem =
            each != null ? fits[i].problem(each) : fields.get(i).nullable() ? null : NO_NULL;
        if (problem != null) {
          return "field " + fields.get(i).name() + ": " + problem;
        }
      }
      return null;
    }

    @Override
    public long bytes(@Nullable Object value) {
      long bytes = 0;
      if (value instanceof InternalRow row) {
        for (int i = 0; i < fits.length; i++) {
          bytes += fits[i].bytes(RowFields.at(row, i, fields.get(i).type()));
        }
      }
      return bytes;
    }
  }
}
