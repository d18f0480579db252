package io.lakebeam.demo;

/** A demo that cannot be run as asked; the message is a sentence for a person. */
public final class DemoRefusedException extends RuntimeException {
  DemoRefusedException(String message) {
    super(message);
  }
}
