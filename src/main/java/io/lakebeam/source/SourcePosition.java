package io.lakebeam.source;

import io.lakebeam.spec.SourceSpec;
import java.io.Serializable;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How far a source is planned. It belongs into every plan, also into one without slices: with
 * {@code starting_offsets: latest} the first position is where reading starts.
 */
public sealed interface SourcePosition extends Serializable {
  /** Before anything of the source was planned. */
  static SourcePosition start(SourceSpec source) {
    if (source.connection() instanceof SourceSpec.Kafka) {
      return new Offsets(Map.of());
    }
    return new SeenFiles(Set.of());
  }

  /**
   * Of a topic.
   *
   * @param next the offset to go on at, by partition; partitions never planned are absent
   */
  record Offsets(SortedMap<Integer, Long> next) implements SourcePosition {
    public Offsets {
      next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
    }

    public Offsets(Map<Integer, Long> next) {
      this(new TreeMap<>(next));
    }
  }

  /**
   * Of a folder.
   *
   * @param files what was planned or passed over
   */
  record SeenFiles(SortedSet<FileIdentity> files) implements SourcePosition {
    public SeenFiles {
      files = Collections.unmodifiableSortedSet(new TreeSet<>(files));
    }

    public SeenFiles(Set<FileIdentity> files) {
      this(new TreeSet<>(files));
    }

    /** With more files. */
    public SeenFiles plus(Set<FileIdentity> more) {
      SortedSet<FileIdentity> all = new TreeSet<>(files);
      all.addAll(more);
      return new SeenFiles(all);
    }
  }

  /**
   * In the rows that a table had at one moment, which another one gets that was declared later.
   *
   * @param table the {@linkplain io.lakebeam.delta.Snapshot#id id} of the table that has them
   * @param version of the table; -1 as long as the moment has not come
   * @param next how many of its files are planned, in the order of their names
   * @param files how many it has
   */
  record TableHistory(String table, long version, int next, int files) implements SourcePosition {
    /** Before the moment has come. */
    public static final TableHistory TO_BEGIN = new TableHistory("", -1, 0, 0);

    /** Behind everything: an update ends when the history does, whatever it was at its start. */
    public static final TableHistory END = new TableHistory("", -1, -1, -1);

    /** Names the history of one table in another among the sources of a pipeline. */
    public static String name(String table, String into) {
      return into + " <- " + table;
    }

    /** True when all of the files are planned. */
    public boolean isAtEnd() {
      return version >= 0 && next == files;
    }
  }

  /**
   * A file's content, as far as a listing tells.
   *
   * @param path as {@link SourceSpec.Files#name} gives it; ledgers of older versions have whole
   *     paths only
   * @param modifiedAt milliseconds since 1970
   */
  record FileIdentity(String path, long length, long modifiedAt)
      implements Serializable, Comparable<FileIdentity> {
    public FileIdentity {
      Objects.requireNonNull(path, "path");
    }

    /** By time, then path: the order files are read in. */
    @Override
    public int compareTo(FileIdentity other) {
      int order = Long.compare(modifiedAt, other.modifiedAt);
      order = order != 0 ? order : path.compareTo(other.path);
      return order != 0 ? order : Long.compare(length, other.length);
    }
  }
}
