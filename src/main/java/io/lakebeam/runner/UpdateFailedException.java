package io.lakebeam.runner;

import io.lakebeam.graph.ExplainedException;
import io.lakebeam.spec.KnownSecrets;
import java.util.List;

/** An update that has stopped and says why; nothing it has committed is wrong. */
public final class UpdateFailedException extends ExplainedException {
  private final List<String> samples;

  public UpdateFailedException(
      String problem, String reason, String fix, List<String> samples, Throwable cause) {
    super(
        KnownSecrets.masked(problem + (reason.isEmpty() ? "" : ": " + reason)),
        KnownSecrets.masked(problem),
        KnownSecrets.masked(reason),
        fix,
        cause);
    this.samples = List.copyOf(samples);
  }

  /** Rows that show it; may be empty. */
  public List<String> samples() {
    return samples;
  }
}
