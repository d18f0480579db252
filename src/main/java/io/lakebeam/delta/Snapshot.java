package io.lakebeam.delta;

import io.lakebeam.graph.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table at one version.
 *
 * @param id stays the same as long as the table does; one that is made anew in its place has
 *     another
 * @param comment empty when nobody wrote one
 * @param files the table's data, in no particular order; read from the log on first use, which
 *     throws {@link DeltaException} when the log cannot be read
 */
public record Snapshot(
    String id,
    long version,
    TableSchema schema,
    List<String> partitionBy,
    String comment,
    Map<String, String> properties,
    List<DataFile> files) {
  public Snapshot {
    partitionBy = List.copyOf(partitionBy);
    properties = Map.copyOf(properties);
  }

  /** Rows of all files; empty when a file's writer did not say. */
  public Optional<Long> rows() {
    long rows = 0;
    for (DataFile file : files) {
      if (file.rows() == DataFile.UNKNOWN_ROWS) {
        return Optional.empty();
      }
      rows += file.rows();
    }
    return Optional.of(rows);
  }

  /** Size of all files. */
  public long bytes() {
    return files.stream().mapToLong(DataFile::bytes).sum();
  }
}
