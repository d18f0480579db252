package io.lakebeam.source.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Limits;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.Locale;

/** A value of one declared type written as plain text: a CSV field, a map's key. */
interface TextValue {
  /**
   * One value.
   *
   * @param text not empty; blanks around anything but strings are ignored
   * @return as a row holds it
   */
  Object parse(String text) throws BadRecord;

  static TextValue of(DataType type) {
    return type.match(
        TextValue::primitive,
        decimal -> text -> decimal(text.strip(), decimal),
        TextValue::json,
        TextValue::json,
        TextValue::json);
  }

  private static TextValue primitive(DataType.Primitive type) {
    return switch (type) {
      case BOOLEAN -> TextValue::parseBoolean;
      case TINYINT, SMALLINT, INT, BIGINT -> text -> whole(text, type);
      case FLOAT -> text -> floating(text, type, true);
      case DOUBLE -> text -> floating(text, type, false);
      case STRING -> Utf8::of;
      case BINARY -> TextValue::parseBinary;
      case DATE -> TextValue::parseDate;
      case TIMESTAMP -> TextValue::parseTimestamp;
    };
  }

  private static TextValue json(DataType type) {
    JsonRescue rescue = new JsonRescue();
    JsonValue json = JsonValue.of(type, rescue, "");
    return text -> parseJson(text, type, json, rescue);
  }

  private static Object parseBoolean(String text) throws BadRecord {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true", "1" -> Boolean.TRUE;
      case "false", "0" -> Boolean.FALSE;
      default -> throw wrongType(text, DataType.Primitive.BOOLEAN);
    };
  }

  private static Object whole(String text, DataType.Primitive type) throws BadRecord {
    String number = text.strip();
    long small = smallNumber(number);
    return small != Long.MIN_VALUE
        ? Numbers.toWhole(small, type, number)
        : Numbers.toWhole(exact(number, type), type, number);
  }

  /** Up to nine plain digits, which is what most numbers are; else Long.MIN_VALUE. */
  private static long smallNumber(String text) {
    int start = !text.isEmpty() && text.charAt(0) == '-' ? 1 : 0;
    int digits = text.length() - start;
    if (digits < 1 || digits > 9) {
      return Long.MIN_VALUE;
    }
    long number = 0;
    for (int i = start; i < text.length(); i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return Long.MIN_VALUE;
      }
      number = number * 10 + digit;
    }
    return start == 1 ? -number : number;
  }

  private static Object floating(String text, DataType.Primitive type, boolean single)
      throws BadRecord {
    String number = text.strip();
    boolean special =
        number.equals("NaN") || number.equals("Infinity") || number.equals("-Infinity");
    double value;
    try {
      // Java alone would also read 1f, 0x1p3 and +NaN.
      if (!special && !isPlainNumber(number)) {
        throw wrongType(text, type);
      }
      value = Double.parseDouble(number);
    } catch (NumberFormatException e) {
      throw wrongType(text, type);
    }
    if (single) {
      return special ? (Float) (float) value : Numbers.toFloat(value, number);
    }
    return special ? (Double) value : Numbers.toDouble(value, number);
  }

  static Decimal decimal(String text, DataType.Decimal type) throws BadRecord {
    return Numbers.toDecimal(exact(text, type), type, text);
  }

  private static BigDecimal exact(String text, DataType type) throws BadRecord {
    if (!isPlainNumber(text)) {
      throw wrongType(text, type);
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      throw wrongType(text, type);
    }
  }

  /** Digits, signs, a point and an exponent only, and not so many that reading them takes long. */
  private static boolean isPlainNumber(String text) {
    if (text.isEmpty() || text.length() > Limits.NUMBER_CHARACTERS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static Object parseBinary(String text) throws BadRecord {
    try {
      return Base64.getDecoder().decode(text.strip());
    } catch (IllegalArgumentException e) {
      throw new BadRecord("expected BINARY in base64, found " + BadRecord.quoted(text));
    }
  }

  private static Object parseDate(String text) throws BadRecord {
    char[] chars = text.strip().toCharArray();
    long day = InstantText.epochDay(chars, 0, chars.length);
    if (day == InstantText.INVALID) {
      throw new BadRecord("expected DATE as yyyy-MM-dd, found " + BadRecord.quoted(text));
    }
    return (int) day;
  }

  private static Object parseTimestamp(String text) throws BadRecord {
    char[] chars = text.strip().toCharArray();
    long micros = InstantText.epochMicros(chars, 0, chars.length);
    if (micros == InstantText.INVALID) {
      throw new BadRecord(
          "expected TIMESTAMP as yyyy-MM-ddTHH:mm:ssZ, found " + BadRecord.quoted(text));
    }
    return micros;
  }

  private static Object parseJson(String text, DataType type, JsonValue value, JsonRescue rescue)
      throws BadRecord {
    rescue.clear();
    JsonDecoder.requireWholeCharacters(text);
    try (JsonParser json = JsonDecoder.FACTORY.createParser(text)) {
      JsonToken token = json.nextToken();
      if (token == null || token == JsonToken.VALUE_NULL) {
        throw wrongType(text, type);
      }
      Object parsed = value.read(json, token);
      if (json.nextToken() != null) {
        throw wrongType(text, type);
      }
      return parsed;
    } catch (IOException e) {
      throw new BadRecord("expected " + type.sql() + " as JSON, found " + BadRecord.quoted(text));
    }
  }

  private static BadRecord wrongType(String text, DataType type) {
    return new BadRecord("expected " + type.sql() + ", found " + BadRecord.quoted(text));
  }
}
