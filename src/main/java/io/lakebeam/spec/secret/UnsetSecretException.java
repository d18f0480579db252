package io.lakebeam.spec.secret;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import java.util.List;

/**
 * A secret refers to variables that are not set on this machine: the one that runs the pipeline, or
 * one of its workers. Holds no secret.
 */
public final class UnsetSecretException extends ExplainedException {
  private final List<String> variables;

  public UnsetSecretException(SecretText secret, List<String> variables) {
    this(
        "the environment variable "
            + String.join(" and ", variables)
            + " is not set on this machine; "
            + secret
            + " cannot be resolved",
        variables);
  }

  private UnsetSecretException(String sentence, List<String> variables) {
    super(
        sentence,
        Problem.of(
            ErrorCode.SECRET_UNSET,
            "a worker lacks a secret",
            sentence,
            "set "
                + String.join(" and ", variables)
                + " in the environment of every machine that runs a part of the pipeline"),
        null);
    this.variables = List.copyOf(variables);
  }

  /** Their names. */
  public List<String> variables() {
    return variables;
  }
}
