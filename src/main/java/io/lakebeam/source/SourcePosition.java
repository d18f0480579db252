package io.lakebeam.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How far a source is planned. It belongs into every plan, also into one without slices: with
 * {@code starting_offsets: latest} the first position is where reading starts.
 */
public sealed interface SourcePosition extends Serializable {
  /** Before anything of the source was planned. */
  static SourcePosition start(SourceSpec source) {
    return source
        .connection()
        .match(topic -> new Offsets(Map.of()), files -> new SeenFiles(Set.of()));
  }

  /**
   * This position after news of its source, as {@link #newsSince} gives them.
   *
   * @param news of the same kind, as of all positions here
   */
  SourcePosition plus(SourcePosition news);

  /** What this position has that an earlier one has not: the form in which a plan holds it. */
  SourcePosition newsSince(SourcePosition before);

  /** What of this position lies before another one. */
  SourcePosition upTo(SourcePosition end);

  /** True before anything of the source was planned. */
  boolean isStart();

  /** Puts it into JSON, for {@link #read}. */
  void write(ObjectNode node);

  /**
   * The position that was written.
   *
   * @throws UnknownVersionException when a later version wrote it
   * @throws RuntimeException when it is no position
   */
  static SourcePosition read(JsonNode node) {
    if (node.has("offsets")) {
      return Offsets.of(node);
    }
    if (node.has("history")) {
      return TableHistory.of(node.get("history"));
    }
    if (node.has("request")) {
      return Requests.of(node);
    }
    if (node.has("files") || node.has("packed_files")) {
      return SeenFiles.of(node);
    }
    throw new UnknownVersionException("a position with " + node.properties());
  }

  private static IllegalArgumentException ofAnotherKind(SourcePosition position) {
    return new IllegalArgumentException("a position of another kind of source: " + position);
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

    public static Offsets requireOffsets(SourcePosition position) {
      if (position instanceof Offsets offsets) {
        return offsets;
      }
      throw ofAnotherKind(position);
    }

    @Override
    public Offsets plus(SourcePosition news) {
      SortedMap<Integer, Long> all = new TreeMap<>(next);
      all.putAll(requireOffsets(news).next());
      return new Offsets(all);
    }

    /** All of them: they are few. */
    @Override
    public Offsets newsSince(SourcePosition before) {
      requireOffsets(before);
      return this;
    }

    @Override
    public Offsets upTo(SourcePosition end) {
      SortedMap<Integer, Long> last = requireOffsets(end).next();
      SortedMap<Integer, Long> until = new TreeMap<>(next);
      until.keySet().retainAll(last.keySet());
      until.replaceAll((partition, offset) -> Math.min(offset, last.get(partition)));
      return new Offsets(until);
    }

    @Override
    public boolean isStart() {
      return next.isEmpty();
    }

    @Override
    public void write(ObjectNode node) {
      ObjectNode offsets = node.putObject("offsets");
      next.forEach((partition, offset) -> offsets.put(partition.toString(), offset));
    }

    static Offsets of(JsonNode node) {
      SortedMap<Integer, Long> next = new TreeMap<>();
      node.get("offsets")
          .properties()
          .forEach(e -> next.put(Integer.valueOf(e.getKey()), e.getValue().asLong()));
      return new Offsets(next);
    }
  }

  /**
   * Of a folder.
   *
   * @param files what was planned or passed over, and is remembered
   * @param forgottenBefore milliseconds since 1970: every file of an earlier time counts as
   *     planned; {@link #NEVER} when none is forgotten
   */
  record SeenFiles(SortedSet<FileIdentity> files, long forgottenBefore) implements SourcePosition {
    public static final long NEVER = Long.MIN_VALUE;
    private static final int MOST_IN_TEXT = 1000;

    public SeenFiles {
      FileIdentity first = new FileIdentity("", Long.MIN_VALUE, forgottenBefore);
      files = Collections.unmodifiableSortedSet(new TreeSet<>(files.tailSet(first)));
    }

    public SeenFiles(Set<FileIdentity> files) {
      this(new TreeSet<>(files), NEVER);
    }

    public static SeenFiles requireFiles(SourcePosition position) {
      if (position instanceof SeenFiles seen) {
        return seen;
      }
      throw ofAnotherKind(position);
    }

    /** True for a file that was planned or passed over. */
    public boolean has(FileIdentity file) {
      return file.modifiedAt() < forgottenBefore || files.contains(file);
    }

    @Override
    public SeenFiles plus(SourcePosition news) {
      SeenFiles more = requireFiles(news);
      SortedSet<FileIdentity> all = new TreeSet<>(files);
      all.addAll(more.files());
      return new SeenFiles(all, Math.max(forgottenBefore, more.forgottenBefore()));
    }

    @Override
    public SeenFiles newsSince(SourcePosition before) {
      SeenFiles earlier = requireFiles(before);
      return new SeenFiles(filesThat(file -> !earlier.has(file)), forgottenBefore);
    }

    @Override
    public SeenFiles upTo(SourcePosition end) {
      SeenFiles last = requireFiles(end);
      return new SeenFiles(filesThat(last::has), Math.min(forgottenBefore, last.forgottenBefore()));
    }

