package io.lakebeam.spec.secret;

import java.io.Serializable;
import java.util.Objects;

/**
 * A setting that may hold a secret: kept as the reference its author wrote ({@code ${NAME}}) and
 * resolved only where it is used, on the worker. Its printed and its serialized form are the
 * reference, so that the secret reaches no plan, log, error or pipeline option.
 *
 * @param reference the text as written, with {@code ${NAME}} unresolved
 */
public record SecretText(String reference) implements Serializable {
  public SecretText {
    Objects.requireNonNull(reference, "reference");
  }

  @Override
  public String toString() {
    return reference;
  }
}
