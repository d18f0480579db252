package io.lakebeam.epoch;

import io.lakebeam.source.SourcePosition;
import io.lakebeam.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * A pipeline's memory, kept in the lake: {@code _lakebeam/<pipeline>/epochs/<n>.json} is the plan
 * of epoch n, {@code <n>.done} its result, {@code <n>.failed} why it has none yet, and now and then
 * {@code <n>.positions} sums up where the sources stand. Plans are put if absent and never change.
 *
 * <p>There is no other state: whoever reads this can go on, on any runner.
 */
public final class Ledger {
  /** So often the positions are summed up, so that a start need not read every plan. */
  private static final int SUM_UP_EVERY = 50;

  private final Path folder;
  private final Path epochs;

  /**
   * @param lake URI or path of the lake
   */
  public Ledger(String lake, String pipeline) {
    this.folder = new Path(new Path(Storage.path(lake), "_lakebeam"), pipeline);
    this.epochs = new Path(folder, "epochs");
  }

  public Path folder() {
    return folder;
  }

  /** Names this ledger within a JVM. */
  public String key() {
    return folder.toString();
  }

  /** What the ledger says at one moment. Read at a start; kept by the planner from then on. */
  public record Contents(
      long lastPlanned, Optional<EpochPlan> undone, Map<String, SourcePosition> positions) {}

  /** Reads the whole ledger. */
  public Contents contents() {
    TreeSet<Long> plans = new TreeSet<>();
    TreeSet<Long> done = new TreeSet<>();
    long summedUp = 0;
    for (FileStatus file : Storage.list(epochs)) {
      String name = file.getPath().getName();
      int dot = name.indexOf('.');
      if (dot < 1 || !name.substring(0, dot).chars().allMatch(Character::isDigit)) {
        continue;
      }
      long number = Long.parseLong(name.substring(0, dot));
      switch (name.substring(dot + 1)) {
        case "json" -> plans.add(number);
        case "done" -> done.add(number);
        case "positions" -> summedUp = Math.max(summedUp, number);
        default -> {}
      }
    }
    Map<String, SourcePosition> positions = new TreeMap<>();
    if (summedUp > 0) {
      Path file = file(summedUp, "positions");
      positions.putAll(LedgerJson.read(file, required(file), LedgerJson::readPositions));
    }
    for (long number : plans.tailSet(summedUp, false)) {
      merge(positions, plan(number).orElseThrow().positions());
    }
    long last = plans.isEmpty() ? 0 : plans.last();
    Optional<EpochPlan> undone = last == 0 || done.contains(last) ? Optional.empty() : plan(last);
    return new Contents(last, undone, positions);
  }

  public Optional<EpochPlan> plan(long number) {
    return read(number, "json", LedgerJson::plan);
  }

  /**
   * Makes a plan durable.
   *
   * @return false when somebody else has planned that epoch: this run has lost its lease
   */
  public boolean put(EpochPlan plan) {
    return Storage.putIfAbsent(file(plan.number(), "json"), LedgerJson.write(plan));
  }

  /** Marks an epoch as done. Doing it again changes nothing. */
  public void done(EpochResult result) {
    Storage.putIfAbsent(file(result.number(), "done"), LedgerJson.write(result));
    LedgerSignals.changed(key());
  }

  public Optional<EpochResult> result(long number) {
    return read(number, "done", LedgerJson::result);
  }

  /** Says why an epoch is not done; a later attempt may say it anew or get it done. */
  public void failed(EpochFailure failure) {
    Storage.replace(file(failure.number(), "failed"), LedgerJson.write(failure));
    LedgerSignals.changed(key());
  }

  public Optional<EpochFailure> failure(long number) {
    // Empty for an instant on a store that empties a file before it writes it anew.
    return Storage.read(file(number, "failed"))
        .filter(content -> content.length > 0)
        .map(content -> LedgerJson.read(file(number, "failed"), content, LedgerJson::failure));
  }

  /** Forgets an earlier attempt's failure, before the next attempt. */
  public void clearFailure(long number) {
    Storage.delete(file(number, "failed"));
  }

  /** Sums up the positions after an epoch, when it is time. */
  void sumUp(long number, Map<String, SourcePosition> positions) {
    if (number % SUM_UP_EVERY == 0) {
      Storage.putIfAbsent(file(number, "positions"), LedgerJson.write(positions));
    }
  }

  /** Adds what a plan says to what was known: offsets replace, files add up. */
  static void merge(Map<String, SourcePosition> known, Map<String, SourcePosition> news) {
    news.forEach(
        (source, position) ->
            known.merge(
                source,
                position,
                (before, after) -> {
                  if (before instanceof SourcePosition.SeenFiles seen
                      && after instanceof SourcePosition.SeenFiles added) {
                    TreeSet<SourcePosition.FileIdentity> all = new TreeSet<>(seen.files());
                    all.addAll(added.files());
                    return new SourcePosition.SeenFiles(all);
                  }
                  return after;
                }));
  }

  /** What of {@code after} is new: the form in which a plan holds it. */
  static SourcePosition news(SourcePosition before, SourcePosition after) {
    if (before instanceof SourcePosition.SeenFiles seen
        && after instanceof SourcePosition.SeenFiles all) {
      List<SourcePosition.FileIdentity> added = new ArrayList<>(all.files());
      added.removeAll(seen.files());
      return new SourcePosition.SeenFiles(new TreeSet<>(added));
    }
    return after;
  }

  private <T> Optional<T> read(long number, String kind, Function<byte[], T> reader) {
    Path file = file(number, kind);
    return Storage.read(file).map(content -> LedgerJson.read(file, content, reader));
  }

  private Path file(long number, String kind) {
    return new Path(epochs, String.format(Locale.ROOT, "%012d.%s", number, kind));
  }

  private static byte[] required(Path file) {
    return Storage.read(file)
        .orElseThrow(() -> new IllegalStateException(file + " was listed and is gone"));
  }
}
