package io.lakebeam.epoch;

/** This run no longer owns its pipeline, or never did. Nothing it has committed is wrong. */
public final class LeaseLostException extends RuntimeException {
  public LeaseLostException(String pipeline, String reason) {
    super("pipeline " + pipeline + " is run by somebody else: " + reason);
  }
}
