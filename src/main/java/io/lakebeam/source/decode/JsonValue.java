package io.lakebeam.source.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.lakebeam.graph.DataType;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowMaps;
import io.lakebeam.row.Utf8;
import io.lakebeam.row.WholeTypes;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON value of one declared type, read from the parser's current token to its last. */
interface JsonValue {
  /**
   * One value.
   *
   * @param token the current token, never VALUE_NULL
   * @return as a row holds it
   * @throws IOException when the text is no JSON
   */
  Object read(JsonParser json, JsonToken token) throws IOException, BadRecord;

  /**
   * For one type.
   *
   * @param rescue takes the fields of structs that the type does not know
   * @param path of the value, as {@code _rescued} names it
   */
  static JsonValue of(DataType type, JsonRescue rescue, String path) {
    return type.match(
        primitive -> primitive(primitive, rescue),
        decimal -> (json, token) -> readDecimal(json, token, decimal),
        array -> {
          JsonValue element = of(array.element(), rescue, path + "[]");
          return (json, token) -> readArray(json, token, array, element);
        },
        map -> {
          TextValue key = TextValue.of(map.key());
          JsonValue value = of(map.value(), rescue, path + "{}");
          return (json, token) -> readMap(json, token, map, key, value);
        },
        struct -> new JsonStruct(struct, rescue, path));
  }

  private static JsonValue primitive(DataType.Primitive type, JsonRescue rescue) {
    return switch (type) {
      case BOOLEAN -> JsonValue::readBoolean;
      case TINYINT, SMALLINT, INT, BIGINT -> (json, token) -> readWhole(json, token, type);
      case FLOAT -> (json, token) -> (Float) readFloating(json, token, type);
      case DOUBLE -> (json, token) -> (Double) readFloating(json, token, type);
      case STRING ->
          rescue.keepsJson()
              ? (json, token) ->
                  token == JsonToken.VALUE_STRING
                      ? JsonRescue.string(json)
                      : Utf8.of(rescue.text(json))
              : JsonValue::readString;
      case BINARY -> JsonValue::readBinary;
      case DATE -> JsonValue::readDate;
      case TIMESTAMP -> JsonValue::readTimestamp;
    };
  }

  private static Object readBoolean(JsonParser json, JsonToken token)
      throws IOException, BadRecord {
    return switch (token) {
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      default -> throw wrongType(json, token, DataType.Primitive.BOOLEAN);
    };
  }

  private static Object readWhole(JsonParser json, JsonToken token, DataType.Primitive type)
      throws IOException, BadRecord {
    if (token == JsonToken.VALUE_NUMBER_INT
        && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
      long number = json.getLongValue();
      Object whole = WholeTypes.fitted(number, type);
      if (whole != null) {
        return whole;
      }
    }
    if (!token.isNumeric()) {
      throw wrongType(json, token, type);
    }
    return Numbers.toWhole(exact(json, type), type, json.getText());
  }

  private static Object readFloating(JsonParser json, JsonToken token, DataType.Primitive type)
      throws IOException, BadRecord {
    boolean single = type == DataType.Primitive.FLOAT;
    if (token.isNumeric()) {
      double number = json.getDoubleValue();
      // A cast, not a conditional's type: that would make both a double.
      if (single) {
        return Numbers.toFloat(number, json.getText());
      }
      return Double.isInfinite(number) ? Numbers.toDouble(number, json.getText()) : (Double) number;
    }
    Double special = token == JsonToken.VALUE_STRING ? special(json.getText()) : null;
    if (special == null) {
      throw wrongType(json, token, type);
    }
    if (single) {
      return special.floatValue();
    }
    return special;
  }

