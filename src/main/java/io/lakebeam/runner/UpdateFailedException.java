package io.lakebeam.runner;

import io.lakebeam.spec.KnownSecrets;
import java.util.List;

/** An update that has stopped and says why; nothing it has committed is wrong. */
public final class UpdateFailedException extends RuntimeException {
  private final String problem;
  private final String reason;
  private final String fix;
  private final List<String> samples;

  public UpdateFailedException(
      String problem, String reason, String fix, List<String> samples, Throwable cause) {
    super(KnownSecrets.masked(problem + (reason.isEmpty() ? "" : ": " + reason)), cause);
    this.problem = KnownSecrets.masked(problem);
    this.reason = KnownSecrets.masked(reason);
    this.fix = fix;
    this.samples = List.copyOf(samples);
  }

  /** What is wrong, without a full stop. */
  public String problem() {
    return problem;
  }

  /** Why; may be empty. */
  public String reason() {
    return reason;
  }

  /** What to do; may be empty. */
  public String fix() {
    return fix;
  }

  /** Rows that show it; may be empty. */
  public List<String> samples() {
    return samples;
  }
}
