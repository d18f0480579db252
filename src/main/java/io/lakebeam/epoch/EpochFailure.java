package io.lakebeam.epoch;

import io.lakebeam.graph.Problem;
import io.lakebeam.spec.secret.KnownSecrets;
import java.io.Serializable;
import java.util.List;

/**
 * Why an epoch is not finished. Its plan stays; the next update goes on with it.
 *
 * @param dataset whose commit did not happen
 * @param told why it did not
 * @param samples a few of the rows, with their positions
 */
public record EpochFailure(long number, String dataset, Problem told, List<String> samples)
    implements Serializable {
  public EpochFailure {
    told = told.inOtherWords(KnownSecrets::masked);
    samples = List.copyOf(samples);
  }
}
