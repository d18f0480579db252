package io.lakebeam.delta;

import io.lakebeam.storage.Storage;
import java.io.Serializable;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.hadoop.fs.Path;

/**
 * A Parquet file of a table: what a writer says it wrote, and what the log says is there.
 *
 * @param path as in the Delta log: URI-encoded, relative to the table's folder (or absolute, in
 *     tables that others cloned)
 * @param partitionValues by partition column, in the text form of Delta's protocol; a null value is
 *     a NULL partition
 * @param rows {@link #UNKNOWN_ROWS} when its writer did not say
 * @param bytes size of the file
 * @param statistics Delta's statistics as a JSON object; empty when there are none
 * @param modifiedAt milliseconds since 1970
 */
public record DataFile(
    String path,
    Map<String, String> partitionValues,
    long rows,
    long bytes,
    String statistics,
    long modifiedAt)
    implements Serializable {
  /** Rows of a file that was written without statistics. */
  public static final long UNKNOWN_ROWS = -1;

  public DataFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(statistics, "statistics");
    // Map.copyOf refuses the null values that NULL partitions are.
    partitionValues = Collections.unmodifiableMap(new LinkedHashMap<>(partitionValues));
    if (path.isBlank() || bytes < 0 || rows < UNKNOWN_ROWS) {
      throw new IllegalArgumentException(
          "no data file: path '" + path + "', " + rows + " rows, " + bytes + " bytes");
    }
  }

  /** Where the file is. */
  public Path location(String tablePath) {
    return location(tablePath, path);
  }

  /**
   * Where a file is that the log of a table names.
   *
   * @param path a URI, relative to the table or absolute
   */
  static Path location(String tablePath, String path) {
    Path file = new Path(URI.create(path));
    return file.isAbsolute() ? file : new Path(Storage.path(tablePath), file);
  }
}
