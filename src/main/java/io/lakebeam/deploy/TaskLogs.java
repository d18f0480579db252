package io.lakebeam.deploy;

import java.util.function.Consumer;

/** What a task prints, told line by line as it becomes known. */
final class TaskLogs {
  private final Consumer<String> lines;
  private String told = "";

  TaskLogs(Consumer<String> lines) {
    this.lines = lines;
  }

  /**
   * Tells what is new.
   *
   * @param logs all that is known of them; a line that has not ended is left to the next look
   */
  void look(String logs) {
    tell(logs.substring(0, logs.lastIndexOf('\n') + 1));
  }

  /** Tells the rest. */
  void end(String logs) {
    tell(logs);
  }

  boolean isEmpty() {
    return told.isEmpty();
  }

  private void tell(String logs) {
    if (logs.isEmpty()) {
      return;
    }
    // Of very long ones only the end is known, and where it begins is not.
    String news = logs.startsWith(told) ? logs.substring(told.length()) : logs;
    news.lines().forEach(lines);
    told = logs;
  }
}
