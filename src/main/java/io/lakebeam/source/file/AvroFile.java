package io.lakebeam.source.file;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Limits;
import io.lakebeam.source.FilePart;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.decode.AvroRow;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.BoundedAvro;
import io.lakebeam.source.decode.MessageDecoders;
import io.lakebeam.source.decode.RecordDecoder;
import io.lakebeam.source.decode.RecordEmitter;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.spec.SourceSpec;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileConstants;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.commons.io.input.BoundedInputStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One Avro file's records: each a row by itself, or, in what Event Hubs Capture writes, the message
 * in its field Body. A column that no record of the file's schema can give, and damaged bytes, are
 * errors of the file: it is refused as a whole. Positions count records from 1.
 */
final class AvroFile {
  private static final int RECORDS_BETWEEN_STOPS = 1024;
  private static final int KEPT = 1 << 16;

  private final SourceFileSystem files;
  private final String source;
  private final RowLayout layout;
  private final String path;
  private final @Nullable RecordDecoder body;

  /**
   * @param body decodes the messages of a capture; null when the records are the rows
   */
  AvroFile(
      SourceFileSystem files,
      String source,
      RowLayout layout,
      String path,
      @Nullable RecordDecoder body) {
    this.files = files;
    this.source = source;
    this.layout = layout;
    this.path = path;
    this.body = body;
  }

  static AvroFile of(SourceFileSystem files, SourceSpec source, RowLayout layout, String path) {
    RecordDecoder body =
        source.format() instanceof SourceSpec.Capture capture
            ? MessageDecoders.of(source, capture.body(), layout)
            : null;
    return new AvroFile(files, source.name(), layout, path, body);
  }

  /**
   * @param length of the file
   */
  void read(InputStream stored, long length, RecordEmitter emitter) throws IOException {
    StoredBytes in = new StoredBytes(stored);
    read(open(in, length), in, 0, emitter);
  }

  /** Reads a part of a file, whose header is at the file's beginning. */
  void read(InputStream stored, FilePart part, RecordEmitter emitter) throws IOException {
    AvroBlocks blocks = open(new StoredBytes(stored), part.file().bytes());
    // The first part begins with the header.
    long from = Math.max(blocks.at(), part.from());
    try (InputStream opened = files.open(path, from)) {
      StoredBytes in = new StoredBytes(opened);
      long bytes = part.to() - from;
      blocks.goOn(
          BoundedInputStream.builder()
              .setInputStream(new BufferedInputStream(in, 1 << 16))
              .setMaxCount(bytes)
              .get(),
          bytes);
      read(blocks, in, part.before(), emitter);
    }
  }

  private void read(AvroBlocks blocks, StoredBytes in, long before, RecordEmitter emitter)
      throws IOException {
    if (body == null) {
      AvroRow rows = rows(blocks.schema());
      records(
          blocks, in, before, emitter, (record, position) -> emit(record, rows, position, emitter));
    } else {
      Capture capture = capture(blocks.schema());
      records(
          blocks,
          in,
          before,
          emitter,
          (record, position) -> capture.emit(record, body, position, emitter));
    }
  }

  /** What becomes of a record. */
  private interface Receiver {
    void take(GenericRecord record, String position);
  }

  private AvroBlocks open(StoredBytes in, long length) throws IOException {
    try {
      AvroBlocks blocks = new AvroBlocks(new BufferedInputStream(in, 1 << 16), length);
      requireCodec(blocks.codec());
      BoundedAvro.requireShallow(blocks.schema());
      return blocks;
    } catch (SourceException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw unreadable(in, e);
    }
  }

  /** A damaged file fails anywhere in the reader, with whatever exception comes first. */
  private SourceException unreadable(StoredBytes in, Exception e) throws IOException {
    in.tellFailure();
    Throwable inner = e;
    while (inner.getCause() != null) {
      inner = inner.getCause();
    }
    String message = inner.getMessage();
    return damaged(message == null ? "it is damaged or cut off" : BadRecord.said(message), e);
  }

  /** Its library is not among ours, unlike those of the others. */
  private void requireCodec(String codec) {
    if (DataFileConstants.XZ_CODEC.equals(codec)) {
      throw SourceException.badFile(
          ErrorCode.INPUT_UNREADABLE,
          source,
          path + " is packed with the codec xz",
          "nothing here unpacks it",
          "Write it with deflate, snappy, zstandard or bzip2 in its place");
    }
  }

  private void records(
      AvroBlocks blocks, StoredBytes in, long before, RecordEmitter emitter, Receiver receiver)
      throws IOException {
    GenericDatumReader<GenericRecord> reader = BoundedAvro.reader(blocks.schema());
    long row = before;
    while (next(blocks, in)) {
      BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(blocks.block(), null);
      for (long left = blocks.records(); left > 0; left--) {
        if (++row % RECORDS_BETWEEN_STOPS == 0) {
          emitter.checkStop();
        }
        String position = path + ":" + row;
        int start = blocks.block().length - decoder.inputStream().available();
        GenericRecord record = record(reader, decoder, in);
        int end = blocks.block().length - decoder.inputStream().available();
        if (end - start > Limits.VALUE_BYTES) {
          tooLarge(position, blocks.block(), start, end, emitter);
        } else {
          receiver.take(record, position);
        }
      }
      if (!decoder.isEnd()) {
        throw damaged("a block of it has bytes behind its last record", null);
      }
    }
  }

  private boolean next(AvroBlocks blocks, StoredBytes in) throws IOException {
    try {
      return blocks.next();
    } catch (IOException | RuntimeException e) {
      throw unreadable(in, e);
    }
  }

  private GenericRecord record(
      GenericDatumReader<GenericRecord> reader, BinaryDecoder decoder, StoredBytes in)
      throws IOException {
    try {
      return reader.read(null, decoder);
    } catch (IOException | RuntimeException e) {
      throw unreadable(in, e);
    }
  }

  private static void tooLarge(
      String position, byte[] block, int start, int end, RecordEmitter emitter) {
    emitter.rejected(
        position,
        String.format(
            Locale.ROOT,
            "the record has %,d bytes, more than the %,d that one may have; its first 64 KiB are"
                + " kept",
            end - start,
            Limits.VALUE_BYTES),
        Arrays.copyOfRange(block, start, start + KEPT));
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
      throw SourceException.badFile(
          ErrorCode.INPUT_MISMATCHED,
          source,
          path + " does not have the declared columns",
          e.getMessage(),
          "Declare the column as the file holds it");
    }
  }

  private Capture capture(Schema schema) {
    return Capture.of(schema, path)
        .orElseThrow(
            () ->
                SourceException.badFile(
                    ErrorCode.INPUT_UNREADABLE,
                    source,
                    path + " is not written by Event Hubs Capture",
                    "its records have no field Body of bytes",
                    "Declare format: avro when the records themselves are the rows"));
  }

  private SourceException damaged(String reason, @Nullable Exception e) {
    return SourceException.badFile(
        ErrorCode.INPUT_UNREADABLE,
        source,
        path + " cannot be read as Avro",
        reason,
        "Put a whole one in its place",
        e);
  }
}
