package io.lakebeam.selftest;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.runner.Workers;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Commits one row to a table as a run commits an epoch.
 *
 * @param racers of each call
 * @param startsAt when all commit, in milliseconds since 1970
 */
record CommitRacer(Place table, int racers, long startsAt)
    implements Workers.Task<ArrayList<CommitRacer.Ran>> {
  /**
   * What became of a racer.
   *
   * @param version its commit; -1 when there is none
   * @param error why there is none; empty when there is one
   */
  record Ran(int racer, long version, String error) implements Serializable {}

  @Override
  public ArrayList<Ran> call(int number) throws Exception {
    return Racers.run(number * racers, racers, this::race);
  }

  private Ran race(int racer) {
    try (DataFileWriter writer =
        new DataFileWriter(table, RaceChecks.RACER, List.of(), Integer.toString(racer))) {
      writer.write(new GenericInternalRow(new Object[] {racer}));
      Commit commit = Commit.builder("lakebeam_self_test/" + racer, 1).add(writer.finish()).build();
      Racers.await(startsAt);
      CommitOutcome outcome = DeltaTable.at(table).commit(commit);
      return outcome.version() >= 0
          ? new Ran(racer, outcome.version(), "")
          : new Ran(racer, -1, outcome.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Ran(racer, -1, "interrupted");
    } catch (RuntimeException e) {
      return new Ran(racer, -1, String.valueOf(e.getMessage()));
    }
  }
}
