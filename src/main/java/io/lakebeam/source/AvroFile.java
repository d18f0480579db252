package io.lakebeam.source;

import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.generic.GenericRecord;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One Avro file's records: each a row by itself, or, in what Event Hubs Capture writes, the message
 * in its field Body. A column that no record of the file's schema can give, and damaged bytes, are
 * errors of the file: it is refused as a whole. Positions count records from 1.
 */
final class AvroFile {
  private static final int RECORDS_BETWEEN_STOPS = 1024;

  private final String source;
  private final RowLayout layout;
  private final String path;
  private final @Nullable RecordDecoder body;

  /**
   * @param body decodes the messages of a capture; null when the records are the rows
   */
  AvroFile(String source, RowLayout layout, String path, @Nullable RecordDecoder body) {
    this.source = source;
    this.layout = layout;
    this.path = path;
    this.body = body;
  }

  static AvroFile of(SourceSpec source, RowLayout layout, String path) {
    RecordDecoder body =
        source.format() instanceof SourceSpec.Capture capture
            ? MessageDecoders.of(source, capture.body(), layout)
            : null;
    return new AvroFile(source.name(), layout, path, body);
  }

  void read(InputStream stored, RecordEmitter emitter) throws IOException {
    AvroBytes in = new AvroBytes(stored);
    try (DataFileStream<GenericRecord> records = open(in)) {
      requireCodec(records.getMetaString(DataFileConstants.CODEC));
      records(records, in, emitter);
      if (!in.isWhole()) {
        throw damaged("it is cut off", null);
      }
    }
  }

  private DataFileStream<GenericRecord> open(AvroBytes in) throws IOException {
    try {
      DataFileStream<GenericRecord> records = new DataFileStream<>(in, BoundedAvro.reader(null));
      in.behindHeader();
      return records;
    } catch (IOException | RuntimeException e) {
      throw unreadable(in, e);
    }
  }

  /** The next record; null at the end. */
  private @Nullable GenericRecord next(DataFileStream<GenericRecord> records, AvroBytes in)
      throws IOException {
    try {
      return records.hasNext() ? records.next() : null;
    } catch (RuntimeException e) {
      throw unreadable(in, e);
    }
  }

  /** A damaged file fails anywhere in the reader, with whatever exception comes first. */
  private SourceException unreadable(AvroBytes in, Exception e) throws IOException {
    in.tellStorage();
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    String message = inner.getMessage();
    return damaged(message == null ? "it is damaged or cut off" : BadRecord.shortened(message), e);
  }

  /** Its library is not among ours, unlike those of the others. */
  private void requireCodec(@Nullable String codec) {
    if (DataFileConstants.XZ_CODEC.equals(codec)) {
      throw SourceException.permanent(
          source,
          path + " is packed with the codec xz",
          "nothing here unpacks it",
          "Write it with deflate, snappy, zstandard or bzip2 in its place");
    }
  }

  private void records(DataFileStream<GenericRecord> records, AvroBytes in, RecordEmitter emitter)
      throws IOException {
    AvroRow rows = body == null ? rows(records.getSchema()) : null;
    Capture capture = body == null ? null : capture(records.getSchema());
    long row = 0;
    for (GenericRecord record = next(records, in); record != null; record = next(records, in)) {
      if (++row % RECORDS_BETWEEN_STOPS == 0) {
        emitter.checkStop();
      }
      String position = path + ":" + row;
      if (capture != null) {
        capture.emit(record, body, position, emitter);
      } else {
        emit(record, rows, position, emitter);
      }
    }
  }

  private void emit(GenericRecord record, AvroRow rows, String position, RecordEmitter emitter) {
    Object[] values = new Object[layout.width()];
    try {
      fill(rows, record, values);
    } catch (BadRecord e) {
      Object raw = values[layout.raw()];
      String text = raw == null ? record.toString() : raw.toString();
      emitter.rejected(position, e.getMessage(), text.getBytes(StandardCharsets.UTF_8));
      return;
    }
    emitter.row(values, position);
  }

  private static void fill(AvroRow rows, GenericRecord record, Object[] values) throws BadRecord {
    try {
      rows.fill(record, values);
    } catch (RuntimeException e) {
      // No value of its type, such as a decimal without bytes.
      throw new BadRecord(
          BadRecord.shortened(
              e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }
  }

  private AvroRow rows(Schema schema) {
    try {
      return new AvroRow(layout, schema);
    } catch (BadRecord e) {
      throw SourceException.permanent(
          source,
          path + " does not have the declared columns",
          e.getMessage(),
          "Declare the column as the file holds it; or move the file away and run the update with"
              + " --skip-missing");
    }
  }

  private Capture capture(Schema schema) {
    return Capture.of(schema, path)
        .orElseThrow(
            () ->
                SourceException.permanent(
                    source,
                    path + " is not written by Event Hubs Capture",
                    "its records have no field Body of bytes",
                    "Declare format: avro when the records themselves are the rows"));
  }

  private SourceException damaged(String reason, @Nullable Exception e) {
    return SourceException.permanent(
        source,
        path + " cannot be read as Avro",
        reason,
        "Put a whole one in its place; or move it away and run the update with --skip-missing",
        e);
  }
}