    private SortedSet<FileIdentity> filesThat(Predicate<FileIdentity> fit) {
      return files.stream().filter(fit).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The same, with files of an earlier time forgotten. */
    public SeenFiles forgetting(long before) {
      return before <= forgottenBefore ? this : new SeenFiles(files, before);
    }

    @Override
    public boolean isStart() {
      return files.isEmpty() && forgottenBefore == NEVER;
    }

    /** A few can be read by people; many are packed. */
    @Override
    public void write(ObjectNode node) {
      if (forgottenBefore != NEVER) {
        node.put("forgotten_before", forgottenBefore);
      }
      if (files.size() > MOST_IN_TEXT) {
        node.put("packed_files", PackedFiles.pack(files));
        return;
      }
      ArrayNode array = node.putArray("files");
      for (FileIdentity file : files) {
        array
            .addObject()
            .put("path", file.path())
            .put("bytes", file.length())
            .put("modified_at", file.modifiedAt());
      }
    }

    static SeenFiles of(JsonNode node) {
      long forgottenBefore = node.path("forgotten_before").asLong(NEVER);
      if (node.has("packed_files")) {
        return new SeenFiles(
            PackedFiles.unpack(node.get("packed_files").asText()), forgottenBefore);
      }
      SortedSet<FileIdentity> files = new TreeSet<>();
      for (JsonNode file : node.get("files")) {
        files.add(
            new FileIdentity(
                file.get("path").asText(),
                file.get("bytes").asLong(),
                file.get("modified_at").asLong()));
      }
      return new SeenFiles(files, forgottenBefore);
    }
  }

  /**
   * In the rows that a table had at one moment, which another one gets that was declared later.
   *
   * @param table the {@linkplain io.lakebeam.delta.Snapshot#id id} of the table that has them
   * @param version of the table; -1 as long as the moment has not come
   * @param next how many of its files are planned, oldest first
   * @param files how many it has
   */
  record TableHistory(String table, long version, int next, int files) implements SourcePosition {
    /** Before the moment has come. */
    public static final TableHistory TO_BEGIN = new TableHistory("", -1, 0, 0);

    /** Behind everything: an update ends when the history does, whatever it was at its start. */
    public static final TableHistory END = new TableHistory("", -1, -1, -1);

    /** When all of it is there, and nothing is left to be read. */
    public static final TableHistory WHOLE = new TableHistory("", 0, 0, 0);

    /** Names the history of one table in another among the sources of a pipeline. */
    public static String name(String table, String into) {
      return into + " <- " + table;
    }

    /** The table that gets the history of that name. */
    public static String into(String name) {
      return name.substring(0, name.indexOf(' '));
    }

    /** The table that has the history of that name. */
    public static String table(String name) {
      return name.substring(name.lastIndexOf(' ') + 1);
    }

    /** True when all of the files are planned. */
    public boolean isAtEnd() {
      return version >= 0 && next == files;
    }

    /** What is planned later stands for what was before. */
    @Override
    public TableHistory plus(SourcePosition news) {
      return requireHistory(news);
    }

    @Override
    public TableHistory newsSince(SourcePosition before) {
      requireHistory(before);
      return this;
    }

    @Override
    public TableHistory upTo(SourcePosition end) {
      requireHistory(end);
      return this;
    }

    @Override
    public boolean isStart() {
      return equals(TO_BEGIN);
    }

    @Override
    public void write(ObjectNode node) {
      node.putObject("history")
          .put("table", table)
          .put("version", version)
          .put("next", next)
          .put("files", files);
    }

    static TableHistory of(JsonNode history) {
      return new TableHistory(
          history.get("table").asText(),
          history.get("version").asLong(),
          history.get("next").asInt(),
          history.get("files").asInt());
    }

    private static TableHistory requireHistory(SourcePosition position) {
      if (position instanceof TableHistory history) {
        return history;
      }
      throw ofAnotherKind(position);
    }
  }

  /**
   * In the requests to take refused rows again.
   *
   * @param request the number of the last one that is planned whole
   * @param files how many files of the next one are planned
   */
  record Requests(long request, int files) implements SourcePosition {
    /** Before the first request. */
    public static final Requests NONE = new Requests(0, 0);

    public static Requests requireRequests(SourcePosition position) {
      if (position instanceof Requests requests) {
        return requests;
      }
      throw ofAnotherKind(position);
    }

    /** True for a request that is planned whole. */
    public boolean hasRequest(long number) {
      return number <= request;
    }

    @Override
    public Requests plus(SourcePosition news) {
      Requests more = requireRequests(news);
      return isBehind(more) ? more : this;
    }

    private boolean isBehind(Requests other) {
      return request < other.request || request == other.request && files < other.files;
    }

    @Override
    public Requests newsSince(SourcePosition before) {
      requireRequests(before);
      return this;
    }

    @Override
    public Requests upTo(SourcePosition end) {
      Requests last = requireRequests(end);
      return last.isBehind(this) ? last : this;
    }

    @Override
    public boolean isStart() {
      return equals(NONE);
    }

    @Override
    public void write(ObjectNode node) {
      node.put("request", request).put("request_files", files);
    }

    static Requests of(JsonNode node) {
      return new Requests(node.get("request").asLong(), node.get("request_files").asInt());
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
