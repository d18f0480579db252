package io.lakebeam.sink;

import java.util.List;

/** Where a sink's rows go. Used by one thread. */
interface Target {
  /** How many rows are delivered at once, where files are small. */
  long rowsAtOnce();

  /**
   * Delivers all rows of some files; when this returns, they have arrived. After a failure some
   * have, and all are delivered again.
   *
   * @throws SinkException when not all have arrived
   */
  void deliver(List<PostedFile> files);

  /** How many rows have arrived, those of failed deliveries among them; it only grows. */
  long arrived();
}
