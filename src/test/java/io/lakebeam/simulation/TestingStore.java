package io.lakebeam.simulation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Files in memory that outlive the processes of a simulation, with the semantics of Azure storage
 * as far as exactly once rests on them: a rename is one step and refuses a name that is taken, a
 * file that is being written shows as empty until it is closed, and what is written is listed.
 *
 * <p>Found by the name that stands behind the process's in an authority: {@code
 * wasb://run-1.seed-7/lake}. Processes take turns, so it is not thread-safe.
 */
final class TestingStore implements AutoCloseable {
  private static final Map<String, TestingStore> STORES = new ConcurrentHashMap<>();

  /** A file, or a folder, whose bytes are null. */
  record Entry(byte @Nullable [] bytes, long modifiedAt) {
    boolean isFolder() {
      return bytes == null;
    }
  }

  /** What is done to a store. */
  enum Operation {
    STATUS,
    LIST,
    OPEN,
    CREATE,
    WRITE,
    RENAME,
    DELETE,
    FOLDER
  }

  /** Stands between a process and the store. */
  interface Gate {
    /**
     * Does an operation for a process, or lets it fail, before or after it is done.
     *
     * @throws IOException as the store would throw it
     */
    <T> T pass(String process, Operation operation, String path, Step<T> step) throws IOException;

    /** A file has got its content. */
    void written(String path, byte[] bytes, boolean isNew);

    /** A file is gone. */
    void deleted(String path);

    long millis();
  }

  /** One operation on the store. */
  interface Step<T> {
    T run() throws IOException;
  }

  private final String name;
  private final Gate gate;
  private final TreeMap<String, Entry> entries = new TreeMap<>();

  TestingStore(String name, Gate gate) {
    this.name = name;
    this.gate = gate;
    entries.put("/", new Entry(null, gate.millis()));
    STORES.put(name, this);
  }

  static TestingStore of(String name) {
    TestingStore store = STORES.get(name);
    if (store == null) {
      throw new IllegalStateException("no store " + name);
    }
    return store;
  }

  Gate gate() {
    return gate;
  }

  Entry status(String path) throws FileNotFoundException {
    Entry entry = entries.get(path);
    if (entry == null) {
      throw new FileNotFoundException(path);
    }
    return entry;
  }

  byte[] read(String path) throws FileNotFoundException {
    byte[] bytes = status(path).bytes();
    if (bytes == null) {
      throw new FileNotFoundException(path + " is a folder");
    }
    return bytes;
  }

  /** Paths right below a folder; a file's own. */
  List<String> list(String folder) throws FileNotFoundException {
    if (!status(folder).isFolder()) {
      return List.of(folder);
    }
    String prefix = folder.equals("/") ? "/" : folder + "/";
    List<String> below = new ArrayList<>();
    for (String path : entries.tailMap(prefix, false).keySet()) {
      if (!path.startsWith(prefix)) {
        break;
      }
      if (path.indexOf('/', prefix.length()) < 0) {
        below.add(path);
      }
    }
    return below;
  }

  void folder(String path) {
    for (String each = path; !entries.containsKey(each); each = parent(each)) {
      entries.put(each, new Entry(null, gate.millis()));
    }
  }

  /** Begins a file, which is empty until it is written. */
  void create(String path, boolean overwrite) throws IOException {
    Entry before = entries.get(path);
    if (before != null && (before.isFolder() || !overwrite)) {
      throw new org.apache.hadoop.fs.FileAlreadyExistsException(path);
    }
    folder(parent(path));
    entries.put(path, new Entry(new byte[0], gate.millis()));
    if (before != null) {
      gate.written(path, new byte[0], false);
    }
  }

  void write(String path, byte[] bytes) throws FileNotFoundException {
    status(path);
    entries.put(path, new Entry(bytes, gate.millis()));
    gate.written(path, bytes, true);
  }

  /** False when the target is there already or the source is not. */
  boolean rename(String from, String to) {
    Entry entry = entries.get(from);
    if (entry == null || entry.isFolder() || entries.containsKey(to)) {
      return false;
    }
    entries.remove(from);
    entries.put(to, entry);
    gate.written(to, entry.bytes(), true);
    return true;
  }

  boolean delete(String path) {
    if (!entries.containsKey(path)) {
      return false;
    }
    List<String> gone = new ArrayList<>(List.of(path));
    for (String below : entries.tailMap(path + "/").keySet()) {
      if (!below.startsWith(path + "/")) {
        break;
      }
      gone.add(below);
    }
    gone.forEach(entries::remove);
    gone.forEach(gate::deleted);
    return true;
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash <= 0 ? "/" : path.substring(0, slash);
  }

  @Override
  public void close() {
    STORES.remove(name);
  }
}
