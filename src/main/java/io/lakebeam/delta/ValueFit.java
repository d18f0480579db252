package io.lakebeam.delta;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.joda.time.ReadableInstant;

/** Whether Parquet has room for a value of a type, and how long it is. */
interface ValueFit extends Serializable {
  String NO_NULL = "it is NULL, and may not be";

  /** Why the value, which is not null, cannot be stored; null when it can. */
  @Nullable String problem(Object value);

  /** Characters of texts and bytes of BINARYs in it; 0 for null. */
  default long characters(@Nullable Object value) {
    return 0;
  }

  static ValueFit of(DataType type) {
    if (type instanceof Primitive primitive) {
      return primitive(primitive);
    }
    if (type instanceof DataType.Decimal decimal) {
      return value ->
          value instanceof BigDecimal number
              ? StoredValues.fits(decimal, number) ? null : noRoom(shown(number), type)
              : noRoom(value.getClass(), type);
    }
    if (type instanceof DataType.Array array) {
      return new Elements(of(array.element()));
    }
    if (type instanceof DataType.Map map) {
      return new Entries(of(map.key()), of(map.value()));
    }
    List<Column> fields = ((DataType.Struct) type).fields();
    return new Fields(fields, fields.stream().map(f -> of(f.type())).toArray(ValueFit[]::new));
  }

  private static ValueFit primitive(Primitive type) {
    return switch (type) {
      case BOOLEAN -> value -> value instanceof Boolean ? null : noRoom(value.getClass(), type);
      case INT -> value -> value instanceof Integer ? null : noRoom(value.getClass(), type);
      case BIGINT -> value -> value instanceof Long ? null : noRoom(value.getClass(), type);
      case FLOAT -> value -> value instanceof Float ? null : noRoom(value.getClass(), type);
      case DOUBLE -> value -> value instanceof Double ? null : noRoom(value.getClass(), type);
      case STRING, BINARY -> new Characters(type);
      case DATE ->
          value ->
              value instanceof LocalDate date && StoredValues.fits(date)
                  ? null
                  : noRoom(value, type);
      case TIMESTAMP ->
          value ->
              value instanceof ReadableInstant instant && StoredValues.fits(instant)
                  ? null
                  : noRoom(value, type);
    };
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
      if (type == Primitive.STRING && value instanceof String text) {
        int half = halfCharacter(text);
        return half < 0
            ? null
            : String.format(
                Locale.ROOT,
                "half of a character (\\u%04x) stands alone at position %d, no file can hold it",
                (int) text.charAt(half),
                half + 1);
      }
      return type == Primitive.BINARY && value instanceof byte[]
          ? null
          : noRoom(value.getClass(), type);
    }

    /** UTF-8 has no surrogate without its other half; writers would store a question mark. */
    private static int halfCharacter(String text) {
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (Character.isSurrogate(c)) {
          boolean isPair =
              Character.isHighSurrogate(c)
                  && i + 1 < text.length()
                  && Character.isLowSurrogate(text.charAt(i + 1));
          if (!isPair) {
            return i;
          }
          i++;
        }
      }
      return -1;
    }

    @Override
    public long characters(@Nullable Object value) {
      if (value instanceof String text) {
        return text.length();
      }
      return value instanceof byte[] bytes ? bytes.length : 0;
    }
  }

  /** Values of an array. */
  record Elements(ValueFit element) implements ValueFit {
    @Override
    public @Nullable String problem(Object value) {
      for (Object each : (Collection<?>) value) {
        String problem = each == null ? null : element.problem(each);
        if (problem != null) {
          return "an element: " + problem;
        }
      }
      return null;
    }

    @Override
    public long characters(@Nullable Object value) {
      long characters = 0;
      if (value instanceof Collection<?> values) {
        for (Object each : values) {
          characters += element.characters(each);
        }
      }
      return characters;
    }
  }

  /** Keys, which cannot be NULL, and values. */
  record Entries(ValueFit key, ValueFit entry) implements ValueFit {
    @Override
    public @Nullable String problem(Object value) {
      for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
        String ofKey = each.getKey() == null ? NO_NULL : key.problem(each.getKey());
        if (ofKey != null) {
          return "a key: " + ofKey;
        }
        String ofValue = each.getValue() == null ? null : entry.problem(each.getValue());
        if (ofValue != null) {
          return "a value: " + ofValue;
        }
      }
      return null;
    }

    @Override
    public long characters(@Nullable Object value) {
      long characters = 0;
      if (value instanceof Map<?, ?> map) {
        for (Map.Entry<?, ?> each : map.entrySet()) {
          characters += key.characters(each.getKey()) + entry.characters(each.getValue());
        }
      }
      return characters;
    }
  }

  /** Fields of a struct. */
  record Fields(List<Column> fields, ValueFit[] fits) implements ValueFit {
    @Override
    public @Nullable String problem(Object value) {
      Row row = (Row) value;
      for (int i = 0; i < fits.length; i++) {
        Object each = row.getValue(i);
        String problem =
            each != null ? fits[i].problem(each) : fields.get(i).nullable() ? null : NO_NULL;
        if (problem != null) {
          return "field " + fields.get(i).name() + ": " + problem;
        }
      }
      return null;
    }

    @Override
    public long characters(@Nullable Object value) {
      long characters = 0;
      if (value instanceof Row row) {
        for (int i = 0; i < fits.length; i++) {
          characters += fits[i].characters(row.getValue(i));
        }
      }
      return characters;
    }
  }
}
