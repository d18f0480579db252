package io.lakebeam.epoch;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;

/**
 * The parts of what an epoch makes do not belong together: a table was looked at twice and has
 * moved in between, because another run is alive, or because a runner has lost a worker and done a
 * part again. Nothing of it is committed, and the epoch is to be done again.
 */
public final class EpochNotWholeException extends ExplainedException {
  /**
   * @param what the view or table, or the epoch
   * @param why what was seen, as a sentence without full stop
   */
  public EpochNotWholeException(String what, String why) {
    super(
        Problem.of(
            ErrorCode.EPOCH_NOT_WHOLE,
            what + ": its parts do not belong together, and nothing of it is committed",
            why,
            "run the update again: it goes on where it stopped; if another run of the pipeline is"
                + " alive, let it end first"));
  }
}
