package io.lakebeam.epoch;

import io.lakebeam.spec.KnownSecrets;
import java.io.Serializable;
import java.util.List;

/**
 * Why an epoch is not finished. Its plan stays; the next update goes on with it.
 *
 * @param dataset whose commit did not happen
 * @param problem what is wrong, a sentence without full stop
 * @param cause why
 * @param fix what to do
 * @param samples a few of the rows, with their positions
 */
public record EpochFailure(
    long number, String dataset, String problem, String cause, String fix, List<String> samples)
    implements Serializable {
  public EpochFailure {
    problem = KnownSecrets.masked(problem);
    cause = KnownSecrets.masked(cause);
    samples = List.copyOf(samples);
  }
}
