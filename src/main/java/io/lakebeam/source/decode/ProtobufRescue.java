package io.lakebeam.source.decode;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.util.JsonFormat;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What of a Protobuf message no column takes: fields that are none, and numbers without a field.
 */
final class ProtobufRescue {
  private ProtobufRescue() {}

  /**
   * Takes a message's fields that are set and no columns, with the values that JSON gives them, and
   * what the descriptor does not know at any depth as {@code path#number}.
   */
  static void add(
      Message message, Set<FieldDescriptor> known, JsonFormat.Printer json, JsonRescue rescue)
      throws BadRecord {
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      if (!known.contains(entry.getKey())) {
        rescue.addRaw(entry.getKey().getName(), value(message, entry.getKey(), json));
      }
    }
    addUnknown(message, "", rescue);
  }

  private static String value(Message message, FieldDescriptor field, JsonFormat.Printer json) {
    Message alone =
        message.newBuilderForType().setField(field, message.getField(field)).buildPartial();
    try {
      String object = json.print(alone);
      return object.substring(object.indexOf(':') + 1, object.length() - 1);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // An Any of a type that the descriptor does not have: nobody asks for it, so its bytes do.
      return '"' + Base64.getEncoder().encodeToString(alone.toByteArray()) + '"';
    }
  }

  private static void addUnknown(Message message, String path, JsonRescue rescue) {
    message
        .getUnknownFields()
        .asMap()
        .forEach((number, field) -> rescue.addRaw(path + "#" + number, values(field)));
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      if (entry.getKey().getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        List<?> inner = entry.getValue() instanceof List<?> list ? list : List.of(entry.getValue());
        for (Object each : inner) {
          addUnknown((Message) each, path + entry.getKey().getName() + ".", rescue);
        }
      }
    }
  }

  /** Whole numbers as they are, bytes in base64. */
  private static String values(UnknownFieldSet.Field field) {
    StringJoiner values = new StringJoiner(",", "[", "]");
    field.getVarintList().forEach(value -> values.add(Long.toUnsignedString(value)));
    field.getFixed32List().forEach(value -> values.add(Integer.toUnsignedString(value)));
    field.getFixed64List().forEach(value -> values.add(Long.toUnsignedString(value)));
    for (ByteString bytes : field.getLengthDelimitedList()) {
      values.add('"' + Base64.getEncoder().encodeToString(bytes.toByteArray()) + '"');
    }
    for (UnknownFieldSet group : field.getGroupList()) {
      values.add('"' + Base64.getEncoder().encodeToString(group.toByteArray()) + '"');
    }
    return values.toString();
  }
}
