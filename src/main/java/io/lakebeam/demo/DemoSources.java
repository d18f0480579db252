package io.lakebeam.demo;

import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.project.PipelineLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * A demo's world outside: what its pipeline reads, filled from the demo's seed at a pace and kept
 * in the demo's folder.
 */
public interface DemoSources extends AutoCloseable {
  /**
   * The shipped pipeline, reading from here and writing to the demo's lake.
   *
   * @param location of the shipped pipeline
   * @param commitEvery the least time between two epochs
   */
  PipelineSpec pipeline(PipelineLocation location, Duration commitEvery);

  /**
   * Publishes the first n records and lands the files that belong to them, in a thread of its own,
   * until all are there or the pace is stopped. What is there already is not published again.
   *
   * @return done when publishing has ended, or failed with an {@link IOException}
   */
  CompletableFuture<Void> publish(long n, Pace pace);

  /** The n for which exactly the first n records are there; empty when there is no such n. */
  OptionalLong published() throws IOException, InterruptedException;

  /** What the pipeline must have made of the first n records. */
  Expected expected(long n);

  /** What was delivered out of the lake; empty for a pipeline that delivers nothing. */
  default Optional<Delivered> delivered() {
    return Optional.empty();
  }

  /**
   * Writes a shell file that lets the shipped pipeline, as it is, read from here and write to the
   * demo's lake: for runs in other processes.
   */
  Path writeEnvironment() throws IOException;

  @Override
  void close();

  /**
   * Rows of a table that were delivered.
   *
   * @param table the streaming table that they are of
   * @param noun what one of them is called
   * @param where they have come to, for people
   * @param rows as JSON; one that came twice is there once
   */
  record Delivered(String table, String noun, String where, Collection<String> rows) {
    public Delivered {
      rows = List.copyOf(rows);
    }
  }

  /** The shipped pipeline of a name, below Lakebeam's own folder. */
  static PipelineLocation shipped(String pipeline, Path home, Path workingDirectory) {
    return PipelineLocation.of(
        home.resolve("pipelines").resolve(pipeline).resolve("pipeline.yaml"), workingDirectory);
  }

  /** Publishes in a thread of its own. */
  static CompletableFuture<Void> inBackground(Publishing publishing) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                publishing.publish();
                ended.complete(null);
              } catch (NoSuchElementException e) {
                ended.completeExceptionally(
                    new IOException("the demo's year is over: it has no more records", e));
              } catch (IOException | InterruptedException | RuntimeException e) {
                ended.completeExceptionally(e);
              }
            },
            "demo-publisher");
    thread.setDaemon(true);
    thread.start();
    return ended;
  }

  /** What a publisher does until it has published all, or is stopped. */
  @FunctionalInterface
  interface Publishing {
    void publish() throws IOException, InterruptedException;
  }
}
