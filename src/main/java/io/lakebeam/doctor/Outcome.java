package io.lakebeam.doctor;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.Function;

/** What a check came to. Its texts are sentences without a full stop and hold no secrets. */
public sealed interface Outcome extends Serializable {
  /** An answer for an outcome of any kind. */
  <R> R match(
      Function<Ok, R> ofOk,
      Function<Warning, R> ofWarning,
      Function<Failed, R> ofFailed,
      Function<Skipped, R> ofSkipped);

  /**
   * As it should be.
   *
   * @param said what was found
   */
  record Ok(String said) implements Outcome {
    public Ok {
      Objects.requireNonNull(said, "said");
    }

    @Override
    public <R> R match(
        Function<Ok, R> ofOk,
        Function<Warning, R> ofWarning,
        Function<Failed, R> ofFailed,
        Function<Skipped, R> ofSkipped) {
      return ofOk.apply(this);
    }
  }

  /** A run works, but not as well as it should, or not for long. */
  record Warning(Problem told) implements Outcome {
    public Warning(ErrorCode code, String problem, String cause, String fix) {
      this(Problem.of(code, problem, cause, fix));
    }

    @Override
    public <R> R match(
        Function<Ok, R> ofOk,
        Function<Warning, R> ofWarning,
        Function<Failed, R> ofFailed,
        Function<Skipped, R> ofSkipped) {
      return ofWarning.apply(this);
    }
  }

  /** A run would fail here. */
  record Failed(Problem told) implements Outcome {
    public Failed(ErrorCode code, String problem, String cause, String fix) {
      this(Problem.of(code, problem, cause, fix));
    }

    @Override
    public <R> R match(
        Function<Ok, R> ofOk,
        Function<Warning, R> ofWarning,
        Function<Failed, R> ofFailed,
        Function<Skipped, R> ofSkipped) {
      return ofFailed.apply(this);
    }
  }

  /**
   * Not tried, since it rests on a check that failed.
   *
   * @param because the check that failed
   */
  record Skipped(String because) implements Outcome {
    @Override
    public <R> R match(
        Function<Ok, R> ofOk,
        Function<Warning, R> ofWarning,
        Function<Failed, R> ofFailed,
        Function<Skipped, R> ofSkipped) {
      return ofSkipped.apply(this);
    }
  }
}
