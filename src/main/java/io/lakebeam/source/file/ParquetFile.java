package io.lakebeam.source.file;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.parquet.ColumnsMismatchException;
import io.lakebeam.parquet.Mismatches;
import io.lakebeam.parquet.ParquetRows;
import io.lakebeam.row.Utf8;
import io.lakebeam.source.FilePart;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.RecordEmitter;
import io.lakebeam.source.decode.RowLayout;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One Parquet file's rows, columns by name. A column whose type cannot be the declared one, and
 * damaged bytes, are errors of the file, not of its rows: it is refused as a whole. A value that
 * the declared type cannot hold rejects its row. Damage is found by the checksums of pages, which
 * writers have put there since Parquet 1.11. Positions count rows from 1.
 */
final class ParquetFile {
  private static final int ROWS_BETWEEN_STOPS = 1024;

  private final SourceFileSystem files;
  private final String source;
  private final RowLayout layout;
  private final String path;

  ParquetFile(SourceFileSystem files, String source, RowLayout layout, String path) {
    this.files = files;
    this.source = source;
    this.layout = layout;
    this.path = path;
  }

  void read(RecordEmitter emitter) throws IOException {
    read(0, Integer.MAX_VALUE, 0, emitter);
  }

  /** Reads some of its row groups. */
  void read(FilePart part, RecordEmitter emitter) throws IOException {
    read(Math.toIntExact(part.from()), Math.toIntExact(part.to()), part.before(), emitter);
  }

  private void read(int firstGroup, int endGroup, long before, RecordEmitter emitter)
      throws IOException {
    try (ParquetRows rows = open(firstGroup, endGroup)) {
      long row = before;
      while (next(rows)) {
        row++;
        if (row % ROWS_BETWEEN_STOPS == 0) {
          emitter.checkStop();
        }
        emit(rows, path + ":" + row, emitter);
      }
    } catch (IOException e) {
      if (isStored()) {
        throw unreadable(e);
      }
      throw e;
    }
  }

  private ParquetRows open(int firstGroup, int endGroup) throws IOException {
    try {
      return ParquetRows.ofOthers(
          files.parquet(path),
          files.configuration(),
          layout.columns(),
          layout.namesInData(),
          layout.width(),
          firstGroup,
          endGroup);
    } catch (ColumnsMismatchException e) {
      throw refused(e.mismatches(), e);
    } catch (RuntimeException e) {
      throw unreadable(e);
    }
  }

  SourceException refused(List<Problem> mismatches, Exception cause) {
    return SourceException.badFile(
        ErrorCode.INPUT_MISMATCHED,
        source,
        path + " does not have the declared columns",
        Mismatches.problems(mismatches),
        "In the schema of the source, " + Mismatches.fixes(mismatches),
        cause);
  }

  /** True when the storage gives every byte of the file: then the bytes are what is wrong. */
  private boolean isStored() {
    try (InputStream in = files.open(path)) {
      in.transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean next(ParquetRows rows) throws IOException {
    try {
      return rows.next();
    } catch (RuntimeException e) {
      // A damaged file fails anywhere in the reader, with whatever exception comes first.
      throw unreadable(e);
    }
  }

  private void emit(ParquetRows rows, String position, RecordEmitter emitter) {
    String raw = rows.json();
    if (!rows.fault().isEmpty()) {
      emitter.rejected(position, rows.fault(), raw.getBytes(StandardCharsets.UTF_8));
      return;
    }
    Object[] values = rows.values();
    String rescued = rows.rescued();
    values[layout.raw()] = Utf8.of(raw);
    values[layout.rescued()] = rescued == null ? null : Utf8.of(rescued);
    emitter.row(values, position);
  }

  SourceException unreadable(Exception e) {
    // The reader says which value it was reading; why it could not is further in.
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return SourceException.badFile(
        ErrorCode.INPUT_UNREADABLE,
        source,
        path + " cannot be read as Parquet",
        message == null
            ? "it is damaged or cut off (" + innermost.getClass().getSimpleName() + ")"
            : BadRecord.said(message),
        "Put a whole one in its place",
        e);
  }
}
