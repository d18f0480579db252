package io.lakebeam.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The broker's process, with all events published. */
record BrokerChild(Process process, Topic topic, long nanos) implements AutoCloseable {
  private static final String HEAP = "1g";

  /**
   * Starts the broker and returns when all events are in it.
   *
   * @param connectionString what clients must know
   */
  static BrokerChild start(
      ChildJvm jvm, Path folder, long events, long seed, String connectionString)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    ProcessBuilder builder =
        jvm.jvm(
            "broker",
            HEAP,
            BrokerProcess.class,
            jvm.lakebeamClassPath(),
            List.of(folder.toString(), Long.toString(events), Long.toString(seed)));
    builder.environment().put(Topic.CONNECTION_STRING, connectionString);
    Process process = builder.start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String servers = said.readLine();
    String trustStore = said.readLine();
    String password = said.readLine();
    if (password == null) {
      throw jvm.failure("broker", process.waitFor());
    }
    return new BrokerChild(
        process,
        new Topic(servers, connectionString, trustStore, password),
        System.nanoTime() - start);
  }

  /** Ends the broker by ending its input. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
