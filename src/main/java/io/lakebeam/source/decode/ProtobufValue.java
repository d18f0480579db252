package io.lakebeam.source.decode;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowMaps;
import io.lakebeam.row.Utf8;
import io.lakebeam.row.WholeTypes;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A value of a Protobuf field, as a dynamic message has it, into a declared type. */
interface ProtobufValue {
  /** Messages that hold one value of a type that every language has. */
  String WRAPPERS =
      "google\\.protobuf\\.(Bool|Int32|Int64|UInt32|UInt64|Float|Double|String|Bytes)Value";

  /** Messages whose JSON is no object of their fields. */
  Set<String> SHOWN_AS_JSON =
      Set.of(
          "google.protobuf.Struct",
          "google.protobuf.Value",
          "google.protobuf.ListValue",
          "google.protobuf.Any");

  Object convert(Object value) throws BadRecord;

  /**
   * For one type and field.
   *
   * @throws BadRecord when no value of the field is one of the type
   */
  static ProtobufValue of(DataType type, FieldDescriptor field, JsonFormat.Printer json)
      throws BadRecord {
    if (field.isMapField()) {
      if (type instanceof DataType.Map map) {
        return map(map, field.getMessageType(), json);
      }
      throw mismatch(type, "a map");
    }
    if (!field.isRepeated()) {
      return single(type, field, json);
    }
    if (!(type instanceof DataType.Array array)) {
      throw mismatch(type, "repeated " + described(field));
    }
    ProtobufValue element = single(array.element(), field, json);
    return value -> {
      List<Object> values = new ArrayList<>();
      for (Object each : (List<?>) value) {
        try {
          values.add(element.convert(each));
        } catch (BadRecord e) {
          throw e.inside("[" + values.size() + "]");
        }
      }
      return new GenericArrayData(values.toArray());
    };
  }

  private static ProtobufValue map(DataType.Map type, Descriptor entry, JsonFormat.Printer json)
      throws BadRecord {
    FieldDescriptor key = entry.findFieldByNumber(1);
    FieldDescriptor value = entry.findFieldByNumber(2);
    ProtobufValue keys = single(type.key(), key, json);
    ProtobufValue values = single(type.value(), value, json);
    return entries -> {
      Map<Object, Object> map = new LinkedHashMap<>();
      for (Object each : (List<?>) entries) {
        Message message = (Message) each;
        // Protobuf itself says that the last entry of a key counts.
        map.put(keys.convert(message.getField(key)), values.convert(message.getField(value)));
      }
      return RowMaps.of(map);
    };
  }

  private static ProtobufValue single(DataType type, FieldDescriptor field, JsonFormat.Printer json)
      throws BadRecord {
    ProtobufValue value =
        switch (field.getJavaType()) {
          case INT, LONG -> whole(type, field);
          case FLOAT ->
              type == Primitive.FLOAT
                  ? number -> number
                  : type == Primitive.DOUBLE ? number -> ((Float) number).doubleValue() : null;
          case DOUBLE -> type == Primitive.DOUBLE ? number -> number : null;
          case BOOLEAN -> type == Primitive.BOOLEAN ? flag -> flag : null;
          case STRING -> type == Primitive.STRING ? text -> Utf8.of((String) text) : null;
          case BYTE_STRING ->
              type == Primitive.BINARY ? bytes -> ((ByteString) bytes).toByteArray() : null;
          case ENUM -> symbol(type);
          case MESSAGE -> message(type, field.getMessageType(), json);
        };
    if (value == null) {
      throw mismatch(type, described(field));
    }
    return value;
  }

