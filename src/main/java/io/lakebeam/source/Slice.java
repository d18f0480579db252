package io.lakebeam.source;

import io.lakebeam.delta.DataFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A part of a source whose content is fixed when it is planned, so that reading it again gives the
 * same records.
 */
public sealed interface Slice extends Serializable {
  /** The source's name in the pipeline file. */
  String source();

  /** The tables that take its rows; none where all take them that read the source. */
  default Set<String> into() {
    return Set.of();
  }

  /** How many records it may hold at most, where that is known without reading it. */
  OptionalLong rows();

  /**
   * Offsets of one partition of a topic. Compaction and transactions leave gaps, so it may hold
   * fewer records than offsets.
   *
   * @param from the first offset
   * @param to the offset after the last one
   */
  record KafkaRange(String source, String topic, int partition, long from, long to)
      implements Slice {
    public KafkaRange {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(topic, "topic");
      if (partition < 0 || from < 0 || to < from) {
        throw new IllegalArgumentException(
            "no range of offsets: " + topic + "-" + partition + " [" + from + ", " + to + ")");
      }
    }

    @Override
    public OptionalLong rows() {
      return OptionalLong.of(to - from);
    }

    /**
     * This range in consecutive parts, so that a reader's parallelism does not depend on the number
     * of partitions.
     *
     * @param maxRows the most offsets a part may have, at least 1
     */
    public List<KafkaRange> cut(long maxRows) {
      if (maxRows < 1) {
        throw new IllegalArgumentException("parts of " + maxRows + " rows");
      }
      List<KafkaRange> parts = new ArrayList<>();
      for (long start = from; start < to; start += Math.min(maxRows, to - start)) {
        parts.add(
            new KafkaRange(source, topic, partition, start, start + Math.min(maxRows, to - start)));
      }
      return parts;
    }

    @Override
    public String toString() {
      return topic + "-" + partition + "@" + from + ".." + to;
    }
  }

  /**
   * A whole file.
   *
   * @param path as {@link io.lakebeam.spec.SourceSpec.Files#name} gives it: from the project's
   *     folder, or absolute; without a scheme it is a local path
   * @param bytes its length when it was planned
   * @param modifiedAt milliseconds since 1970, as its file system says
   */
  record FileSlice(String source, String path, long bytes, long modifiedAt) implements Slice {
    public FileSlice {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(path, "path");
      if (bytes < 0) {
        throw new IllegalArgumentException("a file of " + bytes + " bytes: " + path);
      }
    }

    @Override
    public OptionalLong rows() {
      return OptionalLong.empty();
    }

    /** The file's content, as far as a listing tells. */
    public SourcePosition.FileIdentity identity() {
      return new SourcePosition.FileIdentity(path, bytes, modifiedAt);
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /**
   * Rows that a table of the lake has.
   *
   * @param source the table's name
   * @param files that have them, as they were when the slice was planned
   * @param into the tables whose flows take the rows
   */
  record TableRows(String source, List<DataFile> files, Set<String> into) implements Slice {
    public TableRows {
      Objects.requireNonNull(source, "source");
      files = List.copyOf(files);
      into = Collections.unmodifiableSortedSet(new TreeSet<>(into));
    }

    @Override
    public OptionalLong rows() {
      return OptionalLong.of(files.stream().mapToLong(file -> Math.max(0, file.rows())).sum());
    }

    /** A slice for each file. */
    public List<TableRows> cut() {
      return files.stream().map(file -> new TableRows(source, List.of(file), into)).toList();
    }

    @Override
    public String toString() {
      return source + " (" + files.size() + (files.size() == 1 ? " file)" : " files)");
    }
  }
}
