package io.lakebeam.doctor;

import java.io.Serializable;
import java.util.Objects;

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
}