  private static @Nullable ProtobufValue whole(DataType type, FieldDescriptor field) {
    boolean unsigned =
        switch (field.getType()) {
          case UINT32, UINT64, FIXED32, FIXED64 -> true;
          default -> false;
        };
    if (WholeTypes.contains(type)) {
      return value -> {
        BigDecimal number = number(value, unsigned);
        return Numbers.toWhole(number, type, number.toString());
      };
    }
    if (type instanceof DataType.Decimal decimal) {
      return value -> {
        BigDecimal number = number(value, unsigned);
        return Numbers.toDecimal(number, decimal, number.toString());
      };
    }
    boolean exact = field.getJavaType() == FieldDescriptor.JavaType.INT;
    return type == Primitive.DOUBLE && exact
        ? value -> number(value, unsigned).doubleValue()
        : null;
  }

  private static BigDecimal number(Object value, boolean unsigned) {
    if (value instanceof Integer number) {
      return BigDecimal.valueOf(unsigned ? Integer.toUnsignedLong(number) : number);
    }
    long number = (Long) value;
    return unsigned ? new BigDecimal(Long.toUnsignedString(number)) : BigDecimal.valueOf(number);
  }

  private static @Nullable ProtobufValue symbol(DataType type) {
    if (type == Primitive.INT) {
      return value -> ((EnumValueDescriptor) value).getNumber();
    }
    // One that the descriptor does not know has no name but its number.
    return type == Primitive.STRING
        ? value -> {
          EnumValueDescriptor symbol = (EnumValueDescriptor) value;
          return UTF8String.fromString(
              symbol.getIndex() < 0 ? Integer.toString(symbol.getNumber()) : symbol.getName());
        }
        : null;
  }

  private static @Nullable ProtobufValue message(
      DataType type, Descriptor descriptor, JsonFormat.Printer json) throws BadRecord {
    String name = descriptor.getFullName();
    if (name.equals("google.protobuf.Timestamp") && type == Primitive.TIMESTAMP) {
      return value -> timestamp((Message) value);
    }
    if (name.matches(WRAPPERS) && !(type instanceof DataType.Struct)) {
      FieldDescriptor inner = descriptor.findFieldByNumber(1);
      ProtobufValue wrapped = single(type, inner, json);
      return value -> wrapped.convert(((Message) value).getField(inner));
    }
    boolean asJson = SHOWN_AS_JSON.contains(name) || name.equals("google.protobuf.Duration");
    if (type == Primitive.STRING && asJson) {
      return value -> Utf8.of(text((Message) value, json));
    }
    if (!(type instanceof DataType.Struct struct)) {
      return null;
    }
    ProtobufColumns columns =
        ProtobufColumns.of(
            struct.fields(), struct.fields().stream().map(Column::name).toList(), descriptor, json);
    return value -> {
      Object[] values = new Object[struct.fields().size()];
      columns.convert((Message) value, values);
      return new GenericInternalRow(values);
    };
  }

  private static Object timestamp(Message message) throws BadRecord {
    Descriptor type = message.getDescriptorForType();
    long seconds = (Long) message.getField(type.findFieldByNumber(1));
    int nanos = (Integer) message.getField(type.findFieldByNumber(2));
    boolean fits = InstantText.isInYears(seconds) && nanos >= 0 && nanos < 1_000_000_000;
    if (!fits) {
      throw Numbers.doesNotFit(seconds + " s " + nanos + " ns", Primitive.TIMESTAMP);
    }
    return seconds * Microseconds.A_SECOND + nanos / 1_000;
  }

  private static String text(Message message, JsonFormat.Printer json) throws BadRecord {
    try {
      String text = json.print(message);
      // A Duration is a string of JSON that has nothing to escape; a Value's string may.
      boolean isDuration = message.getDescriptorForType().getFullName().endsWith(".Duration");
      return isDuration ? text.substring(1, text.length() - 1) : text;
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new BadRecord(BadRecord.shortened(e.getMessage()));
    }
  }

  private static String described(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? "the message " + field.getMessageType().getFullName()
        : field.getType().name().toLowerCase(java.util.Locale.ROOT);
  }

  private static BadRecord mismatch(DataType type, String held) {
    return new BadRecord("declared " + type.sql() + ", but the message holds " + held);
  }
}
