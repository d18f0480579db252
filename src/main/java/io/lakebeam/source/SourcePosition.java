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
