package io.lakebeam.parquet;

/** A file whose columns cannot become those that are wanted; the message is one sentence. */
public final class UnfitFileException extends RuntimeException {
  UnfitFileException(String message) {
    super(message);
  }
}
