package io.lakebeam.sink;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.storage.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a table has for its sinks. Files of rows that have come say so by a tag, in all tables of a
 * pipeline that has sinks. It is part of what an epoch decides: so a row is in the outbox when, and
 * only when, it is in the table, and as often, which is once. Rows that were there before, and
 * those that others have added, have no tag.
 */
public final class Outbox {
  private static final String TAG = "lakebeam.outbox";

  private final String sink;
  private final Place path;

  /**
   * @param sink for what is told
   * @param path of the table
   */
  public Outbox(String sink, Place path) {
    this.sink = sink;
    this.path = path;
  }

  /**
   * The same files, to be delivered if they are news.
   *
   * @param areNews true when their rows have come, and were not there before
   */
  public static List<DataFile> posted(List<DataFile> files, boolean areNews) {
    return areNews ? files.stream().map(Outbox::posted).toList() : files;
  }

  private static DataFile posted(DataFile file) {
    Map<String, String> tags = new HashMap<>(file.tags());
    tags.put(TAG, "true");
    return file.withTags(tags);
  }

  /** True for a file with rows that are to be delivered, where a sink is for its table. */
  public static boolean isPosted(DataFile file) {
    return file.tags().containsKey(TAG);
  }

  /** The table as it is; empty before it is made. */
  Optional<Snapshot> table() {
    return DeltaTable.at(path).latest();
  }

  Place path() {
    return path;
  }

  /**
   * What was posted in some versions, in an order that is the same at each look.
   *
   * @param after exclusive
   * @param to inclusive
   * @throws SinkException when the log does not tell any more
   */
  List<DataFile> posted(long after, long to) {
    try {
      return after == to
          ? List.of()
          : DeltaTable.at(path).changes(after, to).added().stream()
              .filter(Outbox::isPosted)
              .toList();
    } catch (DeltaException e) {
      if (e.code() != ErrorCode.TABLE_VERSION_GONE) {
        throw e;
      }
      throw SinkException.permanent(
          sink,
          Problem.of(
              ErrorCode.TABLE_VERSION_GONE,
              "nobody can tell any more which rows are still to be delivered",
              "they came behind version " + after + " of the table: " + e.getMessage(),
              "give the sink another name: it goes on with rows that come from now on"));
    }
  }
}
