package io.lakebeam.source.decode;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * A message that is one Avro record of a declared schema, without anything around it but, where
 * declared, the prefix of a schema registry. Where nothing is declared, a message may be read in
 * two ways: then it is refused, rather than read in the wrong one.
 */
final class AvroDecoder implements RecordDecoder {
  private final SourceSpec.Framing framing;
  private final GenericDatumReader<GenericRecord> reader;
  private final AvroRow rows;
  private BinaryDecoder bytesDecoder;

  private AvroDecoder(SourceSpec.Framing framing, Schema schema, AvroRow rows) {
    this.framing = framing;
    this.reader = BoundedAvro.reader(schema);
    this.rows = rows;
  }

  /**
   * For one source.
   *
   * @throws SourceException when the schema is none, or does not have the declared columns
   */
  static AvroDecoder of(SourceSpec source, SourceSpec.AvroMessages format, RowLayout layout) {
    Schema schema;
    try {
      schema = new Schema.Parser().parse(format.schema());
    } catch (AvroRuntimeException e) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source.name(),
          format.file() + " is no Avro schema",
          BadRecord.shortened(String.valueOf(e.getMessage())),
          "Name an .avsc file with one schema, which holds the types that it names",
          e);
    }
    try {
      return new AvroDecoder(format.framing(), schema, new AvroRow(layout, schema));
    } catch (BadRecord e) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source.name(),
          format.file() + " does not have the declared columns",
          e.getMessage(),
          "Declare the column as the file holds it, or rename it");
    }
  }

  @Override
  public void decode(byte[] bytes, int offset, int length, Object[] values) throws BadRecord {
    if (framing == SourceSpec.Framing.CONFLUENT) {
      Framing.require(bytes, offset, length);
      rows.fill(record(bytes, offset + Framing.BYTES, length - Framing.BYTES), values);
      return;
    }
    boolean mayBeFramed =
        framing == SourceSpec.Framing.UNSAID
            && Framing.isThere(bytes, offset, length)
            && isRecord(bytes, offset + Framing.BYTES, length - Framing.BYTES);
    if (mayBeFramed && isRecord(bytes, offset, length)) {
      throw new BadRecord(
          "the message can be read with and without the prefix of a schema registry: declare"
              + " framing: none or framing: confluent in the source's format");
    }
    if (mayBeFramed) {
      throw Framing.told(bytes, offset);
    }
    rows.fill(record(bytes, offset, length), values);
  }

  private boolean isRecord(byte[] bytes, int offset, int length) {
    try {
      record(bytes, offset, length);
      return true;
    } catch (BadRecord e) {
      return false;
    }
  }

  private GenericRecord record(byte[] bytes, int offset, int length) throws BadRecord {
    try {
      bytesDecoder = DecoderFactory.get().binaryDecoder(bytes, offset, length, bytesDecoder);
      GenericRecord record = reader.read(null, bytesDecoder);
      if (!bytesDecoder.isEnd()) {
        int left = bytesDecoder.inputStream().available();
        throw new BadRecord(
            left + " bytes are left behind the record: it was written with another schema");
      }
      return record;
    } catch (IOException | RuntimeException e) {
      // Whatever the bytes are, they are no record of this schema.
      String message = e.getMessage() == null ? "it ends too early" : e.getMessage();
      throw new BadRecord("no Avro record of the declared schema: " + BadRecord.said(message));
    }
  }
}
