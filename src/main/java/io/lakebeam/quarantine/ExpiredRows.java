package io.lakebeam.quarantine;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.row.Microseconds;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Takes rows out of a quarantine that are too old, in one commit: files that have no others go,
 * files that have others too are written again without them. Doing it again changes nothing.
 */
final class ExpiredRows {
  /** Against others that write to the quarantine meanwhile. */
  private static final int ATTEMPTS = 5;

  private static final String REFUSED_AT = HiddenColumns.INGESTED_AT.name();

  private final CompiledPipeline pipeline;
  private final CompiledTable table;
  private final ReviewRequest.Expired expired;
  private final long request;
  private final long before;

  /**
   * @param request the number of the request that wants them deleted
   */
  ExpiredRows(
      CompiledPipeline pipeline, CompiledTable table, ReviewRequest.Expired expired, long request) {
    this.pipeline = pipeline;
    this.table = table;
    this.expired = expired;
    this.request = request;
    this.before = Microseconds.of(expired.before());
  }

  /** What of a quarantine's files gives way to what. */
  private record Change(List<DataFile> removed, List<DataFile> added, long rows) {}

  /** Deletes them, unless they are gone, or other rows are there since somebody looked. */
  CommitOutcome delete() {
    Place place = table.quarantinePath();
    DeltaTable quarantine = DeltaTable.at(place);
    CommitOutcome outcome = new CommitOutcome.AlreadyCommitted(request);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Snapshot> now = quarantine.latest();
      if (now.isEmpty()
          || quarantine.transactionVersion(application()).orElse(0) >= request
          || DecidedTables.refreshed(pipeline.id(), table) != expired.refreshed()) {
        return new CommitOutcome.AlreadyCommitted(request);
      }
      Change change = change(place, now.get());
      // More than were looked at: nobody has said of these rows that they go.
      if (change.removed().isEmpty() || change.rows() > expired.rows()) {
        return new CommitOutcome.AlreadyCommitted(request);
      }
      outcome = quarantine.commit(commit(now.get(), change));
      if (!(outcome instanceof CommitOutcome.Conflicted)) {
        return outcome;
      }
    }
    return outcome;
  }

  private String application() {
    return DecidedTables.application(pipeline.id(), table.quarantineName()) + "/expired";
  }

  private Commit commit(Snapshot now, Change change) {
    return Commit.builder(application(), request)
        .add(change.added())
        .remove(change.removed())
        .readFrom(now.version())
        .operation(Commit.Operation.DELETE)
        .parameters(
            Map.of(
                "pipeline",
                pipeline.name(),
                "predicate",
                REFUSED_AT + " < '" + expired.before() + "'"))
        .metrics(Map.of("numDeletedRows", change.rows()))
        .build();
  }

  private Change change(Place place, Snapshot now) {
    List<DataFile> removed = new ArrayList<>();
    List<DataFile> added = new ArrayList<>();
    long rows = 0;
    for (DataFile file : now.files()) {
      TimeRange times = TimeRange.of(file, REFUSED_AT);
      if (times.least() >= before) {
        continue;
      }
      boolean isWhole = times.greatest() < before && file.rows() != DataFile.UNKNOWN_ROWS;
      long old = isWhole ? file.rows() : old(place, now, file);
      if (old == 0) {
        continue;
      }
      rows += old;
      removed.add(file);
      if (!isWhole) {
        added.addAll(others(place, now, file));
      }
    }
    return new Change(removed, added, rows);
  }

  /** How many rows of a file are too old. */
  private long old(Place place, Snapshot now, DataFile file) {
    long old = 0;
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(place, file, now.schema(), List.of(REFUSED_AT))) {
      while (rows.hasNext()) {
        old += isOld(rows.next(), 0) ? 1 : 0;
      }
    }
    return old;
  }

  /** The other rows of a file, in files of their own, in their order: by it rows get their ids. */
  private List<DataFile> others(Place place, Snapshot now, DataFile file) {
    TableSchema schema = now.schema();
    int refusedAt = schema.names().indexOf(REFUSED_AT);
    try (CloseableIterator<InternalRow> rows =
            DataFileReader.read(place, file, schema, schema.names());
        DataFileWriter writer =
            new DataFileWriter(
                place,
                schema,
                now.partitionBy(),
                String.format(Locale.ROOT, "expired-%08d", request))) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        if (!isOld(row, refusedAt)) {
          writer.write(row);
        }
      }
      return writer.finish();
    }
  }

  private boolean isOld(InternalRow row, int refusedAt) {
    return !row.isNullAt(refusedAt) && row.getLong(refusedAt) < before;
  }
}
