package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.QuarantineLog;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.pipeline.replay.Replayer;
import io.lakebeam.pipeline.replay.RequestedRow;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a bundle does with rows that a table takes again in an epoch, and says of each. */
final class ReplayRun implements AutoCloseable {
  private final LedgerPlace ledgerPlace;
  private final CompiledTable table;
  private final Replayer replayer;
  private final long epoch;
  private final FlowRun run;
  private final DataFileWriter log;

  /**
   * @param tree what becomes of the rows that the table judges once more
   */
  ReplayRun(
      LedgerPlace ledgerPlace, CompiledTable table, Replayer replayer, FlowTree tree, long epoch) {
    this.ledgerPlace = ledgerPlace;
    this.table = table;
    this.replayer = replayer;
    this.epoch = epoch;
    this.run = new FlowRun(tree, epoch, TableWriter.Manner.AGAIN);
    this.log =
        new DataFileWriter(
            QuarantineLog.in(ledgerPlace.lake()),
            QuarantineLog.SCHEMA,
            List.of(),
            Epochs.stem(epoch));
  }

  FlowRun run() {
    return run;
  }

  /** Takes a row, and notes what became of it. */
  void row(ReviewRequest request, RequestedRow row, Instant ingestedAt) {
    Replayed replayed = Replayed.of(replayer, run, row, ingestedAt);
    log.write(
        new QuarantineLog.Entry(
                ledgerPlace.pipeline(),
                request.number(),
                table.quarantineName(),
                row.id(),
                row.source(),
                row.position(),
                row.refusedAt().orElse(null),
                request.action().word(),
                replayed.outcome(),
                Optional.of(epoch),
                request.at(),
                request.by(),
                request.reason(),
                row.isPayloadNew() && row.correction().isEmpty()
                    ? "{\"_raw\":\"another record\"}"
                    : row.correction(),
                replayed.error())
            .row());
  }

  /** What was written, a report for each table. */
  List<FlowReport> finish() {
    List<FlowReport> reports = new ArrayList<>();
    FlowReport mine =
        new FlowReport(
            table.name(), List.of(), List.of(), RowCounts.none(table.rules().size()), List.of());
    for (FlowReport report : run.finish()) {
      if (report.table().equals(table.name())) {
        mine = report;
      } else {
        reports.add(report);
      }
    }
    reports.add(mine.withLog(log.finish()));
    return reports;
  }

  @Override
  public void close() {
    run.close();
    log.close();
  }
}
