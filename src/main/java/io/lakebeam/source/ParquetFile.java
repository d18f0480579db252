package io.lakebeam.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.hadoop.ParquetInputFormat;
import org.apache.parquet.hadoop.ParquetReader;

/**
 * One Parquet file's rows, columns by name. A column of another type than declared, and damaged
 * bytes, are errors of the file, not of its rows: it is refused as a whole. Damage is found by the
 * checksums of pages, which writers have put there since Parquet 1.11. Positions count rows from 1.
 */
final class ParquetFile {
  private static final int ROWS_BETWEEN_STOPS = 1024;

  private final String source;
  private final RowLayout layout;
  private final String path;

  ParquetFile(String source, RowLayout layout, String path) {
    this.source = source;
    this.layout = layout;
    this.path = path;
  }

  void read(RecordEmitter emitter) throws IOException {
    Configuration configuration = new Configuration(SourceFileSystem.configuration());
    configuration.setBoolean(AvroReadSupport.READ_INT96_AS_FIXED, true);
    configuration.setBoolean(ParquetInputFormat.PAGE_VERIFY_CHECKSUM_ENABLED, true);
    try (ParquetReader<GenericRecord> reader =
        AvroParquetReader.<GenericRecord>builder(SourceFileSystem.parquet(path))
            .withDataModel(new GenericData())
            .withConf(configuration)
            .build()) {
      AvroColumns columns = null;
      long row = 0;
      for (GenericRecord record = next(reader); record != null; record = next(reader)) {
        columns = columns == null ? columns(record.getSchema()) : columns;
        row++;
        if (row % ROWS_BETWEEN_STOPS == 0) {
          emitter.checkStop();
        }
        emit(record, columns, path + ":" + row, emitter);
      }
    } catch (IOException e) {
      if (isStored()) {
        throw unreadable(e);
      }
      throw e;
    }
  }

  /** True when the storage gives every byte of the file: then the bytes are what is wrong. */
  private boolean isStored() {
    try (InputStream in = SourceFileSystem.open(path)) {
      in.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private GenericRecord next(ParquetReader<GenericRecord> reader) throws IOException {
    try {
      return reader.read();
    } catch (RuntimeException e) {
      // A damaged file fails anywhere in the reader, with whatever exception comes first.
      throw unreadable(e);
    }
  }

  private void emit(
      GenericRecord record, AvroColumns columns, String position, RecordEmitter emitter) {
    Object[] values = new Object[layout.width()];
    String raw;
    try {
      raw = AvroJson.text(record.getSchema(), record);
    } catch (ArithmeticException | IllegalArgumentException | DateTimeException e) {
      // No value of its type, such as a decimal without bytes.
      throw unreadable(e);
    }
    values[layout.raw()] = raw;
    try {
      columns.convert(record, values);
    } catch (BadRecord e) {
      emitter.rejected(position, e.getMessage(), raw.getBytes(StandardCharsets.UTF_8));
      return;
    }
    JsonRescue rescue = new JsonRescue();
    for (Schema.Field field : columns.unknown()) {
      Object value = record.get(field.pos());
      if (value != null) {
        rescue.addRaw(field.name(), AvroJson.text(field.schema(), value));
      }
    }
    values[layout.rescued()] = rescue.text();
    emitter.row(values, position);
  }

  private AvroColumns columns(Schema schema) {
    try {
      return AvroColumns.of(layout.columns(), schema);
    } catch (BadRecord e) {
      throw SourceException.permanent(
          source,
          path + " does not have the declared columns",
          e.getMessage(),
          "Declare the column as the file holds it, or move the file away");
    }
  }

  private SourceException unreadable(Exception e) {
    // The reader says which value it was reading; why it could not is further in.
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return SourceException.permanent(
        source,
        path + " cannot be read as Parquet",
        message == null
            ? "it is damaged or cut off (" + innermost.getClass().getSimpleName() + ")"
            : BadRecord.shortened(message),
        "Move the file away or write it again; land files complete, by renaming them into place",
        e);
  }
}
