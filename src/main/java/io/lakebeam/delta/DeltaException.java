package io.lakebeam.delta;

/** A table that cannot be used as asked; the message is one sentence for a person. */
public class DeltaException extends RuntimeException {
  public DeltaException(String message) {
    super(message);
  }

  public DeltaException(String message, Throwable cause) {
    super(message, cause);
  }
}
