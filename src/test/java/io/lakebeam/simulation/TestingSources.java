package io.lakebeam.simulation;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.row.Microseconds;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceIdentity;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourcePosition.Offsets;
import io.lakebeam.source.SourcePosition.SeenFiles;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.spec.SourceSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A broker that keeps what it was given, and a folder where files land: a topic {@code events} of
 * two partitions and files {@code reports}. Discovery shares out an epoch as the real ones do.
 *
 * <p>Files may grow, be replaced and go at any moment. Then the first line of each has no amount:
 * it is in a quarantine, and tells which version of its file was read.
 */
final class TestingSources {
  static final String EVENTS = "events";
  static final String REPORTS = "reports";
  private static final int PARTITIONS = 2;

  /**
   * A record.
   *
   * @param position {@code topic-partition@offset} or {@code file#version:line}
   * @param amount null for one that cannot be decoded
   */
  record Record(String source, String position, long id, @Nullable Integer amount) {}

  private final List<List<Record>> partitions = new ArrayList<>();
  private final Map<String, Landed> files = new TreeMap<>();
  private final boolean filesChange;
  private final long[] begins = new long[PARTITIONS];
  private int topics = 1;
  private long ids;

  /** A file: what it holds, and what it held before. */
  private static final class Landed {
    private final List<List<Record>> versions = new ArrayList<>();
    private boolean isGone;

    /** 1 for the first. */
    int version() {
      return versions.size();
    }

    List<Record> lines() {
      return versions.get(versions.size() - 1);
    }
  }

