package io.lakebeam.source.file;

import io.lakebeam.source.FilePart;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.decode.RecordEmitter;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Reads files, and parts of them. A file that went after it was planned stops the reading: without
 * its rows the epoch would not be what was planned. One that changed since is read as it is now,
 * with a warning; but not in parts, which would be those of different files.
 */
public final class FileSliceReader {
  private static final String WITHOUT_IT =
      "To go on without it, move it away and run the update with --skip-missing; or declare"
          + " bad_files: set_aside in the source, which passes over such files";

  private static final String TOO_LATE =
      "This epoch is to read it, and tables may have its rows, so it is not set aside any more. To go"
          + " on without it, move it away and run the update with --skip-missing";

  private final SourceFileSystem files;
  private final SourceSpec source;
  private final SourceSpec.Files landing;
  private final RowLayout layout;
  private final TextRows text;

  public FileSliceReader(Storage storage, SourceSpec source, RowLayout layout, int maxRecordBytes) {
    this.files = new SourceFileSystem(storage);
    this.source = source;
    this.landing = (SourceSpec.Files) source.connection();
    this.layout = layout;
    this.text = new TextRows(files, source, layout, maxRecordBytes);
  }

  /**
   * Reads a file to its end.
   *
   * @throws SourceException that names it; of a bad file one that says so
   */
  public void read(Slice.FileSlice slice, RecordEmitter emitter) {
    String path = landing.path(slice.path());
    Runnable asItIs =
        () -> emitter.warning(path + " changed after it was planned; it is read as it is now");
    telling(path, () -> read(slice, path, asItIs, (now, in) -> content(path, now, in, emitter)));
  }

  /**
   * Reads a part of a file.
   *
   * @throws SourceException as for a file; also when it is not the file that was cut
   */
  public void read(FilePart part, RecordEmitter emitter) {
    String path = landing.path(part.file().path());
    telling(
        path,
        () ->
            read(
                part.file(),
                path,
                () -> {
                  throw FileProblems.changed(source.name(), path);
                },
                (now, in) -> content(path, part, in, emitter)));
  }

  private void telling(String path, Runnable reading) {
    try {
      reading.run();
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
      read(slice, path, () -> {}, (now, in) -> whether(path, now, in, nowhere));
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

  /** What is done with a file that is open and not empty. */
  private interface Use {
    void of(SourceFileSystem.Listed now, InputStream stored) throws IOException;
  }

  private void content(
      String path, SourceFileSystem.Listed now, InputStream stored, RecordEmitter emitter)
      throws IOException {
    switch (source.format().layout()) {
      case TEXT -> text.read(path, stored, emitter);
      case BLOCKS -> AvroFile.of(files, source, layout, path).read(stored, now.bytes(), emitter);
      case COLUMNS -> new ParquetFile(files, source.name(), layout, path).read(emitter);
    }
  }

  private void content(String path, FilePart part, InputStream stored, RecordEmitter emitter)
      throws IOException {
    switch (source.format().layout()) {
      case TEXT -> text.read(path, part, stored, emitter);
      case BLOCKS -> AvroFile.of(files, source, layout, path).read(stored, part, emitter);
      case COLUMNS -> new ParquetFile(files, source.name(), layout, path).read(part, emitter);
    }
  }

  /** Whether it can be read as a whole; of text that is not packed the first bytes say so. */
  private void whether(
      String path, SourceFileSystem.Listed now, InputStream stored, RecordEmitter nowhere)
      throws IOException {
    if (source.format().layout().isBinary()) {
      content(path, now, stored, nowhere);
      return;
    }
    try (InputStream text = TextBytes.of(source.name(), path, stored, nowhere::checkStop)) {
      if (Packing.of(path).isPresent()) {
        text.transferTo(OutputStream.nullOutputStream());
      }
    }
  }

  private void read(Slice.FileSlice slice, String path, Runnable whenChanged, Use use) {
    SourceFileSystem.Listed now;
    InputStream opened;
    try {
      now = files.status(path);
      opened = files.open(path);
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
    try (InputStream in = opened) {
      if (now.bytes() != slice.bytes() || now.modifiedAt() != slice.modifiedAt()) {
        whenChanged.run();
      }
      if (now.bytes() > 0) {
        use.of(now, in);
      }
    } catch (IOException e) {
      // Rows may be out already, so even a file gone by now fails the slice as a whole.
      throw FileProblems.of(source.name(), path, e);
    }
  }
}
