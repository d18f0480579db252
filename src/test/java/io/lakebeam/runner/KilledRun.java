package io.lakebeam.runner;

import io.lakebeam.testing.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Lakes as runs leave them that die between the commits of their last epoch. */
final class KilledRun {
  private KilledRun() {}

  /**
   * A copy of a lake of pipeline {@code p}, without the end of an epoch and its last commits.
   *
   * @param copy a folder that is not there yet
   * @param epoch the last one
   * @param tables that have not got it
   */
  static void copy(Path lake, Path copy, long epoch, List<String> tables) throws IOException {
    try (Stream<Path> files = Files.walk(lake)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(lake.relativize(file)));
      }
    }
    Files.delete(copy.resolve(String.format("_lakebeam/p/epochs/%012d.done", epoch)));
    for (String table : tables) {
      long version = Tables.version(lake.resolve(table).toString());
      // Behind the epoch's events, the event log has the end of the update.
      int commits = table.equals("event_log") ? 2 : 1;
      for (int i = 0; i < commits; i++) {
        String commit = String.format("%020d.json", version - i);
        Path log = copy.resolve(table).resolve("_delta_log");
        Files.delete(log.resolve(commit));
        Files.deleteIfExists(log.resolve("." + commit + ".crc"));
      }
    }
  }
}