  /** Numbers that JSON has no literal for, as everybody spells them. */
  private static Double special(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> null;
    };
  }

  private static Object readDecimal(JsonParser json, JsonToken token, DataType.Decimal type)
      throws IOException, BadRecord {
    if (token == JsonToken.VALUE_STRING) {
      return TextValue.decimal(json.getText(), type);
    }
    if (!token.isNumeric()) {
      throw wrongType(json, token, type);
    }
    return Numbers.toDecimal(exact(json, type), type, json.getText());
  }

  private static BigDecimal exact(JsonParser json, DataType type) throws IOException, BadRecord {
    try {
      return json.getDecimalValue();
    } catch (NumberFormatException e) {
      throw Numbers.doesNotFit(json.getText(), type);
    }
  }

  private static Object readString(JsonParser json, JsonToken token) throws IOException, BadRecord {
    if (token != JsonToken.VALUE_STRING) {
      throw wrongType(json, token, DataType.Primitive.STRING);
    }
    return JsonRescue.string(json);
  }

  private static Object readBinary(JsonParser json, JsonToken token) throws IOException, BadRecord {
    if (token != JsonToken.VALUE_STRING) {
      throw wrongType(json, token, DataType.Primitive.BINARY);
    }
    try {
      return Base64.getDecoder().decode(json.getText());
    } catch (IllegalArgumentException e) {
      throw new BadRecord("expected BINARY in base64, found " + BadRecord.quoted(json.getText()));
    }
  }

  private static Object readDate(JsonParser json, JsonToken token) throws IOException, BadRecord {
    if (token != JsonToken.VALUE_STRING) {
      throw wrongType(json, token, DataType.Primitive.DATE);
    }
    long day =
        InstantText.epochDay(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
    if (day == InstantText.INVALID) {
      throw new BadRecord("expected DATE as yyyy-MM-dd, found " + BadRecord.quoted(json.getText()));
    }
    return (int) day;
  }

  private static Object readTimestamp(JsonParser json, JsonToken token)
      throws IOException, BadRecord {
    long micros;
    if (token == JsonToken.VALUE_STRING) {
      micros =
          InstantText.epochMicros(
              json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
      if (micros == InstantText.INVALID) {
        throw new BadRecord(
            "expected TIMESTAMP as yyyy-MM-ddTHH:mm:ssZ, found "
                + BadRecord.quoted(json.getText()));
      }
    } else if (token.isNumeric()) {
      long millis =
          (Long)
              Numbers.toWhole(
                  exact(json, DataType.Primitive.TIMESTAMP),
                  DataType.Primitive.BIGINT,
                  json.getText());
      if (!InstantText.isInYears(Math.floorDiv(millis, 1000L))) {
        throw Numbers.doesNotFit(json.getText(), DataType.Primitive.TIMESTAMP);
      }
      micros = millis * Microseconds.A_MILLISECOND;
    } else {
      throw wrongType(json, token, DataType.Primitive.TIMESTAMP);
    }
    return micros;
  }

  private static Object readArray(
      JsonParser json, JsonToken token, DataType.Array type, JsonValue element)
      throws IOException, BadRecord {
    if (token != JsonToken.START_ARRAY) {
      throw wrongType(json, token, type);
    }
    List<Object> values = new ArrayList<>();
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      try {
        values.add(next == JsonToken.VALUE_NULL ? null : element.read(json, next));
      } catch (BadRecord e) {
        throw e.inside("[" + values.size() + "]");
      }
    }
    return new GenericArrayData(values.toArray());
  }

  private static Object readMap(
      JsonParser json, JsonToken token, DataType.Map type, TextValue keys, JsonValue values)
      throws IOException, BadRecord {
    if (token != JsonToken.START_OBJECT) {
      throw wrongType(json, token, type);
    }
    Map<Object, Object> map = new LinkedHashMap<>();
    for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
      try {
        Object key = keys.parse(name);
        if (map.containsKey(key)) {
          throw new BadRecord("the key comes twice");
        }
        JsonToken next = json.nextToken();
        map.put(key, next == JsonToken.VALUE_NULL ? null : values.read(json, next));
      } catch (BadRecord e) {
        throw e.inside("[" + BadRecord.quoted(name) + "]");
      }
    }
    return RowMaps.of(map);
  }

  static BadRecord wrongType(JsonParser json, JsonToken token, DataType expected)
      throws IOException {
    return new BadRecord("expected " + expected.sql() + ", found " + described(json, token));
  }

  /** The current value as a reason names it. */
  static String described(JsonParser json, JsonToken token) throws IOException {
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> "the string " + BadRecord.quoted(json.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          "the number " + BadRecord.shortened(json.getText());
      default -> json.getText();
    };
  }
}
