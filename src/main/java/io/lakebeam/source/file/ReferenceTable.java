package io.lakebeam.source.file;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;

/** A small table that joins look rows up in: all files of a source, whole. */
public final class ReferenceTable {
  private ReferenceTable() {}

  /**
   * The files that {@link #load} would read, by their whole paths or URIs.
   *
   * @param source of files
   * @throws SourceException when there is none
   */
  public static List<String> files(Storage storage, SourceSpec source) {
    SourceSpec.Files files = connection(source);
    return found(storage, source, files).stream().map(file -> files.path(file.path())).toList();
  }

  /**
   * Which files {@link #load} would read, as a text that tells two states of them apart: their
   * names, lengths and times, but not where their folder is.
   *
   * @param source of files
   * @throws SourceException when there is none
   */
  public static String state(Storage storage, SourceSpec source) {
    return found(storage, source, connection(source)).toString();
  }

  /**
   * Every row, with the schema's own columns only, in the order of files and lines.
   *
   * @param source of files
   * @throws SourceException when there is no such file, or one holds a record that cannot be read:
   *     a lookup that silently misses rows would give wrong answers
   */
  public static List<InternalRow> load(Storage storage, SourceSpec source) {
    return read(storage, source).rows();
  }

  /**
   * What the files hold.
   *
   * @param state which files there were, as {@link #state} tells
   */
  public record Loaded(String state, List<InternalRow> rows) {}

  /** As {@link #load}, and what it was read from. */
  public static Loaded read(Storage storage, SourceSpec source) {
    SortedSet<FileIdentity> found = found(storage, source, connection(source));
    SourceReader reader =
        SourceReader.of(storage, source, secret -> secret.reference(), () -> false);
    Rows rows = new Rows(source);
    for (FileIdentity file : found) {
      reader.read(
          new Slice.FileSlice(source.name(), file.path(), file.length(), file.modifiedAt()),
          Instant.EPOCH,
          rows);
    }
    return new Loaded(found.toString(), rows.rows);
  }

  private static SourceSpec.Files connection(SourceSpec source) {
    if (!(source.connection() instanceof SourceSpec.Files files)) {
      throw new IllegalArgumentException(source.name() + " is not read from files");
    }
    return files;
  }

  private static SortedSet<FileIdentity> found(
      Storage storage, SourceSpec source, SourceSpec.Files files) {
    SortedSet<FileIdentity> found = new FolderDiscovery(storage, source, files).visibleFiles();
    if (found.isEmpty()) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_MISSING,
          source.name(),
          "there is no file " + files.pattern(),
          "a reference table is read whole before the rows that are looked up in it",
          "Put the file there or correct the path");
    }
    return found;
  }

  private static final class Rows implements RowOutput {
    private final SourceSpec source;
    private final RowFields fields;
    private final List<InternalRow> rows = new ArrayList<>();

    Rows(SourceSpec source) {
      this.source = source;
      this.fields = new RowFields(source.schema());
    }

    @Override
    public void row(InternalRow row) {
      rows.add(new GenericInternalRow(fields.first(row, fields.width())).copy());
    }

    @Override
    public void rejected(Rejected rejected) {
      throw SourceException.permanent(
          ErrorCode.INPUT_UNREADABLE,
          source.name(),
          rejected.position() + " cannot be read",
          rejected.error(),
          "Correct the line: a lookup that misses rows gives wrong answers");
    }

    @Override
    public void warning(String text) {
      throw SourceException.retryable(
          ErrorCode.INPUT_CHANGED,
          source.name(),
          "the reference files changed while they were read",
          text,
          "Run again",
          null);
    }
  }
}
