package io.lakebeam.simulation;

import io.lakebeam.row.Microseconds;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourcePosition.Offsets;
import io.lakebeam.source.SourcePosition.SeenFiles;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A broker that keeps what it was given, and a folder where files land: a topic {@code events} of
 * two partitions and files {@code reports}. Discovery shares out an epoch as the real ones do.
 */
final class TestingSources {
  static final String EVENTS = "events";
  static final String REPORTS = "reports";
  private static final int PARTITIONS = 2;

  /**
   * A record.
   *
   * @param position {@code topic-partition@offset} or {@code file:line}
   * @param amount null for one that cannot be decoded
   */
  record Record(String source, String position, long id, @Nullable Integer amount) {}

  private final List<List<Record>> partitions = new ArrayList<>();
  private final Map<String, List<Record>> files = new TreeMap<>();
  private long ids;

  TestingSources() {
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new ArrayList<>());
    }
  }

  /** Some more records, or a file of them. */
  void produce(Random random) {
    int records = 1 + random.nextInt(6);
    if (random.nextInt(4) == 0) {
      String name = String.format(java.util.Locale.ROOT, "/in/%04d.csv", files.size());
      List<Record> lines = new ArrayList<>();
      for (int i = 0; i < records; i++) {
        lines.add(new Record(REPORTS, name + ":" + i, ids++, amount(random)));
      }
      files.put(name, lines);
    } else {
      for (int i = 0; i < records; i++) {
        int partition = random.nextInt(PARTITIONS);
        List<Record> log = partitions.get(partition);
        log.add(new Record(EVENTS, "t-" + partition + "@" + log.size(), ids++, amount(random)));
      }
    }
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
    files.values().forEach(all::addAll);
    return all;
  }

  List<Record> of(Slice slice) {
    return slice instanceof Slice.KafkaRange range
        ? partitions.get(range.partition()).subList((int) range.from(), (int) range.to())
        : files.get(((Slice.FileSlice) slice).path());
  }

  /** Reads a slice as {@link io.lakebeam.source.SourceReader} does. */
  void read(Slice slice, Instant ingestedAt, RowOutput out) {
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
        out.row(
            new GenericInternalRow(
                new Object[] {
                  each.id(),
                  each.amount(),
                  null,
                  UTF8String.fromString(each.source()),
                  UTF8String.fromString(each.position()),
                  Microseconds.of(ingestedAt),
                  UTF8String.fromString(raw)
                }));
      }
    }
  }

  SourceDiscovery discovery(String source) {
    return source.equals(EVENTS) ? new Topic() : new Folder();
  }

  private final class Topic implements SourceDiscovery {
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
                if (end > 0) {
                  slices.add(new Slice.KafkaRange(EVENTS, "t", partition, 0, end));
                }
              });
      return new Remains(slices, "");
    }
  }

  private final class Folder implements SourceDiscovery {
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
    List<Slice> slices = new ArrayList<>();
    long rows = 0;
    boolean more = false;
    for (Map.Entry<String, List<Record>> file : files.entrySet()) {
      int lines = file.getValue().size();
      if (seen.contains(new FileIdentity(file.getKey(), lines, 1))) {
        continue;
      }
      if (!slices.isEmpty() && rows + lines > maxRows) {
        more = true;
        break;
      }
      rows += lines;
      seen.add(new FileIdentity(file.getKey(), lines, 1));
      slices.add(new Slice.FileSlice(REPORTS, file.getKey(), lines, 1));
    }
    return new Discovery(slices, new SeenFiles(seen), more, List.of());
  }
}
