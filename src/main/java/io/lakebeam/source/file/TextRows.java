package io.lakebeam.source.file;

import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.source.FilePart;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.CsvDecoder;
import io.lakebeam.source.decode.CsvFields;
import io.lakebeam.source.decode.CsvHeader;
import io.lakebeam.source.decode.JsonDecoder;
import io.lakebeam.source.decode.RecordDecoder;
import io.lakebeam.source.decode.RecordEmitter;
import io.lakebeam.source.decode.Records;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.source.decode.TextDecoder;
import io.lakebeam.source.decode.TextFile;
import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * Decodes the records of files of text. A part of a file gives the rows that it gives when the file
 * is read as a whole, line numbers and hints included: what the file's beginning says is looked up
 * there.
 */
final class TextRows {
  private static final int RECORDS_BETWEEN_STOPS = 1024;
  private static final int FIRST_LINE_BYTES = 1 << 16;

  private final SourceFileSystem files;
  private final SourceSpec source;
  private final RowLayout layout;
  private final int maxRecordBytes;

  TextRows(SourceFileSystem files, SourceSpec source, RowLayout layout, int maxRecordBytes) {
    this.files = files;
    this.source = source;
    this.layout = layout;
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * Reads a file.
   *
   * @param stored from its first byte on; the caller's to close
   */
  void read(String path, InputStream stored, RecordEmitter emitter) throws IOException {
    try (InputStream text = TextBytes.of(source.name(), path, stored, emitter::checkStop)) {
      Records records = file().records(text);
      read(path, records, decoder(path, records, emitter), mayBeOneDocument(), emitter);
    }
  }

  /**
   * Reads a part of a file that is not packed.
   *
   * @param stored the file from its first byte on; the caller's to close
   */
  void read(String path, FilePart part, InputStream stored, RecordEmitter emitter)
      throws IOException {
    if (part.isFirst()) {
      read(path, bounded(stored, part.to()), emitter);
      return;
    }
    Records beginning = file().records(stored);
    RecordDecoder decoder = decoder(path, beginning, emitter.quiet());
    if (mayBeOneDocument() && toRecord(beginning)) {
      decoder = LooksLike.of(start(beginning)).hinting(decoder);
    }
    try (InputStream in = files.open(path, part.from())) {
      Records records =
          file()
              .records(
                  bounded(in, part.to() - part.from()), beginning.encoding(), part.before() + 1);
      read(path, records, decoder, false, emitter);
    }
  }

  private static InputStream bounded(InputStream in, long bytes) throws IOException {
    return BoundedInputStream.builder()
        .setInputStream(in)
        .setMaxCount(bytes)
        .setPropagateClose(false)
        .get();
  }

  private TextFile file() {
    return new TextFile(source.name(), source.format(), maxRecordBytes);
  }

  /** Goes to the next record that is not blank; false when there is none. */
  boolean toRecord(Records records) throws IOException {
    boolean found = records.next();
    while (found && isBlank(records)) {
      found = records.next();
    }
    return found;
  }

  private boolean mayBeOneDocument() {
    return source.format() instanceof SourceSpec.Json json && !json.multiLine();
  }

  private void read(
      String path,
      Records records,
      RecordDecoder plain,
      boolean looksUnknown,
      RecordEmitter emitter)
      throws IOException {
    RecordDecoder decoder = plain;
    boolean mayBeOneDocument = looksUnknown;
    boolean blankIsRecord = source.format() instanceof SourceSpec.Text;
    long read = 0;
    while (records.next()) {
      if (++read % RECORDS_BETWEEN_STOPS == 0) {
        emitter.checkStop();
      }
      if (!blankIsRecord && isBlank(records)) {
        continue;
      }
      if (mayBeOneDocument) {
        decoder = LooksLike.of(start(records)).hinting(decoder);
        mayBeOneDocument = false;
      }
      record(path, records, decoder, emitter);
    }
  }

  private RecordDecoder decoder(String path, Records records, RecordEmitter emitter)
      throws IOException {
    if (source.format() instanceof SourceSpec.Csv csv) {
      return csvDecoder(path, csv, records, emitter);
    }
    return source.format() instanceof SourceSpec.Json json
        ? new JsonDecoder(layout, json, records.encoding())
        : new TextDecoder(layout, records.encoding());
  }

  private static String start(Records records) {
    int length = Math.min(records.length(), FIRST_LINE_BYTES);
    return new String(records.bytes(), records.offset(), length, records.encoding().charset());
  }

  private static void record(
      String path, Records records, RecordDecoder decoder, RecordEmitter emitter) {
    String position = path + ":" + records.line();
    if (records.fault().isEmpty()) {
      emitter.record(decoder, records.bytes(), records.offset(), records.length(), position);
    } else {
      emitter.rejected(position, records.fault(), bytes(records));
    }
  }

  /** A decoder for the records behind the header; leaves the splitter on the header. */
  private CsvDecoder csvDecoder(
      String path, SourceSpec.Csv csv, Records records, RecordEmitter emitter) throws IOException {
    CsvHeader header = CsvHeader.ofSchema(layout);
    if (csv.header()) {
      if (toRecord(records)) {
        header = header(csv, records);
        if (!header.fault().isEmpty()) {
          // Told twice on purpose: the file as a whole, and each of its records in the quarantine.
          emitter.rejected(path + ":" + records.line(), header.fault(), bytes(records));
          emitter.warning(path + ": every record is rejected: " + header.fault());
        }
      }
    }
    return new CsvDecoder(layout, csv, records.encoding(), header, false);
  }

  private CsvHeader header(SourceSpec.Csv csv, Records records) {
    if (!records.fault().isEmpty()) {
      return CsvHeader.unreadable(records.fault());
    }
    try {
      byte[] text =
          records.encoding().utf8(records.bytes(), records.offset(), records.length()).getBytes();
      List<UTF8String> names = new CsvFields(csv).split(text, 0, text.length);
      return CsvHeader.of(names.stream().map(UTF8String::toString).toList(), layout);
    } catch (BadRecord e) {
      return CsvHeader.unreadable(e.getMessage());
    }
  }

  private static byte[] bytes(Records records) {
    return Arrays.copyOfRange(
        records.bytes(), records.offset(), records.offset() + records.length());
  }

  /** Nothing but blanks and tabs. */
  boolean isBlank(Records records) {
    int delimiter = source.format() instanceof SourceSpec.Csv csv ? csv.delimiter() : -1;
    int unit = records.encoding().unit();
    if (!records.fault().isEmpty() || records.length() % unit != 0) {
      return false;
    }
    for (int i = 0; i < records.length(); i += unit) {
      int c = records.unit(records.offset() + i);
      if (c == delimiter || (c != ' ' && c != '\t' && c != '\r')) {
        return false;
      }
    }
    return true;
  }
}
