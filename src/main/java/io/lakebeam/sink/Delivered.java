package io.lakebeam.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * How far a sink is: files {@code sinks/<name>/<n>.json} beside the ledger, each put if absent, of
 * which the last one counts. One that is replaced could be lost with whoever replaces it.
 */
final class Delivered {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String JSON = ".json";

  private final Storage storage;
  private final Path folder;

  /**
   * @param ledger the folder of the pipeline's ledger
   */
  Delivered(Storage storage, Path ledger, String sink) {
    this.storage = storage;
    this.folder = new Path(new Path(ledger, "sinks"), sink);
  }

  /**
   * A place in a table's log.
   *
   * @param dataset the table's name
   * @param table id of the table; empty before there is one
   * @param after up to that version everything is delivered
   * @param to up to that version it is looked for what to deliver; the same as {@code after} when
   *     nothing is under way
   * @param files of these versions that are delivered
   */
  record Position(String dataset, String table, long after, long to, int files) {
    /** Up to a version, whole. */
    static Position at(String dataset, String table, long version) {
      return new Position(dataset, table, version, version, 0);
    }

    Position until(long version) {
      return new Position(dataset, table, after, version, 0);
    }

    Position plus(int more) {
      return new Position(dataset, table, after, to, files + more);
    }
  }

  /** The last one; empty for a sink that nobody knows yet. */
  Optional<Position> position() {
    TreeMap<Long, Path> all = files();
    return all.isEmpty()
        ? Optional.empty()
        : storage.read(all.lastEntry().getValue()).map(Delivered::position);
  }

  /** Remembers one, for whoever goes on. */
  void put(Position position) {
    TreeMap<Long, Path> before = files();
    long number = before.isEmpty() ? 1 : before.lastKey() + 1;
    // Another run that is alive delivers as well: whoever is last is right enough.
    while (!storage.putIfAbsent(new Path(folder, name(number)), bytes(position))) {
      number++;
    }
    before.values().forEach(storage::delete);
  }

  private TreeMap<Long, Path> files() {
    TreeMap<Long, Path> files = new TreeMap<>();
    for (FileStatus file : storage.list(folder)) {
      String name = file.getPath().getName();
      if (name.matches("\\d{1,18}\\" + JSON)) {
        files.put(Long.parseLong(name.substring(0, name.length() - JSON.length())), file.getPath());
      }
    }
    return files;
  }

  private static String name(long number) {
    return String.format("%012d%s", number, JSON);
  }

  private static byte[] bytes(Position position) {
    try {
      return MAPPER.writeValueAsBytes(
          MAPPER
              .createObjectNode()
              .put("dataset", position.dataset())
              .put("table", position.table())
              .put("after", position.after())
              .put("to", position.to())
              .put("files", position.files()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Position position(byte[] content) {
    try {
      JsonNode json = MAPPER.readTree(content);
      return new Position(
          json.path("dataset").asText(),
          json.path("table").asText(),
          json.path("after").asLong(),
          json.path("to").asLong(),
          json.path("files").asInt());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
