package io.lakebeam.epoch;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.storage.Storage;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * The right to run a pipeline, so that two runs do not do the same work. Correctness does not rest
 * on it: a run that goes on after its lease has passed on meets commits that are already there.
 *
 * <p>{@code owner/<generation>.json} is put if absent, so a generation has one owner; the highest
 * counts. The owner renews its file while it lives; when it has expired, or its process on this
 * machine is gone, the next generation may be taken.
 */
public final class Lease implements AutoCloseable {
  static final Duration TERM = Duration.ofSeconds(30);

  /** Of this process; asked once, because the machine is asked for it. */
  private static final String STARTED_AT = startedAt(ProcessHandle.current());

  private final String pipeline;
  private final Storage storage;
  private final Path folder;
  private final long generation;
  private final String run;
  private final Clock clock;
  private final ScheduledExecutorService renewals;
  private volatile boolean lost;

  private Lease(Ledger ledger, String pipeline, long generation, String run, Clock clock) {
    this.storage = ledger.storage();
    this.pipeline = pipeline;
    this.folder = folder(ledger);
    this.generation = generation;
    this.run = run;
    this.clock = clock;
    this.renewals =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "lease-" + pipeline);
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Who may run the pipeline at present.
   *
   * @param process its id on that host
   */
  public record Holder(String run, String host, long process, Instant expiresAt) {}

  /** The run that holds the lease now; empty when the next one to ask gets it. Takes nothing. */
  public static Optional<Holder> holder(Ledger ledger, Clock clock) {
    Storage storage = ledger.storage();
    Path folder = folder(ledger);
    long generation = highest(storage, folder);
    return generation == 0
        ? Optional.empty()
        : owner(storage, file(folder, generation))
            .filter(owner -> isAlive(owner, clock.instant()))
            .map(
                owner ->
                    new Holder(
                        owner.path("run").asText(),
                        owner.path("host").asText(),
                        owner.path("process").asLong(),
                        Instant.parse(owner.path("expires_at").asText())));
  }

  /**
   * Takes the lease and keeps it until closed.
   *
   * @param run names this run to others
   * @throws LeaseLostException when another run holds it; the message says who and until when
   */
  public static Lease acquire(Ledger ledger, String pipeline, String run, Clock clock) {
    Storage storage = ledger.storage();
    Path folder = folder(ledger);
    long generation = highest(storage, folder);
    requireFree(ledger, pipeline, clock);
    Lease lease = new Lease(ledger, pipeline, generation + 1, run, clock);
    if (!storage.putIfAbsent(file(folder, generation + 1), lease.content(TERM))) {
      throw new LeaseLostException(pipeline, "another run has just started");
    }
    if (generation > 0) {
      storage.delete(file(folder, generation));
    }
    long period = TERM.toMillis() / 3;
    lease.renewals.scheduleWithFixedDelay(lease::renew, period, period, TimeUnit.MILLISECONDS);
    return lease;
  }

  /**
   * Goes on only when nobody runs the pipeline. Takes nothing.
   *
   * @throws LeaseLostException when a run holds the lease; the message says who and until when
   */
  public static void requireFree(Ledger ledger, String pipeline, Clock clock) {
    Optional<Holder> holder = holder(ledger, clock);
    if (holder.isPresent()) {
      throw new LeaseLostException(
          pipeline,
          String.format(
              Locale.ROOT,
              "run %s on %s (process %d) holds it until %s; stop that run or wait",
              holder.get().run(),
              holder.get().host(),
              holder.get().process(),
              holder.get().expiresAt()));
    }
  }

  /**
   * Stops a run whose lease has passed on.
   *
   * @throws LeaseLostException when it has
   */
  public void check() {
    if (lost) {
      throw new LeaseLostException(pipeline, "the lease of run " + run + " has passed on");
    }
  }

  /** True when it has passed on by now; false also when the store cannot be asked. */
  public boolean isLost() {
    try {
      lost |= highest(storage, folder) > generation;
    } catch (RuntimeException e) {
      // What the run has failed with says more.
    }
    return lost;
  }

  /** Lets the next run start at once. */
  @Override
  public void close() {
    renewals.shutdownNow();
    if (!lost && highest(storage, folder) == generation) {
      storage.replace(file(folder, generation), content(Duration.ZERO));
    }
  }

  /** What the owner does now and then; a test does it at once. */
  void renew() {
    try {
      if (highest(storage, folder) > generation) {
        lost = true;
        return;
      }
      storage.replace(file(folder, generation), content(TERM));
    } catch (RuntimeException e) {
      // The term covers two missed renewals; a storage that stays away stops the run by itself.
      System.getLogger(Lease.class.getName())
          .log(System.Logger.Level.DEBUG, "lease not renewed", e);
    }
  }

  private byte[] content(Duration term) {
    return LedgerJson.bytes(
        LedgerJson.object()
            .put("run", run)
            .put("host", host())
            .put("process", ProcessHandle.current().pid())
            .put("process_started_at", STARTED_AT)
            .put("expires_at", clock.instant().plus(term).toString()));
  }

  /**
   * What an owner's file says. On a store that empties a file before it writes it anew, it may be
   * empty for an instant, or for ever when the owner died in it: then it counts for a term from
   * that instant on.
   */
  private static Optional<JsonNode> owner(Storage storage, Path file) {
    Optional<byte[]> content = storage.read(file);
    if (content.isEmpty() || content.get().length > 0) {
      return content.map(json -> LedgerJson.read(file, json, LedgerJson::tree));
    }
    return storage
        .status(file)
        .map(status -> Instant.ofEpochMilli(status.getModificationTime()))
        .map(
            emptied ->
                LedgerJson.object()
                    .put("run", "that is renewing it")
                    .put("host", "another machine")
                    .put("expires_at", emptied.plus(TERM).toString()));
  }

  private static boolean isAlive(JsonNode owner, Instant now) {
    if (!now.isBefore(Instant.parse(owner.path("expires_at").asText()))) {
      return false;
    }
    if (!owner.path("host").asText().equals(host())) {
      return true;
    }
    String startedAt = owner.path("process_started_at").asText();
    return ProcessHandle.of(owner.path("process").asLong())
        .filter(ProcessHandle::isAlive)
        .filter(process -> startedAt(process).equals(startedAt))
        .isPresent();
  }

  private static String startedAt(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("");
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown host";
    }
  }

  private static Path folder(Ledger ledger) {
    return new Path(ledger.folder(), "owner");
  }

  private static long highest(Storage storage, Path folder) {
    long highest = 0;
    for (FileStatus file : storage.list(folder)) {
      String name = file.getPath().getName();
      if (name.matches("\\d+\\.json")) {
        highest = Math.max(highest, Long.parseLong(name.substring(0, name.indexOf('.'))));
      }
    }
    return highest;
  }

  private static Path file(Path folder, long generation) {
    return new Path(folder, String.format(Locale.ROOT, "%06d.json", generation));
  }
}
