package io.lakebeam.source.file;

import io.lakebeam.graph.Limits;
import io.lakebeam.parquet.ParquetRows;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.decode.Records;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.source.decode.TextFile;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Cuts the slices of one source into parts that several workers read at the same time, so that a
 * large file does not occupy one of them.
 *
 * <p>A file of text is gone through once for that, by the splitter that finds its records later: so
 * a part begins with a record whatever quotes and line ends the file holds, and knows its first
 * line. Parquet says in its footer where row groups are, Avro before each block how long it is.
 * What cannot be cut: files that are packed as a whole, JSON documents over several lines, and,
 * where bad files are set aside, formats in which damage shows anywhere, because the answer is one
 * for the whole file.
 *
 * <p>What is wrong with a file is told by who reads it.
 */
public final class SliceCutter {
  private static final int RECORDS_BETWEEN_STOPS = 1024;

  private final SourceFileSystem files;
  private final SourceSpec source;
  private final int maxRecordBytes;

  private SliceCutter(SourceFileSystem files, SourceSpec source, int maxRecordBytes) {
    this.files = files;
    this.source = source;
    this.maxRecordBytes = maxRecordBytes;
  }

  public static SliceCutter of(Storage storage, SourceSpec source) {
    return new SliceCutter(new SourceFileSystem(storage), source, Limits.RECORD_BYTES);
  }

  /**
   * A slice in consecutive parts, which give its rows.
   *
   * @param maxRows that a part should have, at least 1; more or less where rows are not known
   * @throws SourceException when the file is not what was planned, or cannot be asked
   */
  public List<? extends Slice> parts(Slice slice, long maxRows) {
    if (slice.weight() <= maxRows || slice.ofFile().isEmpty() || !isCuttable(slice)) {
      return slice.parts(maxRows);
    }
    return parts(slice.ofFile().get(), maxRows);
  }

  private boolean isCuttable(Slice slice) {
    SourceSpec.Format format = source.format();
    if (format instanceof SourceSpec.Json json && json.multiLine()) {
      return false;
    }
    return format.layout().isBinary()
        ? !source.setsBadFilesAside()
        : Packing.of(slice.toString()).isEmpty() && Packing.unknownEnd(slice.toString()).isEmpty();
  }

  private List<? extends Slice> parts(Slice.FileSlice file, long maxRows) {
    String path = ((SourceSpec.Files) source.connection()).path(file.path());
    try {
      SourceFileSystem.Listed now = files.status(path);
      if (now.bytes() != file.bytes() || now.modifiedAt() != file.modifiedAt()) {
        // Cut or whole is the same for all who ask, also when it changes in between.
        throw FileProblems.changed(source.name(), path);
      }
      FileCuts cuts = new FileCuts(file, maxRows);
      switch (source.format().layout()) {
        case TEXT -> records(path, cuts);
        case BLOCKS -> blocks(path, file.bytes(), cuts);
        case COLUMNS -> rowGroups(path, cuts);
      }
      return cuts.parts();
    } catch (SourceException e) {
      if (e.isOfOneFile()) {
        return List.of(file);
      }
      throw e;
    } catch (FileNotFoundException e) {
      return List.of(file);
    } catch (IOException e) {
      throw FileProblems.of(source.name(), path, e);
    }
  }

  private void records(String path, FileCuts cuts) throws IOException {
    TextFile file = new TextFile(source.name(), source.format(), maxRecordBytes);
    TextRows rows = new TextRows(files, source, RowLayout.of(source), maxRecordBytes);
    // A header stays with the first part.
    boolean hasBegun = !(source.format() instanceof SourceSpec.Csv csv && csv.header());
    long read = 0;
    try (InputStream in = files.open(path);
        InputStream text = TextBytes.of(source.name(), path, in, this::checkStop)) {
      Records records = file.records(text);
      while (records.next()) {
        if (++read % RECORDS_BETWEEN_STOPS == 0) {
          checkStop();
        }
        if (hasBegun) {
          cuts.mayCutAt(file.markBytes() + records.at(), records.line() - 1);
        }
        hasBegun = hasBegun || !rows.isBlank(records);
      }
    }
    cuts.endAtEnd();
  }

  private void rowGroups(String path, FileCuts cuts) throws IOException {
    List<Long> rows;
    try {
      rows = ParquetRows.rowGroups(files.parquet(path));
    } catch (RuntimeException | StackOverflowError e) {
      // Damaged: whoever reads the file says so.
      return;
    }
    long before = 0;
    for (int group = 0; group < rows.size(); group++) {
      cuts.mayCutBefore(group, before, rows.get(group));
      before += rows.get(group);
    }
    cuts.endAt(rows.size());
  }

  private void blocks(String path, long length, FileCuts cuts) throws IOException {
    try (InputStream opened = files.open(path)) {
      StoredBytes in = new StoredBytes(opened);
      try {
        AvroBlocks blocks = new AvroBlocks(new BufferedInputStream(in, 1 << 16), length);
        long before = 0;
        for (long at = blocks.at(); blocks.skip(); at = blocks.at()) {
          checkStop();
          cuts.mayCutAt(at, before);
          before += blocks.records();
        }
        cuts.endAtEnd();
      } catch (CancellationException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        // Damaged, unless storage says something else: whoever reads the file says so.
        in.tellFailure();
        cuts.forget();
      }
    }
  }

  private void checkStop() {
    if (Thread.currentThread().isInterrupted()) {
      throw SourceReader.stopped(source.name());
    }
  }
}
