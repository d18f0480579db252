package io.lakebeam.doctor;

import io.lakebeam.graph.Problem;
import java.io.Serializable;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One check and what it came to.
 *
 * @param subject what was looked at: {@code machine}, {@code pipeline}, {@code lake} or a source's
 *     name
 * @param check what was tried: {@code host}, {@code sign-in}
 */
public record Finding(String subject, String check, Outcome outcome) implements Serializable {
  public Finding {
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(check, "check");
    Objects.requireNonNull(outcome, "outcome");
  }

  /** The same with its problem, if it has one, in other words. */
  Finding inOtherWords(UnaryOperator<Problem> words) {
    return new Finding(
        subject,
        check,
        outcome.match(
            ok -> ok,
            warning -> new Outcome.Warning(words.apply(warning.told())),
            failed -> new Outcome.Failed(words.apply(failed.told())),
            skipped -> skipped));
  }
}
