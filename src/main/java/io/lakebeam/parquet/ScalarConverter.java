package io.lakebeam.parquet;

import io.lakebeam.graph.Limits;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.util.Locale;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.PrimitiveType;

/**
 * Single values, as the declared type and as JSON; those that a dictionary holds are decoded once
 * for a row group.
 */
final class ScalarConverter extends PrimitiveConverter {
  private final PrimitiveType type;
  private final boolean isUnsigned;
  private final ScalarDecoder decoder;
  private final ScalarJson json;
  private final RowInProgress row;
  private final Slot slot;
  private Object[] decoded;
  private String[] texts;
  private boolean hasUnfit;

  /**
   * @param decoder null when the value is not declared
   * @param json null when the row is not wanted as JSON
   */
  ScalarConverter(
      PrimitiveType type,
      StoredType stored,
      ScalarDecoder decoder,
      ScalarJson json,
      RowInProgress row,
      Slot slot) {
    this.type = type;
    this.isUnsigned = stored == StoredType.UINT32;
    this.decoder = decoder;
    this.json = json;
    this.row = row;
    this.slot = slot;
  }

  @Override
  public boolean hasDictionarySupport() {
    return true;
  }

  @Override
  public void setDictionary(Dictionary dictionary) {
    decoded = new Object[dictionary.getMaxId() + 1];
    texts = new String[decoded.length];
    hasUnfit = false;
    for (int id = 0; id < decoded.length; id++) {
      switch (type.getPrimitiveTypeName()) {
        case INT32 -> keep(id, whole(dictionary.decodeToInt(id)));
        case INT64 -> keep(id, dictionary.decodeToLong(id));
        case FLOAT -> keep(id, (double) dictionary.decodeToFloat(id));
        case DOUBLE -> keep(id, dictionary.decodeToDouble(id));
        case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> keep(id, dictionary.decodeToBinary(id));
        case BOOLEAN -> keep(id, dictionary.decodeToBoolean(id));
      }
      hasUnfit |= decoded[id] instanceof UnfitValue;
    }
  }

  @Override
  public void addValueFromDictionary(int id) {
    if (hasUnfit) {
      take(decoded[id], texts[id]);
    } else {
      // Without a look at the value, which is seldom in the processor's cache.
      put(decoded[id], json == null ? null : texts[id]);
    }
  }

  @Override
  public void addBoolean(boolean value) {
    take(decode(value), json == null ? null : json.ofBoolean(value));
  }

  @Override
  public void addInt(int value) {
    addLong(whole(value));
  }

  @Override
  public void addLong(long value) {
    take(decode(value), json == null ? null : json.ofLong(value));
  }

  @Override
  public void addFloat(float value) {
    addDouble(value);
  }

  @Override
  public void addDouble(double value) {
    take(decode(value), json == null ? null : json.ofDouble(value));
  }

  @Override
  public void addBinary(Binary value) {
    Object found = isTooLarge(value) ? tooLarge(value) : decode(value);
    take(found, text(value, found));
  }

  private void keep(int id, boolean value) {
    decoded[id] = decode(value);
    texts[id] = json == null ? null : json.ofBoolean(value);
  }

  private void keep(int id, long value) {
    decoded[id] = decode(value);
    texts[id] = json == null ? null : json.ofLong(value);
  }

  private void keep(int id, double value) {
    decoded[id] = decode(value);
    texts[id] = json == null ? null : json.ofDouble(value);
  }

  private void keep(int id, Binary value) {
    decoded[id] = isTooLarge(value) ? tooLarge(value) : decode(value);
    texts[id] = text(value, decoded[id]);
  }

  private String text(Binary value, Object found) {
    if (json == null) {
      return null;
    }
    if (isTooLarge(value)) {
      return "null";
    }
    // Bytes are decoded once, and an unannotated text is shown as what it is.
    return found instanceof UTF8String text
        ? ScalarJson.quoted(text.toString())
        : json.ofBinary(value);
  }

  /** Of somebody else's file; what is in a table stays readable. */
  private boolean isTooLarge(Binary value) {
    return json != null && value.length() > Limits.VALUE_BYTES;
  }

  private static UnfitValue tooLarge(Binary value) {
    return new UnfitValue(
        String.format(
            Locale.ROOT,
            "a value of %,d bytes, more than the %,d that one may have",
            value.length(),
            Limits.VALUE_BYTES));
  }

  private long whole(int value) {
    return isUnsigned ? Integer.toUnsignedLong(value) : value;
  }

  /** The value, or why there is none. */
  private Object decode(boolean value) {
    try {
      return decoder == null ? null : decoder.ofBoolean(value);
    } catch (UnfitValue e) {
      return e;
    }
  }

  private Object decode(long value) {
    try {
      return decoder == null ? null : decoder.ofLong(value);
    } catch (UnfitValue e) {
      return e;
    }
  }

  private Object decode(double value) {
    try {
      return decoder == null ? null : decoder.ofDouble(value);
    } catch (UnfitValue e) {
      return e;
    }
  }

  private Object decode(Binary value) {
    try {
      return decoder == null ? null : decoder.ofBinary(value);
    } catch (UnfitValue e) {
      return e;
    }
  }

  private void take(Object found, String text) {
    if (!(found instanceof UnfitValue unfit)) {
      put(found, text);
      return;
    }
    String place = slot.place();
    put(null, text);
    row.unfit(place, unfit.getMessage());
  }

  private void put(Object value, String text) {
    slot.arrive();
    if (json != null) {
      row.json().append(text);
    }
    slot.value(value);
  }
}
