package io.lakebeam.source.decode;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.row.Utf8;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.util.Set;

/** A message of Protobuf, by the descriptor of its type. */
final class ProtobufDecoder implements RecordDecoder {
  private final SourceSpec.Framing framing;
  private final RowLayout layout;
  private final Descriptor descriptor;
  private final ProtobufColumns columns;
  private final Set<FieldDescriptor> known;
  private final JsonFormat.Printer json;
  private final JsonRescue rescue = new JsonRescue();

  private ProtobufDecoder(
      SourceSpec.Framing framing,
      RowLayout layout,
      Descriptor descriptor,
      ProtobufColumns columns,
      JsonFormat.Printer json) {
    this.framing = framing;
    this.layout = layout;
    this.descriptor = descriptor;
    this.columns = columns;
    this.known = columns.fields();
    this.json = json;
  }

  /**
   * For one source.
   *
   * @throws SourceException when the descriptor does not have the message, or the message not the
   *     declared columns
   */
  static ProtobufDecoder of(SourceSpec source, SourceSpec.Protobuf format, RowLayout layout) {
    ProtobufTypes types = ProtobufTypes.of(source.name(), format);
    Descriptor descriptor = types.message(source.name(), format);
    JsonFormat.Printer json =
        JsonFormat.printer()
            .usingTypeRegistry(types.registry())
            .preservingProtoFieldNames()
            .omittingInsignificantWhitespace();
    try {
      ProtobufColumns columns =
          ProtobufColumns.of(layout.columns(), layout.namesInData(), descriptor, json);
      return new ProtobufDecoder(format.framing(), layout, descriptor, columns, json);
    } catch (BadRecord e) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source.name(),
          "the message " + format.message() + " does not have the declared columns",
          e.getMessage(),
          "Declare the column as the message has it, or rename it");
    }
  }

  @Override
  public void decode(byte[] bytes, int offset, int length, Object[] values) throws BadRecord {
    int prefix = 0;
    if (framing == SourceSpec.Framing.CONFLUENT) {
      Framing.require(bytes, offset, length);
      prefix = behindIndexes(bytes, offset + Framing.BYTES, offset + length) - offset;
    } else if (Framing.isThere(bytes, offset, length)) {
      // No field has the number 0, so that nothing else starts like that.
      throw Framing.told(bytes, offset);
    }
    DynamicMessage message;
    try {
      message =
          DynamicMessage.newBuilder(descriptor)
              .mergeFrom(bytes, offset + prefix, length - prefix)
              .build();
    } catch (InvalidProtocolBufferException e) {
      throw new BadRecord(
          "no message " + descriptor.getFullName() + ": " + BadRecord.shortened(e.getMessage()));
    } catch (RuntimeException e) {
      throw new BadRecord(
          "no message " + descriptor.getFullName() + ": a required field is missing");
    }
    values[layout.raw()] = Utf8.of(text(message));
    columns.convert(message, values);
    rescue.clear();
    ProtobufRescue.add(message, known, json, rescue);
    values[layout.rescued()] = rescue.text();
  }

  private String text(DynamicMessage message) {
    try {
      return json.print(message);
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      // An Any of a type that the descriptor does not know, a Timestamp out of its range.
      return TextFormat.printer().printToString(message);
    }
  }

  /** Behind the numbers that say which message of the schema it is: how many they are, and each. */
  private static int behindIndexes(byte[] bytes, int from, int end) throws BadRecord {
    CodedInputStream in = CodedInputStream.newInstance(bytes, from, end - from);
    try {
      for (int left = in.readSInt32(); left > 0; left--) {
        in.readSInt32();
      }
    } catch (IOException e) {
      throw new BadRecord("the message ends within the prefix of the schema registry");
    }
    return from + in.getTotalBytesRead();
  }
}
