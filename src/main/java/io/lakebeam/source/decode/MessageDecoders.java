package io.lakebeam.source.decode;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.SourceSpec;

/** Decoders of messages: the values of a topic's records, the bodies of a capture. */
public final class MessageDecoders {
  private MessageDecoders() {}

  /**
   * For one format.
   *
   * @throws SourceException when messages cannot have it, or its schema not the declared columns
   */
  public static RecordDecoder of(SourceSpec source, SourceSpec.Format format, RowLayout layout) {
    if (format instanceof SourceSpec.Csv csv) {
      TextEncoding encoding = new TextFile(source.name(), csv, 0).declared();
      return new CsvDecoder(layout, csv, encoding, CsvHeader.ofSchema(layout), true);
    }
    if (format instanceof SourceSpec.Text) {
      return new TextDecoder(layout, TextEncoding.UTF_8);
    }
    if (format instanceof SourceSpec.Json json) {
      return Framing.of(json.framing(), new JsonDecoder(layout, json, TextEncoding.UTF_8));
    }
    if (format instanceof SourceSpec.AvroMessages avro) {
      return AvroDecoder.of(source, avro, layout);
    }
    if (format instanceof SourceSpec.Protobuf protobuf) {
      return ProtobufDecoder.of(source, protobuf, layout);
    }
    throw SourceException.permanent(
        ErrorCode.SOURCE_INVALID,
        source.name(),
        "records of a topic cannot be " + format.name(),
        "it is a format of files",
        "Declare format json, csv, text, avro with a schema, or protobuf");
  }
}
