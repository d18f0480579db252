package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several JVMs with several threads each commit to one local table; nothing is lost. */
class HardLinkLogStoreIT {
  private static final int PROCESSES = 3;
  private static final int THREADS = 2;
  private static final int COMMITS = 20;

  @TempDir Path lake;

  @Test
  void processesLoseNothing() throws Exception {
    String path = lake.resolve("t").toString();
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < PROCESSES; i++) {
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx512m",
              "-cp",
              System.getProperty("java.class.path"),
              Committer.class.getName(),
              path,
              Integer.toString(i));
      processes.add(
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(new File(lake.toFile(), "process-" + i + ".txt"))
              .start());
    }
    for (int i = 0; i < PROCESSES; i++) {
      int code = processes.get(i).waitFor();
      assertEquals(0, code, () -> output(lake));
    }

    Snapshot snapshot = DeltaTable.at(Place.of(path)).latest().orElseThrow();
    int expected = PROCESSES * THREADS * COMMITS;
    assertEquals(expected, snapshot.version(), "one version a commit after the table's own");
    Set<String> paths = new HashSet<>();
    snapshot.files().forEach(file -> paths.add(file.path()));
    assertEquals(expected, paths.size());
    try (Stream<Path> log = Files.list(lake.resolve("t/_delta_log"))) {
      List<String> names = log.map(file -> file.getFileName().toString()).toList();
      assertTrue(names.contains("00000000000000000100.checkpoint.parquet"), names.toString());
      assertFalse(names.stream().anyMatch(name -> name.endsWith(".crc")), names.toString());
      assertFalse(names.stream().anyMatch(name -> name.endsWith(".tmp")), names.toString());
    }
  }

  private static String output(Path folder) {
    StringBuilder output = new StringBuilder();
    for (int i = 0; i < PROCESSES; i++) {
      try {
        output.append(Files.readString(folder.resolve("process-" + i + ".txt")));
      } catch (IOException e) {
        output.append(e);
      }
    }
    return output.toString();
  }

  /** One of the processes. */
  static final class Committer {
    private Committer() {}

    public static void main(String[] arguments) throws Exception {
      String path = arguments[0];
      TableSchema schema = TableSchema.of(Column.nullable("n", Primitive.INT));
      DeltaTable table = DeltaTable.at(Place.of(path));
      table.create(TableDefinition.of(schema));
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        String name = arguments[1] + "-" + thread;
        done.add(threads.submit(() -> commit(table, name)));
      }
      threads.shutdown();
      for (Future<?> each : done) {
        try {
          each.get();
        } catch (ExecutionException e) {
          e.printStackTrace();
          System.exit(1);
        }
      }
    }

    private static void commit(DeltaTable table, String name) {
      for (int i = 0; i < COMMITS; i++) {
        // The log does not look at data files, so the commit needs none.
        DataFile file =
            new DataFile(
                "part-" + name + "-" + i + ".parquet", Map.of(), 1, 1, "{\"numRecords\":1}", 0);
        Commit commit = Commit.builder(name, i).add(List.of(file)).build();
        CommitOutcome outcome = table.commit(commit);
        if (!(outcome instanceof CommitOutcome.Committed)) {
          throw new IllegalStateException(outcome.toString());
        }
      }
    }
  }
}
