package io.lakebeam.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DataFileJson;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A part of a source whose content is fixed when it is planned, so that reading it again gives the
 * same records. Whoever plans, cuts or remembers slices asks them, and knows no kind of source.
 */
public sealed interface Slice extends Serializable
    permits Slice.KafkaRange,
        Slice.FileSlice,
        Slice.TableRows,
        Slice.RefusedRows,
        FilePart,
        Reread {
  /** The source's name in the pipeline file. */
  String source();

  /** The tables that take its rows; none where all take them that read the source. */
  default Set<String> into() {
    return Set.of();
  }

  /** True when its rows were there before the tables that take them now had them to take. */
  default boolean isHistory() {
    return false;
  }

  /** How many records it may hold at most, where that is known without reading it. */
  OptionalLong rows();

  /** How much work it is to read, in rows: guessed where they are not known. */
  long weight();

  /**
   * This slice in consecutive parts, so that a reader's parallelism does not depend on how a source
   * is divided; itself when it cannot be cut without reading it.
   *
   * @param maxRows the most rows a part may have, at least 1
   */
  List<? extends Slice> parts(long maxRows);

  /**
   * What of it lies before a position of its source; empty when nothing does. What has changed
   * since that position was looked up does not lie before it.
   */
  Optional<? extends Slice> upTo(SourcePosition end);

  /**
   * Its last rows; itself when it cannot be cut without reading it.
   *
   * @param maxRows at least 1
   */
  Slice newest(long maxRows);

  /** Where its source stands when this is all that was read of it. */
  SourcePosition position();

  /** How large it is and of when, as far as that is known; for people. */
  String described();

  /** Puts its size into an event, for those who query events. */
  void tell(ObjectNode event);

  /** Puts it into JSON, for {@link #read}. */
  void write(ObjectNode node);

  /** What is made of it depends on its kind. */
  <T> T as(Kinds<T> kinds);

  /** The file that it is, or is a part of; empty where a source has no files. */
  default Optional<FileSlice> ofFile() {
    return Optional.empty();
  }

  /** False for a part of a file that another part comes before. */
  default boolean isFirst() {
    return true;
  }

  /** What is made of a slice of each kind. */
  interface Kinds<T> {
    T range(KafkaRange range);

    T file(FileSlice file);

    T part(FilePart part);

    T rows(TableRows rows);

    T refused(RefusedRows rows);
  }

  /**
   * The slice that was written.
   *
   * @throws UnknownVersionException when a later version wrote it
   * @throws RuntimeException when it is no slice
   */
  static Slice read(JsonNode node) {
    if (Reread.isIn(node)) {
      return Reread.of(node);
    }
    if (node.has("topic")) {
      return KafkaRange.of(node);
    }
    if (node.has("path")) {
      return FileSlice.of(node);
    }
    if (node.has("request")) {
      return RefusedRows.of(node);
    }
    if (node.has("into")) {
      return TableRows.of(node);
    }
    throw new UnknownVersionException("a slice with " + node.properties());
  }

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

    @Override
    public long weight() {
      return to - from;
    }

    @Override
    public List<KafkaRange> parts(long maxRows) {
      requireRows(maxRows);
      List<KafkaRange> parts = new ArrayList<>();
      for (long start = from; start < to; start += Math.min(maxRows, to - start)) {
        parts.add(between(start, start + Math.min(maxRows, to - start)));
      }
      return parts;
    }

    @Override
    public Optional<KafkaRange> upTo(SourcePosition end) {
      SourcePosition.Offsets offsets = SourcePosition.Offsets.requireOffsets(end);
      long last = Math.min(to, offsets.next().getOrDefault(partition, 0L));
      return last > from ? Optional.of(between(from, last)) : Optional.empty();
    }

    @Override
    public KafkaRange newest(long maxRows) {
      requireRows(maxRows);
      return between(to - Math.min(maxRows, to - from), to);
    }

    private KafkaRange between(long first, long end) {
      return new KafkaRange(source, topic, partition, first, end);
    }

    @Override
    public SourcePosition position() {
      return new SourcePosition.Offsets(Map.of(partition, to));
    }

    @Override
    public String described() {
      return String.format(Locale.ROOT, "%,d offsets", to - from);
    }

    @Override
    public void tell(ObjectNode event) {
      event.put("num_offsets", to - from);
    }

    @Override
    public void write(ObjectNode node) {
      node.put("source", source);
      node.put("topic", topic);
      node.put("partition", partition);
      node.put("from", from);
      node.put("to", to);
    }

    @Override
    public <T> T as(Kinds<T> kinds) {
      return kinds.range(this);
    }

    static KafkaRange of(JsonNode node) {
      return new KafkaRange(
          node.get("source").asText(),
          node.get("topic").asText(),
          node.get("partition").asInt(),
          node.get("from").asLong(),
          node.get("to").asLong());
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
    /** What a row takes in a file, more or less. */
    public static final long BYTES_PER_ROW = 150;

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

    @Override
    public long weight() {
      return bytes / BYTES_PER_ROW;
    }

    @Override
    public List<FileSlice> parts(long maxRows) {
      requireRows(maxRows);
      return List.of(this);
    }

    @Override
    public Optional<FileSlice> upTo(SourcePosition end) {
      return SourcePosition.SeenFiles.requireFiles(end).has(identity())
          ? Optional.of(this)
          : Optional.empty();
    }

    @Override
    public FileSlice newest(long maxRows) {
      requireRows(maxRows);
      return this;
    }

    @Override
    public SourcePosition position() {
      return new SourcePosition.SeenFiles(Set.of(identity()));
    }

    @Override
    public String described() {
      return String.format(Locale.ROOT, "%,d bytes of %s", bytes, Instant.ofEpochMilli(modifiedAt));
    }

    @Override
    public void tell(ObjectNode event) {
      event.put("num_bytes", bytes);
      event.put("modified_at", Instant.ofEpochMilli(modifiedAt).toString());
    }

    @Override
    public void write(ObjectNode node) {
      node.put("source", source);
      node.put("path", path);
      node.put("bytes", bytes);
      node.put("modified_at", modifiedAt);
    }

    @Override
    public <T> T as(Kinds<T> kinds) {
      return kinds.file(this);
    }

    @Override
    public Optional<FileSlice> ofFile() {
      return Optional.of(this);
    }

    static FileSlice of(JsonNode node) {
      return new FileSlice(
          node.get("source").asText(),
          node.get("path").asText(),
          node.get("bytes").asLong(),
          node.get("modified_at").asLong());
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
   * @param isHistory false for rows that have come to the table in the same epoch
   */
  record TableRows(String source, List<DataFile> files, Set<String> into, boolean isHistory)
      implements Slice {
    public TableRows {
      Objects.requireNonNull(source, "source");
      files = List.copyOf(files);
      into = Collections.unmodifiableSortedSet(new TreeSet<>(into));
    }

    @Override
    public OptionalLong rows() {
      return OptionalLong.of(files.stream().mapToLong(file -> Math.max(0, file.rows())).sum());
    }

    @Override
    public long weight() {
      return rows().orElse(0);
    }

    /** A slice for each file. */
    @Override
    public List<TableRows> parts(long maxRows) {
      requireRows(maxRows);
      return files.stream()
          .map(file -> new TableRows(source, List.of(file), into, isHistory))
          .toList();
    }

    /** All of it: which rows are history does not depend on where an update ends. */
    @Override
    public Optional<TableRows> upTo(SourcePosition end) {
      return Optional.of(this);
    }

    @Override
    public TableRows newest(long maxRows) {
      requireRows(maxRows);
      return this;
    }

    @Override
    public SourcePosition position() {
      return SourcePosition.TableHistory.TO_BEGIN;
    }

    @Override
    public String described() {
      return String.format(Locale.ROOT, "%,d rows", weight());
    }

    @Override
    public void tell(ObjectNode event) {
      event.put("num_rows", weight());
    }

    @Override
    public void write(ObjectNode node) {
      node.put("source", source);
      into.forEach(node.putArray("into")::add);
      DataFileJson.write(node.putArray("files"), files);
    }

    @Override
    public <T> T as(Kinds<T> kinds) {
      return kinds.rows(this);
    }

    static TableRows of(JsonNode node) {
      Set<String> into = new TreeSet<>();
      node.get("into").forEach(table -> into.add(table.asText()));
      // What has come in an epoch is no part of its plan.
      return new TableRows(
          node.get("source").asText(), DataFileJson.read(node.get("files")), into, true);
    }

    @Override
    public String toString() {
      return source + " (" + files.size() + (files.size() == 1 ? " file)" : " files)");
    }
  }

  /**
   * Rows that a table has refused and that somebody has asked to take again.
   *
   * @param table that takes them again, by its name among those that flows add rows to
   * @param request the number of the request
   * @param file of the request's that has them
   */
  record RefusedRows(String table, long request, DataFile file) implements Slice {
    /** Stands for the quarantines of a pipeline among its sources. */
    public static final String SOURCE = "refused rows";

    public RefusedRows {
      Objects.requireNonNull(table, "table");
      Objects.requireNonNull(file, "file");
    }

    @Override
    public String source() {
      return SOURCE;
    }

    @Override
    public Set<String> into() {
      return Set.of(table);
    }

    @Override
    public OptionalLong rows() {
      return OptionalLong.of(Math.max(0, file.rows()));
    }

    @Override
    public long weight() {
      return rows().orElse(0);
    }

    /** Itself: rows that one record has become stay together. */
    @Override
    public List<RefusedRows> parts(long maxRows) {
      requireRows(maxRows);
      return List.of(this);
    }

    @Override
    public Optional<RefusedRows> upTo(SourcePosition end) {
      return SourcePosition.Requests.requireRequests(end).hasRequest(request)
          ? Optional.of(this)
          : Optional.empty();
    }

    @Override
    public RefusedRows newest(long maxRows) {
      requireRows(maxRows);
      return this;
    }

    @Override
    public SourcePosition position() {
      return new SourcePosition.Requests(request, 0);
    }

    @Override
    public String described() {
      return String.format(Locale.ROOT, "%,d rows", weight());
    }

    @Override
    public void tell(ObjectNode event) {
      event.put("num_rows", weight());
    }

    @Override
    public void write(ObjectNode node) {
      node.put("request", request);
      node.put("table", table);
      DataFileJson.write(node.putArray("files"), List.of(file));
    }

    @Override
    public <T> T as(Kinds<T> kinds) {
      return kinds.refused(this);
    }

    static RefusedRows of(JsonNode node) {
      return new RefusedRows(
          node.get("table").asText(),
          node.get("request").asLong(),
          DataFileJson.read(node.get("files")).get(0));
    }

    @Override
    public String toString() {
      return "rows that " + table + " has refused (request " + request + ")";
    }
  }

  private static void requireRows(long maxRows) {
    if (maxRows < 1) {
      throw new IllegalArgumentException("parts of " + maxRows + " rows");
    }
  }
}
