package io.lakebeam.selftest;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.doctor.Checks;
import io.lakebeam.doctor.Outcome;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.runner.Workers;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What commits rest on, under racing writers: of those who put one file at the same time, exactly
 * one has written it. First from this process, then from the workers; then commits to one table.
 */
final class RaceChecks {
  static final int RACERS = 8;
  static final int ROUNDS = 5;
  static final TableSchema RACER = TableSchema.of(Column.nullable("racer", DataType.Primitive.INT));

  private final PipelineSpec spec;
  private final Workers workers;
  private final Scratch scratch;
  private final Clock clock;

  RaceChecks(PipelineSpec spec, Workers workers, Scratch scratch, Clock clock) {
    this.spec = spec;
    this.workers = workers;
    this.scratch = scratch;
    this.clock = clock;
  }

  /**
   * @param noWorkers what keeps the workers from taking part
   */
  void run(Checks checks, Optional<String> noWorkers) {
    checks.aside("put from the driver", () -> put(Workers.inThisProcess(), "race_driver"));
    boolean areOthers = workers.sparkVersion().isPresent();
    if (areOthers && noWorkers.isEmpty()) {
      checks.aside("put from executors", () -> put(workers, "race_executors"));
    }
    Workers committers = noWorkers.isPresent() ? Workers.inThisProcess() : workers;
    checks.aside("commit", () -> commit(committers));
  }

  private Outcome put(Workers racing, String name) throws Exception {
    Place folder = scratch.place(name);
    PutRacer racer = new PutRacer(folder, ROUNDS, racersATask(racing), clock.millis() + 2000);
    List<PutRacer.Ran> ran = new ArrayList<>();
    racing.call(tasks(racing), racer).forEach(ran::addAll);
    Optional<String> error =
        ran.stream().map(PutRacer.Ran::error).filter(e -> !e.isEmpty()).findFirst();
    if (error.isPresent()) {
      return new Outcome.Failed(
          ErrorCode.STORAGE_FAILED,
          "a racer could not write",
          error.get(),
          "See what the lines of the lake say; a store that throttles needs its own limits raised");
    }
    for (int round = 0; round < ROUNDS; round++) {
      int number = round;
      List<PutRacer.Ran> winners = ran.stream().filter(r -> r.won().contains(number)).toList();
      if (winners.size() != 1) {
        return cheated("of " + RACERS + " who put one file at once, " + winners.size() + " won");
      }
      byte[] there = folder.storage().read(PutRacer.file(folder, round)).orElse(new byte[0]);
      if (!Arrays.equals(there, PutRacer.bytes(winners.get(0).racer()))) {
        return cheated("the file that one racer has put holds what another has written");
      }
    }
    long processes = ran.stream().map(PutRacer.Ran::process).distinct().count();
    return new Outcome.Ok(
        RACERS
            + " racers of "
            + (processes == 1 ? "1 process" : processes + " processes")
            + ", "
            + ROUNDS
            + " rounds: one winner each, and its bytes are what is read");
  }

  private static Outcome cheated(String what) {
    return new Outcome.Failed(
        ErrorCode.STORAGE_UNSAFE,
        what,
        "the storage does not write a file only if it is absent: commits would overwrite each other",
        "Use storage that can, such as ADLS Gen2 (abfss), S3 with conditional writes or a local"
            + " disk, and take what caches or proxies it out of the way");
  }

  private Outcome commit(Workers racing) throws Exception {
    Place table = scratch.place("race_table");
    DeltaTable.at(table).create(TableDefinition.of(RACER));
    CommitRacer racer = new CommitRacer(table, racersATask(racing), clock.millis() + 2000);
    List<CommitRacer.Ran> ran = new ArrayList<>();
    racing.call(tasks(racing), racer).forEach(ran::addAll);
    Optional<String> error =
        ran.stream().map(CommitRacer.Ran::error).filter(e -> !e.isEmpty()).findFirst();
    if (error.isPresent()) {
      return new Outcome.Failed(
          ErrorCode.COMMIT_FAILED,
          "a commit that races others fails",
          error.get(),
          "See what the lines of the lake and of the races before this one say");
    }
    List<Long> versions = ran.stream().map(CommitRacer.Ran::version).sorted().toList();
    List<Long> rows =
        StoredRows.texts(table, List.of("racer")).stream().map(Long::valueOf).sorted().toList();
    boolean eachItsOwn = versions.equals(LongStream.rangeClosed(1, RACERS).boxed().toList());
    boolean allThere = rows.equals(IntStream.range(0, RACERS).mapToObj(Long::valueOf).toList());
    return eachItsOwn && allThere
        ? new Outcome.Ok(RACERS + " commits at once: a version each, and every row is there")
        : cheated(
            RACERS
                + " commits at once have become the versions "
                + new TreeSet<>(versions)
                + " with the rows "
                + rows);
  }

  /** As many tasks as can be under way at once, with the racers shared out among them. */
  private static int tasks(Workers racing) {
    return RACERS / racersATask(racing);
  }

  private static int racersATask(Workers racing) {
    int racers = 1;
    while (RACERS / racers > racing.atOnce() && racers < RACERS) {
      racers *= 2;
    }
    return racers;
  }
}
