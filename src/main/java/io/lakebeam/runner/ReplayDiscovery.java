package io.lakebeam.runner;

import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.epoch.ReviewRequests;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.Requests;
import java.util.ArrayList;
import java.util.List;

/**
 * The refused rows that somebody has asked to take again. Requests are planned in their order, one
 * after the other, a file at a time where they are large.
 */
final class ReplayDiscovery implements SourceDiscovery {
  private final CompiledPipeline pipeline;
  private final ReviewRequests requests;

  ReplayDiscovery(CompiledPipeline pipeline) {
    this.pipeline = pipeline;
    this.requests = new ReviewRequests(pipeline.lake(), pipeline.id());
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    return discover(Requests.requireRequests(since), Long.MAX_VALUE, maxRows);
  }

  @Override
  public Discovery discover(SourcePosition since, SourcePosition end, long maxRows) {
    return discover(
        Requests.requireRequests(since), Requests.requireRequests(end).request(), maxRows);
  }

  private Discovery discover(Requests since, long last, long maxRows) {
    List<Slice> slices = new ArrayList<>();
    Requests position = since;
    long rows = 0;
    for (ReviewRequest request : requests.after(since.request())) {
      if (request.number() > last) {
        break;
      }
      List<ReviewRequest.Rows> files =
          request.action() == Action.REPLAY ? request.rows() : List.of();
      int next = request.number() == since.request() + 1 ? since.files() : 0;
      for (; next < files.size(); next++) {
        ReviewRequest.Rows file = files.get(next);
        if (areRefused(file)) {
          if (!slices.isEmpty() && rows + size(file) > maxRows) {
            return new Discovery(slices, new Requests(request.number() - 1, next), true, List.of());
          }
          slices.add(new Slice.RefusedRows(file.table(), request.number(), file.file()));
          rows += size(file);
        }
      }
      position = new Requests(request.number(), 0);
    }
    return new Discovery(slices, position, false, List.of());
  }

  /** False for rows of a table that was computed anew since: what it refuses is other rows now. */
  private boolean areRefused(ReviewRequest.Rows rows) {
    return pipeline
        .table(rows.table())
        .filter(table -> DecidedTables.refreshed(pipeline.id(), table) == rows.refreshed())
        .isPresent();
  }

  private static long size(ReviewRequest.Rows rows) {
    return Math.max(1, rows.file().rows());
  }

  @Override
  public Discovery present(SourcePosition since) {
    Requests now = new Requests(requests.last(), 0);
    return new Discovery(List.of(), Requests.requireRequests(since).plus(now), false, List.of());
  }
}
