package io.lakebeam.spec;

import java.util.List;

/**
 * A secret refers to variables that are not set on this machine: the one that runs the pipeline, or
 * one of its workers. Holds no secret.
 */
public final class UnsetSecretException extends IllegalStateException {
  private final List<String> variables;

  UnsetSecretException(SecretText secret, List<String> variables) {
    super(
        "the environment variable "
            + String.join(" and ", variables)
            + " is not set on this machine; "
            + secret
            + " cannot be resolved");
    this.variables = List.copyOf(variables);
  }

  /** Their names. */
  public List<String> variables() {
    return variables;
  }
}
