package io.lakebeam.sink;

import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.secret.KnownSecrets;

/** A sink that takes no rows now, told so that its owner can mend it. Holds no secrets. */
public final class SinkException extends ExplainedException {
  private final boolean isRetryable;

  private SinkException(String sink, Problem told, boolean isRetryable) {
    super("sink " + sink + ": " + told.sentence(), told.in("sink " + sink), null);
    this.isRetryable = isRetryable;
  }

  /** It may well work later without anybody doing anything. */
  public static SinkException retryable(String sink, Problem told) {
    return new SinkException(sink, told.inOtherWords(KnownSecrets::masked), true);
  }

  /** It stays so until somebody mends it. */
  public static SinkException permanent(String sink, Problem told) {
    return new SinkException(sink, told.inOtherWords(KnownSecrets::masked), false);
  }

  /** False when trying again does not help. */
  public boolean isRetryable() {
    return isRetryable;
  }
}
