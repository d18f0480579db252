package io.lakebeam.source.file;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.parquet.ParquetRows;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.util.List;

/** What files say of their columns themselves, before a row of them is read. */
public final class FileColumns {
  private static final String WITHOUT_IT =
      "To go on without it, move it away; or declare bad_files: set_aside in the source, which"
          + " passes over such files";

  private FileColumns() {}

  /**
   * Whether a file of a format that has columns has the declared ones. An empty file has.
   *
   * @throws SourceException when it cannot be read with the source's schema
   */
  public static void check(Storage storage, SourceSpec source, Slice.FileSlice file) {
    if (source.format().layout() != SourceSpec.FileLayout.COLUMNS || file.bytes() == 0) {
      return;
    }
    SourceFileSystem files = new SourceFileSystem(storage);
    String path = ((SourceSpec.Files) source.connection()).path(file.path());
    RowLayout layout = RowLayout.of(source);
    ParquetFile parquet = new ParquetFile(files, source.name(), layout, path);
    try {
      List<Problem> mismatches =
          ParquetRows.mismatches(files.parquet(path), layout.columns(), layout.namesInData());
      if (!mismatches.isEmpty()) {
        throw parquet.refused(mismatches, null);
      }
    } catch (IOException e) {
      throw FileProblems.of(source.name(), path, e);
    } catch (SourceException e) {
      throw e.orElse(WITHOUT_IT);
    } catch (RuntimeException e) {
      throw parquet.unreadable(e);
    } catch (StackOverflowError e) {
      throw FileProblems.tooDeep(source.name(), path, e);
    } catch (OutOfMemoryError e) {
      throw FileProblems.tooLarge(source.name(), path, e);
    }
  }

  /**
   * The columns of a Parquet file, under the names that the file has, as a schema would best
   * declare them.
   *
   * @param path absolute, or a URI
   * @throws SourceException when it cannot be read
   */
  public static List<Column> ofParquet(Storage storage, String source, String path) {
    try {
      return ParquetRows.suggested(new SourceFileSystem(storage).parquet(path));
    } catch (IOException | RuntimeException e) {
      throw SourceException.badFile(
          ErrorCode.INPUT_UNREADABLE,
          source,
          path + " cannot be read as Parquet",
          e.getMessage() == null ? "it is damaged or cut off" : BadRecord.said(e.getMessage()),
          "Put a whole one in its place",
          e);
    }
  }
}
