package io.lakebeam.pipeline.graph.held;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Deduplication;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.storage.Place;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of a table as an epoch finds it, as far as it takes to tell which rows it has already:
 * keys and times of those files whose times are near enough. One for all threads of a JVM.
 */
public final class KeptRows {
  /** Of the objects around a key. */
  private static final int BYTES_AROUND_A_KEY = 200;

  /** What this JVM holds of the tables of some lakes. */
  private static final class Held {
    private final Map<Place, KeptRows> byTable = new ConcurrentHashMap<>();
  }

  private final CompiledTable table;
  private final String id;
  private final long version;
  private final long epoch;
  private final Deduplication rule;
  private final TableSchema schema;
  private final RowKey keys;
  private final List<File> files = new ArrayList<>();
  private final long mostBytes;
  private long bytes;

  /** A data file; its keys once it is read, which nobody changes. */
  private static final class File {
    private final DataFile file;
    private final TimeRange times;
    private volatile @Nullable Map<ByteBuffer, NavigableSet<Long>> keys;
    private long bytes;
    private volatile boolean isAsked;

    public File(DataFile file, TimeRange times) {
      this.file = file;
      this.times = times;
    }
  }

  /**
   * @param version that the epoch's plan names
   * @param epoch whose own rows do not count, should the version have them
   * @param mostBytes that keys may take
   * @param before what an earlier epoch has read: files do not change; null when there is none
   */
  public KeptRows(
      CompiledTable table, long version, long epoch, long mostBytes, @Nullable KeptRows before) {
    this.table = table;
    this.id = TableIds.of(table.path());
    this.version = version;
    this.epoch = epoch;
    this.rule = table.deduplication().orElseThrow();
    this.mostBytes = mostBytes;
    Snapshot snapshot = DeltaTable.at(table.path()).at(version);
    // What is declared: the version may be older than a column.
    this.schema = table.storedSchema();
    List<String> columns = rule.columns();
    this.keys =
        RowKey.of(
            new TableSchema(
                columns.stream()
                    .map(name -> table.storedSchema().column(name).orElseThrow())
                    .toList()),
            rule.by());
    Map<String, File> known = new HashMap<>();
    if (before != null) {
      before.files.stream()
          .filter(file -> file.isAsked && file.keys != null)
          .forEach(file -> known.put(file.file.path(), file));
    }
    String own = DataFileWriter.nameBeginning(Epochs.stem(epoch));
    for (DataFile file : snapshot.files()) {
      String name = file.path().substring(file.path().lastIndexOf('/') + 1);
      if (!name.startsWith(own)) {
        files.add(file(file, known.get(file.path())));
      }
    }
  }

  /** Those of this JVM, which are kept until another epoch or version is asked for. */
  public static KeptRows inThisJvm(CompiledTable table, long version, long epoch) {
    Map<Place, KeptRows> byTable = table.path().storage().kept(Held.class, Held::new).byTable;
    return byTable.compute(
        table.path(),
        (path, held) -> {
          boolean isAlike =
              held != null
                  && held.rule.equals(table.deduplication().orElseThrow())
                  && held.id.equals(TableIds.of(path));
          return isAlike && held.version == version && held.epoch == epoch
              ? held
              : new KeptRows(
                  table,
                  version,
                  epoch,
                  Runtime.getRuntime().maxMemory() / Limits.HEAP_PARTS_OF_JOINED_TABLES,
                  isAlike ? held : null);
        });
  }

  private File file(DataFile file, @Nullable File known) {
    if (known == null) {
      return new File(file, TimeRange.of(file, rule.of()));
    }
    known.isAsked = false;
    bytes += known.bytes;
    return known;
  }

  /** True when there is a row with that key so near to a time. */
  public synchronized boolean has(byte[] key, long time) {
    ByteBuffer wanted = ByteBuffer.wrap(key);
    for (File file : files) {
      if (file.times.isNear(time, rule.within())) {
        file.isAsked = true;
        NavigableSet<Long> times = keys(file).get(wanted);
        if (times != null && isNear(times, time, rule.within())) {
          return true;
        }
      }
    }
    return false;
  }

  /** True when one of the times is not further away than that. */
  public static boolean isNear(NavigableSet<Long> times, long time, long within) {
    Long earlier = times.floor(time);
    Long later = times.ceiling(time);
    return (earlier != null && isShort(time - earlier, within))
        || (later != null && isShort(later - time, within));
  }

  /** A difference of two times that is negative is larger than a number can be. */
  private static boolean isShort(long difference, long within) {
    return difference >= 0 && difference <= within;
  }

  private Map<ByteBuffer, NavigableSet<Long>> keys(File file) {
    // A worker that nobody waits for any more may be in the epoch before.
    synchronized (file) {
      if (file.keys == null) {
        file.keys = read(file);
      }
      return file.keys;
    }
  }

  private Map<ByteBuffer, NavigableSet<Long>> read(File file) {
    Map<ByteBuffer, NavigableSet<Long>> read = new HashMap<>();
    List<String> columns = rule.columns();
    int time = columns.size() - 1;
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(table.path(), file.file, schema, columns)) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (!row.isNullAt(time)) {
          byte[] key = keys.bytes(row);
          read.computeIfAbsent(ByteBuffer.wrap(key), k -> new TreeSet<>()).add(row.getLong(time));
          file.bytes += key.length + BYTES_AROUND_A_KEY;
          if (bytes + file.bytes > mostBytes) {
            throw tooLarge();
          }
        }
      }
    }
    bytes += file.bytes;
    return read;
  }

  private JoinedTableException tooLarge() {
    return new JoinedTableException(
        table.name() + " has too many rows near in time to be held against new ones",
        String.format(
            Locale.ROOT,
            "their keys take more than %,d bytes, one part in %d of the heap",
            mostBytes,
            Limits.HEAP_PARTS_OF_JOINED_TABLES),
        "let deduplicate have a shorter within, or give the JVM more memory"
            + " (LAKEBEAM_JAVA_OPTS=-Xmx8g; on Spark spark.executor.memory)");
  }
}
