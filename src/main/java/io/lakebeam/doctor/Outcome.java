package io.lakebeam.doctor;

import java.io.Serializable;
import java.util.Objects;

/** What a check came to. Its texts are sentences without a full stop and hold no secrets. */
public sealed interface Outcome extends Serializable {
  /**
   * As it should be.
   *
   * @param said what was found
   */
  record Ok(String said) implements Outcome {
    public Ok {
      Objects.requireNonNull(said, "said");
    }
  }

  /**
   * A run works, but not as well as it should, or not for long.
   *
   * @param problem what is wrong
   * @param cause why; may be empty
   * @param fix what to do
   */
  record Warning(String problem, String cause, String fix) implements Outcome {}

  /**
   * A run would fail here.
   *
   * @param problem what is wrong
   * @param cause why; may be empty
   * @param fix what to do
   */
  record Failed(String problem, String cause, String fix) implements Outcome {}

  /**
   * Not tried, since it rests on a check that failed.
   *
   * @param because the check that failed
   */
  record Skipped(String because) implements Outcome {}
}
