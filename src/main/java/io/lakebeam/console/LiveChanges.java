package io.lakebeam.console;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.pipeline.CompiledPipeline;
import java.util.Optional;

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
      String now = state();
      if (!now.equals(last)) {
        last = now;
        return "event: changed\ndata: " + now + "\n\n";
      }
      Thread.sleep(LOOK_MILLIS);
    }
    return ": beat\n\n";
  }

  private String state() {
    if (pipeline.problem().isPresent()) {
      return "{\"version\":-1,\"running\":false}"; // the page's own questions tell why
    }
    try {
      CompiledPipeline of = pipeline.compiled();
      Ledger ledger = new Ledger(of.lake(), of.id());
      Optional<Snapshot> log = DeltaTable.at(of.lake().child(EventLog.TABLE)).latest();
      return "{\"version\":"
          + log.map(Snapshot::version).orElse(-1L)
          + ",\"running\":"
          + Lease.holder(ledger, pipeline.clock()).isPresent()
          + "}";
    } catch (ExplainedException e) {
      return "{\"version\":-1,\"running\":false}"; // the page's own questions tell why
    }
  }
}
