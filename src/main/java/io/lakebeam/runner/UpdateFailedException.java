package io.lakebeam.runner;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.secret.KnownSecrets;
import java.util.List;

/** An update that has stopped and says why; nothing it has committed is wrong. */
public final class UpdateFailedException extends ExplainedException {
  private final List<String> samples;

  /**
   * @param cause may be null
   */
  public UpdateFailedException(Problem told, List<String> samples, Throwable cause) {
    this(told.inOtherWords(KnownSecrets::masked), cause, samples);
  }

  public UpdateFailedException(ErrorCode code, String problem, String reason, String fix) {
    this(Problem.of(code, problem, reason, fix), List.of(), null);
  }

  private UpdateFailedException(Problem told, Throwable cause, List<String> samples) {
    super(told.sentence(), told, cause);
    this.samples = List.copyOf(samples);
  }

  /** Rows that show it; may be empty. */
  public List<String> samples() {
    return samples;
  }
}
