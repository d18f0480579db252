package io.lakebeam.delta;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
 * @param tags what its writer says of it beside that; empty of most
 */
public record DataFile(
    String path,
    Map<String, String> partitionValues,
    long rows,
    long bytes,
    String statistics,
    long modifiedAt,
    Map<String, String> tags)
    implements Serializable {
  /** Rows of a file that was written without statistics. */
  public static final long UNKNOWN_ROWS = -1;

  public DataFile {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(statistics, "statistics");
    // Map.copyOf refuses the null values that NULL partitions are.
    partitionValues = Collections.unmodifiableMap(new LinkedHashMap<>(partitionValues));
    tags = Map.copyOf(tags);
    if (path.isBlank() || bytes < 0 || rows < UNKNOWN_ROWS) {
      throw new IllegalArgumentException(
          "no data file: path '" + path + "', " + rows + " rows, " + bytes + " bytes");
    }
  }

  /** A file of which nothing else is said. */
  public DataFile(
      String path,
      Map<String, String> partitionValues,
      long rows,
      long bytes,
      String statistics,
      long modifiedAt) {
    this(path, partitionValues, rows, bytes, statistics, modifiedAt, Map.of());
  }

  /** The same file with other tags. */
  public DataFile withTags(Map<String, String> others) {
    return new DataFile(path, partitionValues, rows, bytes, statistics, modifiedAt, others);
  }

  /** The same file, for the log of the table in whose subfolder the other table is. */
  public DataFile below(String folder) {
    return new DataFile(
        folder + "/" + path, partitionValues, rows, bytes, statistics, modifiedAt, tags);
  }

  /**
   * Where the file is.
   *
   * @throws DeltaException when its path leads out of the table, other than to its own store
   */
  public Path location(Place table) {
    return location(table.path(), path);
  }

  /**
   * Where a file is that the log of a table names. The log may be anybody's: what it names lies in
   * the table's folder or, as in a clone, in the table's own store; on a local disk, in the lake
   * that the table is in, because the disk holds more than lakes.
   *
   * @param path a URI, relative to the table or absolute
   * @throws DeltaException for any other path
   */
  static Path location(Path table, String path) {
    URI named = uri(table, path);
    String file = named.getPath();
    boolean isRelative =
        !named.isAbsolute() && named.getAuthority() == null && !file.startsWith("/");
    if (isRelative) {
      return new Path(table, new Path(named));
    }
    URI home = table.toUri();
    boolean isOfStore =
        named.getScheme() == null && named.getAuthority() == null
            || home.getScheme().equalsIgnoreCase(named.getScheme())
                && Objects.equals(home.getAuthority(), named.getAuthority());
    if (!isOfStore) {
      throw refused(table, path, "lies in another store than the table");
    }
    Path location = new Path(home.getScheme(), home.getAuthority(), file);
    if (Storage.isLocal(table) && !isBelow(table.getParent(), location)) {
      throw refused(table, path, "lies outside of " + table.getParent());
    }
    return location;
  }

  /** What links must not lead a file out of: the table's folder, or for a clone's file its lake. */
  public static Path bounds(Place place, Path location) {
    Path table = place.path();
    return isBelow(table, location) ? table : table.getParent();
  }

  private static boolean isBelow(Path folder, Path file) {
    return file.toString().startsWith(folder.isRoot() ? folder.toString() : folder + "/");
  }

  private static URI uri(Path table, String path) {
    URI named;
    try {
      named = new URI(path);
    } catch (URISyntaxException e) {
      throw refused(table, path, "is no URI");
    }
    // Of the decoded path, in which %2e%2e is .. as well.
    if (named.getPath() == null || named.getPath().isEmpty()) {
      throw refused(table, path, "names no file");
    }
    if (List.of(named.getPath().split("/", -1)).contains("..")) {
      throw refused(table, path, "leads out of a folder by ..");
    }
    return named;
  }

  private static DeltaException refused(Path table, String path, String why) {
    return new DeltaException(
        ErrorCode.TABLE_DAMAGED,
        "the log of table "
            + table
            + " names the data file "
            + path
            + ", which "
            + why
            + ": such a file is not touched, and the table not read; look at who wrote the log");
  }
}
