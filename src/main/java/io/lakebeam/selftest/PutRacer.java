package io.lakebeam.selftest;

import io.lakebeam.runner.Workers;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.StorageException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Puts a file in each round, if nobody else has.
 *
 * @param racers of each call
 * @param startsAt when the first round starts, in milliseconds since 1970
 */
record PutRacer(Place folder, int rounds, int racers, long startsAt)
    implements Workers.Task<ArrayList<PutRacer.Ran>> {
  private static final long ROUND_MILLIS = 200;

  /**
   * What became of a racer.
   *
   * @param won the rounds in which it has written the file
   * @param error why it gave up; empty when it did not
   */
  record Ran(int racer, String process, List<Integer> won, String error) implements Serializable {}

  @Override
  public ArrayList<Ran> call(int number) throws Exception {
    return Racers.run(number * racers, racers, this::race);
  }

  private Ran race(int racer) {
    ArrayList<Integer> won = new ArrayList<>();
    String error = "";
    try {
      for (int round = 0; round < rounds; round++) {
        Racers.await(startsAt + round * ROUND_MILLIS);
        if (folder.storage().putIfAbsent(file(folder, round), bytes(racer))) {
          won.add(round);
        }
      }
    } catch (StorageException e) {
      error = e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      error = "interrupted";
    }
    return new Ran(racer, WorkerVisit.process(), won, error);
  }

  static Path file(Place folder, int round) {
    return folder.child("round_" + round).path();
  }

  /** Long enough to be cut in two by a store that does not write in one step. */
  static byte[] bytes(int racer) {
    return Integer.toString(racer).repeat(10_000).getBytes(StandardCharsets.UTF_8);
  }
}
