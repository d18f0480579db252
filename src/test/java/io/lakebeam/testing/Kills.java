package io.lakebeam.testing;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.storage.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Kills runs of a pipeline at moments that are drawn from a seed, all over a process's life: each
 * is a random while behind something that the run does. Tells what each kill has hit, by what the
 * lake says afterwards.
 */
public final class Kills {
  /** What a kill waits for before its random while. */
  public enum Moment {
    /** Nothing. */
    STARTED(3_000),
    /** The lease is taken: it opens tables, asks sources, plans. */
    LEASED(1_000),
    /** An epoch is under way. */
    PLANNED(1_500),
    /** Some tables have the epoch. */
    COMMITTING(40),
    /** The epoch is done. */
    DONE(200);

    private final int mostMillisLater;

    Moment(int mostMillisLater) {
      this.mostMillisLater = mostMillisLater;
    }
  }

  /** What was under way when the process died. */
  public enum Hit {
    START("while it started"),
    BETWEEN("between epochs"),
    EPOCH("in an epoch, before its first commit"),
    COMMITS("in an epoch, among its commits");

    private final String words;

    Hit(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /** SIGKILL, as a shell tells it. */
  private static final int KILLED = 128 + 9;

  private static final int MOST_COMMITS = 6;

  private final Path lake;
  private final String pipeline;
  private final List<String> tables;
  private final Random random;
  private final Map<Hit, Integer> hits = new EnumMap<>(Hit.class);

  /**
   * @param tables streaming tables and their quarantines
   */
  public Kills(Path lake, String pipeline, List<String> tables, Random random) {
    this.lake = lake;
    this.pipeline = pipeline;
    this.tables = List.copyOf(tables);
    this.random = random;
  }

  /** The lake's ledger before a run. */
  public record Before(long lease, long planned) {}

  public Before before() throws IOException {
    return new Before(last(ledger("owner"), ".json"), planned());
  }

  /**
   * Lets a run live until the moment, then kills it.
   *
   * @param before what {@link #before} said when the run was started
   * @return what was hit; empty when the run has ended by itself before
   */
  public Optional<Hit> kill(RunProcess run, Before before, Moment moment) throws Exception {
    boolean lives =
        reaches(run, before, moment) && run.lives(random.nextInt(moment.mostMillisLater));
    if (!lives) {
      return Optional.empty();
    }
    run.kill();
    if (run.exitCode() != KILLED) {
      return Optional.empty();
    }
    Hit hit = hit(run, before);
    hits.merge(hit, 1, Integer::sum);
    return Optional.of(hit);
  }

  /** How many kills hit what. */
  public Map<Hit, Integer> hits() {
    return Map.copyOf(hits);
  }

  public int hits(Hit... kinds) {
    return Stream.of(kinds).mapToInt(kind -> hits.getOrDefault(kind, 0)).sum();
  }

  private boolean reaches(RunProcess run, Before before, Moment moment) throws Exception {
    if (moment == Moment.STARTED) {
      return true;
    }
    if (!run.await("lease", () -> isLeased(before))) {
      return false;
    }
    if (moment == Moment.LEASED) {
      return true;
    }
    if (!run.await("epoch", () -> isUnderWay(run, before))) {
      return false;
    }
    long epoch = planned();
    long versions = versions();
    return switch (moment) {
      case COMMITTING -> {
        int commits = 1 + random.nextInt(MOST_COMMITS);
        yield run.await("commit", () -> versions() >= versions + commits || isDone(epoch));
      }
      case DONE -> run.await("end of epoch " + epoch, () -> isDone(epoch));
      default -> true;
    };
  }

  private Hit hit(RunProcess run, Before before) throws IOException {
    if (!isLeased(before)) {
      return Hit.START;
    }
    long epoch = planned();
    if (isDone(epoch) || !isUnderWay(run, before)) {
      return Hit.BETWEEN;
    }
    return tables.stream().anyMatch(table -> has(table, epoch)) ? Hit.COMMITS : Hit.EPOCH;
  }

  private boolean isLeased(Before before) throws IOException {
    return last(ledger("owner"), ".json") > before.lease();
  }

  /** True when this run has planned an epoch, or does one again that another has planned. */
  private boolean isUnderWay(RunProcess run, Before before) throws IOException {
    return planned() > before.planned() || run.printed().contains("doing it again");
  }

  private long planned() throws IOException {
    return last(ledger("epochs"), ".json");
  }

  private boolean isDone(long epoch) throws IOException {
    return epoch > 0 && last(ledger("epochs"), ".done") >= epoch;
  }

  private boolean has(String table, long epoch) {
    return DeltaTable.at(Place.of(lake.resolve(table).toString()))
            .transactionVersion(pipeline + "/" + table)
            .orElse(0)
        >= epoch;
  }

  private long versions() throws IOException {
    long sum = 0;
    for (String table : tables) {
      sum += last(lake.resolve(table).resolve("_delta_log"), ".json");
    }
    return sum;
  }

  private Path ledger(String folder) {
    return lake.resolve("_lakebeam").resolve(pipeline).resolve(folder);
  }

  /** The highest number among names like {@code 000012.json}; 0 when there is none. */
  private static long last(Path folder, String suffix) throws IOException {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.matches("\\d+\\" + suffix))
          .map(name -> Long.parseLong(name.substring(0, name.indexOf('.'))))
          .max(Comparator.naturalOrder())
          .orElse(0L);
    }
  }
}
