package io.lakebeam.console;

/**
 * What changes of a pipeline, as server-sent events: one as soon as something has, and a comment
 * now and then, by which both sides notice that the other one has gone.
 */
final class LiveChanges {
  private static final long LOOK_MILLIS = 500;
  private static final int LOOKS_A_BEAT = 20;

  private final ConsolePipeline pipeline;
  private String last = "";

  LiveChanges(ConsolePipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** The next one; waits for it. */
  String next() throws InterruptedException {
    for (int look = 0; look < LOOKS_A_BEAT; look++) {
      String now = pipeline.state();
      if (!now.equals(last)) {
        last = now;
        return "event: changed\ndata: " + now + "\n\n";
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return ": beat\n\n";
  }
}
