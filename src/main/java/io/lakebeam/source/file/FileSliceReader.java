package io.lakebeam.source.file;

import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.CsvDecoder;
import io.lakebeam.source.decode.CsvFields;
import io.lakebeam.source.decode.CsvHeader;
import io.lakebeam.source.decode.JsonDecoder;
import io.lakebeam.source.decode.RecordDecoder;
import io.lakebeam.source.decode.RecordEmitter;
import io.lakebeam.source.decode.Records;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.source.decode.TextBytes;
import io.lakebeam.source.decode.TextDecoder;
import io.lakebeam.spec.SourceSpec;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads whole files. A file that went after it was planned stops the reading: without its rows the
 * epoch would not be what was planned. One that changed since is read as it is now, with a warning.
 */
public final class FileSliceReader {
  private static final int RECORDS_BETWEEN_STOPS = 1024;
  private static final int FIRST_LINE_BYTES = 1 << 16;

  private static final String WITHOUT_IT =
      "To go on without it, move it away and run the update with --skip-missing; or declare"
          + " bad_files: set_aside in the source, which passes over such files";

  private static final String TOO_LATE =
      "This epoch is to read it, and tables may have its rows, so it is not set aside any more. To go"
          + " on without it, move it away and run the update with --skip-missing";

  private final SourceSpec source;
  private final SourceSpec.Files landing;
  private final RowLayout layout;
  private final int maxRecordBytes;

  public FileSliceReader(SourceSpec source, RowLayout layout, int maxRecordBytes) {
    this.source = source;
    this.landing = (SourceSpec.Files) source.connection();
    this.layout = layout;
    this.maxRecordBytes = maxRecordBytes;
  }

  /**
   * Reads a file to its end.
   *
   * @throws SourceException that names it; of a bad file one that says so
   */
  public void read(Slice.FileSlice slice, RecordEmitter emitter) {
    String path = landing.path(slice.path());
    try {
      read(slice, path, emitter, in -> text(path, in, emitter));
    } catch (SourceException e) {
      throw e.isOfOneFile() ? withWayOut(e) : e;
    } catch (StackOverflowError e) {
      throw withWayOut(FileProblems.tooDeep(source.name(), path, e));
    } catch (OutOfMemoryError e) {
      throw withWayOut(FileProblems.tooLarge(source.name(), path, e));
    }
  }

  /** Of a reference table nothing can be left out. */
  private SourceException withWayOut(SourceException bad) {
    if (source.reference()) {
      return bad;
    }
    return bad.orElse(source.setsBadFilesAside() ? TOO_LATE : WITHOUT_IT);
  }

  /**
   * Reads a file to see whether all of it can be read. Text that is not packed can be from its
   * first bytes on: whatever comes then is records.
   *
   * @param nowhere where rows are thrown away
   * @return what is bad about the file; empty when nothing is
   * @throws SourceException when it is not the file's fault that it cannot be read
   */
  public Optional<SourceException> problem(Slice.FileSlice slice, RecordEmitter nowhere) {
    Optional<SourceException> first = problemOnce(slice, nowhere);
    boolean mayBeOthers = first.isPresent() && first.get().getCause() instanceof OutOfMemoryError;
    // What others held may have been the reason: asked again, now that they may have let it go.
    return mayBeOthers ? problemOnce(slice, nowhere) : first;
  }

  private Optional<SourceException> problemOnce(Slice.FileSlice slice, RecordEmitter nowhere) {
    String path = landing.path(slice.path());
    try {
      read(slice, path, nowhere, in -> unpack(path, in, nowhere));
      return Optional.empty();
    } catch (SourceException e) {
      if (!e.isOfOneFile()) {
        throw e;
      }
      return Optional.of(e);
    } catch (StackOverflowError e) {
      return Optional.of(FileProblems.tooDeep(source.name(), path, e));
    } catch (OutOfMemoryError e) {
      return Optional.of(FileProblems.tooLarge(source.name(), path, e));
    }
  }

  /** What is done with a file of text. */
  private interface Use {
    void of(InputStream stored) throws IOException;
  }

  private void text(String path, InputStream stored, RecordEmitter emitter) throws IOException {
    TextFile file = new TextFile(source.name(), source.format(), maxRecordBytes);
    try (InputStream text = TextBytes.of(source.name(), path, stored, emitter::checkStop)) {
      readText(path, file.records(text), emitter);
    }
  }

  private void unpack(String path, InputStream stored, RecordEmitter nowhere) throws IOException {
    try (InputStream text = TextBytes.of(source.name(), path, stored, nowhere::checkStop)) {
      if (Packing.of(path).isPresent()) {
        text.transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private void read(Slice.FileSlice slice, String path, RecordEmitter emitter, Use ofText) {
    SourceFileSystem.Listed now;
    InputStream opened;
    try {
      now = SourceFileSystem.status(path);
      opened = SourceFileSystem.open(path);
    } catch (FileNotFoundException e) {
      if (UnreadableNames.mayBe(path)) {
        throw UnreadableNames.problem(source.name(), path);
      }
      // Java says of a file that may not be opened that it is not found, too.
      throw FileProblems.isThere(path)
          ? FileProblems.of(source.name(), path, e)
          : FileProblems.gone(source.name(), path, e);
    } catch (IOException e) {
      throw FileProblems.of(source.name(), path, e);
    }
    if (now.bytes() != slice.bytes() || now.modifiedAt() != slice.modifiedAt()) {
      emitter.warning(path + " changed after it was planned; it is read as it is now");
    }
    try (InputStream in = opened) {
      if (now.bytes() == 0) {
        return;
      }
      if (source.format() instanceof SourceSpec.Parquet) {
        new ParquetFile(source.name(), layout, path).read(emitter);
      } else if (source.format() instanceof SourceSpec.Avro
          || source.format() instanceof SourceSpec.Capture) {
        AvroFile.of(source, layout, path).read(in, now.bytes(), emitter);
      } else {
        ofText.of(in);
      }
    } catch (IOException e) {
      // Rows may be out already, so even a file gone by now fails the slice as a whole.
      throw FileProblems.of(source.name(), path, e);
    }
  }

  private void readText(String path, Records records, RecordEmitter emitter) throws IOException {
    RecordDecoder decoder = decoder(path, records, emitter);
    boolean mayBeOneDocument = source.format() instanceof SourceSpec.Json j && !j.multiLine();
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
      boolean found = records.next();
      while (found && isBlank(records)) {
        found = records.next();
      }
      if (found) {
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
  private boolean isBlank(Records records) {
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
