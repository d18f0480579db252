package io.lakebeam.source.decode;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.lakebeam.graph.Column;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The fields of a Protobuf message into columns, by name. A field that can be told to be unset is
 * NULL when it is; another one then has its type's zero.
 */
final class ProtobufColumns {
  private final List<Column> columns;
  private final @Nullable FieldDescriptor[] fields;
  private final ProtobufValue[] values;

  private ProtobufColumns(
      List<Column> columns, @Nullable FieldDescriptor[] fields, ProtobufValue[] values) {
    this.columns = columns;
    this.fields = fields;
    this.values = values;
  }

  /**
   * @param namesInData what the message calls each column
   * @param json prints messages that become text
   * @throws BadRecord naming a column whose type the message does not have, or that it lacks
   *     although it is NOT NULL
   */
  static ProtobufColumns of(
      List<Column> columns, List<String> namesInData, Descriptor message, JsonFormat.Printer json)
      throws BadRecord {
    FieldDescriptor[] fields = new FieldDescriptor[columns.size()];
    ProtobufValue[] values = new ProtobufValue[columns.size()];
    for (int i = 0; i < fields.length; i++) {
      Column column = columns.get(i);
      fields[i] = field(message, namesInData.get(i));
      try {
        if (fields[i] != null) {
          values[i] = ProtobufValue.of(column.type(), fields[i], json);
        } else if (!column.nullable()) {
          throw new BadRecord("missing, but declared NOT NULL");
        }
      } catch (BadRecord e) {
        throw e.inside(column.name());
      }
    }
    return new ProtobufColumns(columns, fields, values);
  }

  private static @Nullable FieldDescriptor field(Descriptor message, String name) {
    FieldDescriptor exact = message.findFieldByName(name);
    return exact != null
        ? exact
        : message.getFields().stream()
            .filter(field -> field.getName().equalsIgnoreCase(name))
            .findFirst()
            .orElse(null);
  }

  /** Fields that are columns. */
  Set<FieldDescriptor> fields() {
    Set<FieldDescriptor> known = new LinkedHashSet<>();
    for (FieldDescriptor field : fields) {
      if (field != null) {
        known.add(field);
      }
    }
    return known;
  }

  /** Fills the first values. */
  void convert(Message message, Object[] into) throws BadRecord {
    for (int i = 0; i < fields.length; i++) {
      FieldDescriptor field = fields[i];
      boolean isSet = field != null && (!field.hasPresence() || message.hasField(field));
      try {
        if (!isSet && !columns.get(i).nullable()) {
          throw new BadRecord("unset, but declared NOT NULL");
        }
        into[i] = isSet ? values[i].convert(message.getField(field)) : null;
      } catch (BadRecord e) {
        throw e.inside(columns.get(i).name());
      }
    }
  }
}
