package io.lakebeam.delta;

/** A table that cannot be used as asked; the message is one sentence for a person. */
public class DeltaException extends RuntimeException {
  DeltaException(String message) {
    super(message);
  }

  DeltaException(String message, Throwable cause) {
    super(message, cause);
  }
}
