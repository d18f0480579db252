package io.lakebeam.quarantine;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.epoch.ReviewRequests;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.QuarantineLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Carries out what needs no epoch: that rows are discarded, reopened, or deleted because they are
 * too old. Once and in the order of the requests, whoever else does it, and whenever somebody dies.
 */
final class ReviewLog {
  private ReviewLog() {}

  /** The log cannot be written. */
  private static final class NotWritten extends ExplainedException {
    NotWritten(Problem problem) {
      super(problem);
    }
  }

  private static String application(CompiledPipeline pipeline) {
    return pipeline.id() + "/" + QuarantineLog.TABLE;
  }

  /** The last request that the log has of those that need no epoch; 0 for none. */
  static long lastNoted(CompiledPipeline pipeline) {
    return DeltaTable.at(QuarantineLog.in(pipeline.lake()))
        .transactionVersion(application(pipeline))
        .orElse(0);
  }

  /** Files that the log is still to get: whoever notes them finds them there, however old. */
  static Set<String> pendingFiles(CompiledPipeline pipeline) {
    return new ReviewRequests(pipeline.lake(), pipeline.id())
        .after(lastNoted(pipeline)).stream()
            .filter(request -> request.action() != Action.REPLAY)
            .flatMap(request -> request.rows().stream())
            .map(rows -> rows.file().path())
            .collect(Collectors.toSet());
  }

  /**
   * Notes what is not noted yet, in the event log too.
   *
   * @throws ExplainedException when the log cannot be written
   */
  static void catchUp(CompiledPipeline pipeline) {
    DeltaTable log = DeltaTable.at(QuarantineLog.in(pipeline.lake()));
    EventLog events = new EventLog(pipeline.lake(), pipeline.id(), pipeline.name());
    long noted = lastNoted(pipeline);
    long told = events.lastUserAction();
    for (ReviewRequest request :
        new ReviewRequests(pipeline.lake(), pipeline.id()).after(Math.min(noted, told))) {
      if (request.number() > told) {
        requireIn(event(events, pipeline, request), EventLog.TABLE);
      }
      if (request.number() > noted) {
        for (ReviewRequest.Expired each : request.expired()) {
          Optional<CompiledTable> table = pipeline.table(each.table());
          if (table.isPresent()) {
            ExpiredRows rows = new ExpiredRows(pipeline, table.get(), each, request.number());
            requireIn(rows.delete(), table.get().quarantineName());
          }
        }
      }
      if (request.number() > noted && request.action() != Action.REPLAY) {
        List<DataFile> files = request.rows().stream().map(ReviewRequest.Rows::file).toList();
        CommitOutcome outcome =
            log.commit(
                Commit.builder(application(pipeline), request.number())
                    .add(files)
                    .writtenFor(QuarantineLog.DEFINITION)
                    .operation(Commit.Operation.WRITE)
                    .parameters(
                        Map.of("pipeline", pipeline.name(), "action", request.action().word()))
                    .build());
        requireIn(outcome, QuarantineLog.TABLE);
      }
    }
  }

  private static CommitOutcome event(
      EventLog events, CompiledPipeline pipeline, ReviewRequest request) {
    if (request.action() != Action.EXPIRE) {
      return events.append(action(pipeline, request));
    }
    return events.append(
        request.number(),
        request.at(),
        request.expired().stream()
            .map(
                each ->
                    new EventLog.ExpiredRows(
                        each.table(),
                        pipeline
                            .table(each.table())
                            .map(CompiledTable::quarantineName)
                            .orElse(each.table()),
                        each.before(),
                        each.rows(),
                        each.open()))
            .toList());
  }

  private static EventLog.UserAction action(CompiledPipeline pipeline, ReviewRequest request) {
    Map<String, Long> rows = new TreeMap<>();
    for (ReviewRequest.Rows each : request.rows()) {
      String name = pipeline.table(each.table()).map(QuarantineReader::name).orElse(each.table());
      rows.merge(name, Math.max(0, each.file().rows()), Long::sum);
    }
    return new EventLog.UserAction(
        request.number(),
        request.at(),
        request.action().word(),
        request.by(),
        request.reason(),
        rows);
  }

  private static void requireIn(CommitOutcome outcome, String table) {
    Optional<Problem> problem = outcome.problem(table);
    if (problem.isPresent()) {
      throw new NotWritten(problem.get());
    }
  }
}