  TestingSources(boolean filesChange) {
    this.filesChange = filesChange;
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new ArrayList<>());
    }
  }

  /** Some more records, or a file of them. */
  void produce(Random random) {
    int records = 1 + random.nextInt(6);
    if (random.nextInt(4) == 0) {
      String name = String.format(java.util.Locale.ROOT, "/in/%04d.csv", files.size());
      Landed file = new Landed();
      write(name, file, List.of(), records, random);
      files.put(name, file);
    } else {
      for (int i = 0; i < records; i++) {
        int partition = random.nextInt(PARTITIONS);
        List<Record> log = partitions.get(partition);
        log.add(new Record(EVENTS, "t-" + partition + "@" + log.size(), ids++, amount(random)));
      }
    }
  }

  private void write(String name, Landed file, List<Record> before, int records, Random random) {
    List<Record> lines = new ArrayList<>();
    String version = name + "#" + (file.version() + 1);
    for (Record each : before) {
      lines.add(new Record(REPORTS, version + ":" + lines.size(), each.id(), each.amount()));
    }
    for (int i = 0; i < records; i++) {
      Integer amount = filesChange && lines.isEmpty() ? null : amount(random);
      lines.add(new Record(REPORTS, version + ":" + lines.size(), ids++, amount));
    }
    file.versions.add(lines);
  }

  /** Lets a file grow, another one take its place, or it go; what is done, or empty. */
  String meddle(Random random) {
    List<String> there = files.keySet().stream().filter(name -> !files.get(name).isGone).toList();
    if (!filesChange || there.isEmpty()) {
      return "";
    }
    // A new one rather than one that is read long ago.
    String name = there.get(Math.max(0, there.size() - 1 - random.nextInt(3)));
    Landed file = files.get(name);
    switch (random.nextInt(4)) {
      case 0 -> {
        file.isGone = true;
        return "files removed";
      }
      case 1 -> {
        write(name, file, List.of(), 1 + random.nextInt(6), random);
        return "files replaced";
      }
      default -> {
        write(name, file, file.lines(), 1 + random.nextInt(3), random);
        return "files grown";
      }
    }
  }

  /** Another topic takes the place of the one of that name, with the same records. */
  void replaceTopic() {
    topics++;
  }

  /**
   * Some records go that lie before others.
   *
   * @param until offsets by partitions, which stay
   */
  void expire(Map<Integer, Long> until, Random random) {
    until.forEach(
        (partition, end) ->
            begins[partition] =
                Math.max(begins[partition], (long) (random.nextDouble() * (end + 1))));
  }

  /** True when a record of the topic is not there any more. */
  boolean isExpired(Record record) {
    for (int partition = 0; partition < PARTITIONS; partition++) {
      if (partitions.get(partition).indexOf(record) < begins[partition]
          && partitions.get(partition).contains(record)) {
        return true;
      }
    }
    return false;
  }

  /** True when a file is not there any more. */
  boolean isGone(String name) {
    return files.get(name).isGone;
  }

  /** What a version of a file holds, or held. */
  List<Record> lines(String name, int version) {
    return files.get(name).versions.get(version - 1);
  }

  /** Every file that ever landed. */
  Set<String> files() {
    return files.keySet();
  }

  private static @Nullable Integer amount(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> null;
      case 1 -> -1 - random.nextInt(9);
      case 2 -> 100 + random.nextInt(9);
      default -> 1 + random.nextInt(90);
    };
  }

  /** Everything there is. */
  List<Record> all() {
    List<Record> all = new ArrayList<>();
    partitions.forEach(all::addAll);
    files.values().forEach(file -> file.versions.forEach(all::addAll));
    return all;
  }

  List<Record> of(Slice slice) {
    return slice instanceof Slice.KafkaRange range
        ? List.copyOf(
            partitions.get(range.partition()).subList((int) range.from(), (int) range.to()))
        : lines((Slice.FileSlice) slice);
  }

  private List<Record> lines(Slice.FileSlice slice) {
    return lines(slice.path(), (int) slice.modifiedAt());
  }

  /** What else a record has, by the names of its fields: text that tells its id. */
  static Map<String, String> fields(long id) {
    Map<String, String> fields = new TreeMap<>();
    fields.put("note", "n" + id);
    if (id % 5 == 4) {
      fields.put("mark", "m" + id);
    }
    return fields;
  }

  /** Reads a slice as {@link io.lakebeam.source.SourceReader} does. */
  void read(SourceSpec source, Slice slice, Instant ingestedAt, RowOutput out) {
    if (slice instanceof Slice.KafkaRange range && range.from() < begins[range.partition()]) {
      throw new IllegalStateException(range + " has expired");
    }
    if (!(standing(slice) instanceof SourceDiscovery.Standing.AsPlanned)) {
      throw SourceException.retryable(
          ErrorCode.INPUT_CHANGED, REPORTS, slice + " has changed", "", "run again", null);
    }
    for (Record each : of(slice)) {
      String raw = each.id() + "," + each.amount();
      if (each.amount() == null) {
        out.rejected(
            new Rejected(
                each.source(),
                each.position(),
                "amount is no number",
                raw.getBytes(StandardCharsets.UTF_8)));
      } else {
        out.row(row(source, each, raw, ingestedAt, out));
      }
    }
  }

  /** A field that is no column is rescued, unless it is to become one. */
  private static InternalRow row(
      SourceSpec source, Record of, String raw, Instant ingestedAt, RowOutput out) {
    RowLayout layout = RowLayout.of(source);
    List<String> names = layout.rowSchema().names();
    GenericInternalRow row = new GenericInternalRow(layout.width());
    row.update(names.indexOf("id"), of.id());
    row.update(names.indexOf("amount"), of.amount());
    List<String> rescued = new ArrayList<>();
    fields(of.id())
        .forEach(
            (name, text) -> {
              if (names.contains(name)) {
                row.update(names.indexOf(name), UTF8String.fromString(text));
              } else if (source.newFields().becomeColumns()) {
                out.newField(name);
              } else {
                rescued.add("\"" + name + "\":\"" + text + "\"");
              }
            });
    if (!rescued.isEmpty()) {
      String json = "{" + String.join(",", rescued) + "}";
      row.update(layout.rescued(), UTF8String.fromString(json));
    }
    row.update(layout.source(), UTF8String.fromString(of.source()));
    row.update(layout.position(), UTF8String.fromString(of.position()));
    row.update(layout.ingestedAt(), Microseconds.of(ingestedAt));
    row.update(layout.raw(), UTF8String.fromString(raw));
    return row;
  }

  SourceDiscovery discovery(String source) {
    return source.equals(EVENTS) ? new Topic() : new Folder();
  }

  private final class Topic implements SourceDiscovery {
    @Override
    public SourceIdentity identity() {
      return new SourceIdentity("", "topic " + topics);
    }

    @Override
    public Discovery discover(SourcePosition since, long maxRows) {
      return topic(since, maxRows);
    }

    @Override
    public Remains remains(SourcePosition until) {
      List<Slice> slices = new ArrayList<>();
      ((Offsets) until)
          .next()
          .forEach(
              (partition, end) -> {
                if (end > begins[partition]) {
                  slices.add(new Slice.KafkaRange(EVENTS, "t", partition, begins[partition], end));
                }
              });
      boolean isLoss = Arrays.stream(begins).anyMatch(begin -> begin > 0);
      return new Remains(slices, isLoss ? "records have expired" : "");
    }
  }

  private SourceDiscovery.Standing standing(Slice planned) {
    if (!(planned instanceof Slice.FileSlice slice)) {
      return new SourceDiscovery.Standing.AsPlanned();
    }
    Landed file = files.get(slice.path());
    if (file.isGone) {
      return new SourceDiscovery.Standing.Gone();
    }
    return file.version() == slice.modifiedAt()
        ? new SourceDiscovery.Standing.AsPlanned()
        : new SourceDiscovery.Standing.Changed(slice(slice.path(), file));
  }

  private static Slice slice(String name, Landed file) {
    return new Slice.FileSlice(REPORTS, name, file.lines().size(), file.version());
  }

  private final class Folder implements SourceDiscovery {
    @Override
    public Standing standing(Slice planned) {
      return TestingSources.this.standing(planned);
    }

    @Override
    public Discovery discover(SourcePosition since, long maxRows) {
      return folder(since, maxRows);
    }

    @Override
    public Remains remains(SourcePosition until) {
      return new Remains(
          ((SeenFiles) until)
              .files().stream()
                  .<Slice>map(file -> new Slice.FileSlice(REPORTS, file.path(), file.length(), 1))
                  .toList(),
          "");
    }
  }

  private Discovery topic(SourcePosition since, long maxRows) {
    Map<Integer, Long> next = new TreeMap<>(((Offsets) since).next());
    List<Slice> slices = new ArrayList<>();
    long share = Math.max(1, maxRows / PARTITIONS);
    boolean more = false;
    for (int partition = 0; partition < PARTITIONS; partition++) {
      long from = next.getOrDefault(partition, 0L);
      long end = partitions.get(partition).size();
      long to = Math.min(end, from + share);
      if (to > from) {
        slices.add(new Slice.KafkaRange(EVENTS, "t", partition, from, to));
        more |= to < end;
      }
      next.put(partition, Math.max(from, to));
    }
    return new Discovery(slices, new Offsets(next), more, List.of());
  }

  private Discovery folder(SourcePosition since, long maxRows) {
    TreeSet<FileIdentity> seen = new TreeSet<>(((SeenFiles) since).files());
    Set<String> names = seen.stream().map(FileIdentity::path).collect(Collectors.toSet());
    List<Slice> slices = new ArrayList<>();
    long rows = 0;
    boolean more = false;
    for (Map.Entry<String, Landed> each : files.entrySet()) {
      Landed file = each.getValue();
      // What has changed since it was read is ignored.
      if (file.isGone || names.contains(each.getKey())) {
        continue;
      }
      int lines = file.lines().size();
      if (!slices.isEmpty() && rows + lines > maxRows) {
        more = true;
        break;
      }
      rows += lines;
      seen.add(new FileIdentity(each.getKey(), lines, file.version()));
      slices.add(slice(each.getKey(), file));
    }
    return new Discovery(slices, new SeenFiles(seen), more, List.of());
  }
}
