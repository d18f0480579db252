package io.lakebeam.event;

import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.epoch.PipelineNames;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.source.Backlog;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Slice;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The Delta table {@code event_log} of a lake: when updates begin and how they end, what each flow
 * computes, and one row for each dataset of each epoch, with the rows it got and what its rules
 * said, in the shape and with the names of Delta Live Tables' event log.
 */
public final class EventLog {
  public static final String TABLE = "event_log";

  /** What the names of files have in them that tell how an update began or ended. */
  private static final String UPDATE_STEM = "update-";

  /** The outcome of a view that an epoch could not bring up to date. */
  public static final String BEHIND = "behind";

  private static final String FILES = " (files)";
  private static final DataType ORIGIN =
      new DataType.Struct(
          List.of(
              Column.nullable("pipeline_id", STRING),
              Column.nullable("pipeline_name", STRING),
              Column.nullable("update_id", STRING),
              Column.nullable("dataset_name", STRING),
              Column.nullable("flow_name", STRING),
              Column.nullable("batch_id", BIGINT)));
  private static final DataType ERROR =
      new DataType.Struct(
          List.of(
              Column.nullable("fatal", BOOLEAN),
              Column.nullable(
                  "exceptions",
                  new DataType.Array(
                      new DataType.Struct(
                          List.of(
                              Column.nullable("class_name", STRING),
                              Column.nullable("message", STRING)))))));
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.required("id", STRING),
          Column.required("timestamp", TIMESTAMP),
          Column.required("event_type", STRING),
          Column.required("level", STRING),
          Column.required("pipeline_name", STRING),
          Column.nullable("dataset_name", STRING),
          Column.nullable("epoch", BIGINT),
          Column.nullable("message", STRING),
          Column.nullable("details", STRING),
          Column.nullable("origin", ORIGIN),
          Column.nullable("error", ERROR));

  private static final TableDefinition DEFINITION =
      new TableDefinition(
          SCHEMA,
          List.of(),
          "What each epoch did to each dataset",
          TableDefinition.LOG_KEPT_A_WEEK);

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Place path;
  private final String id;
  private final String pipeline;
  private final String update;

  /**
   * For events of no update.
   *
   * @param id of the pipeline: its events have it, so that each is there once whatever it is called
   * @param pipeline what it is called
   */
  public EventLog(Place lake, String id, String pipeline) {
    this(lake, id, pipeline, "");
  }

  /**
   * For events of an update.
   *
   * @param id of the pipeline: its events have it, so that each is there once whatever it is called
   * @param pipeline what it is called
   * @param update its id; empty for none
   */
  public EventLog(Place lake, String id, String pipeline, String update) {
    this.path = lake.child(TABLE);
    this.id = id;
    this.pipeline = pipeline;
    this.update = update;
  }

  /** True when the lake has one. */
  public boolean isThere() {
    return DeltaTable.at(path).latest().isPresent();
  }

  /** Makes the table if it is not there yet. */
  public void create() {
    DeltaTable.at(path).create(DEFINITION);
  }

  /**
   * Appends an epoch's events, once however often it is called.
   *
   * @param definitions of the pipeline's flows, when an update begins with this epoch
   * @param plannings how its views are kept up to date, likewise
   * @param changed sources and datasets that are declared otherwise than in the epoch before
   * @param backlogs what is behind the epoch of the sources that tables read, by table
   * @return what became of them; empty when there are none
   */
  public Optional<CommitOutcome> append(
      EpochResult result,
      List<FlowDefinition> definitions,
      List<ViewPlanning> plannings,
      List<String> changed,
      Map<String, Backlog> backlogs) {
    if (result.datasets().isEmpty() && definitions.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        append(
            id + "/" + TABLE,
            result.number(),
            stem(result.number()),
            EpochEvents.of(result, definitions, plannings, changed, backlogs)));
  }

  /** What the files of a reference source are called, beside its declaration. */
  public static String files(String source) {
    return source + FILES;
  }

  static boolean isFiles(String name) {
    return name.endsWith(FILES);
  }

  /**
   * Input that an epoch was to read, that is gone, and that somebody has told the update to skip.
   *
   * @param slice as it was planned
   */
  public record SkippedInput(Slice slice) {}

  /**
   * Appends an event for an input that an epoch goes without. Once for both, however often it is
   * called.
   *
   * @return what became of them
   */
  public CommitOutcome append(long epoch, SkippedInput skipped) {
    String application =
        String.join("/", id, TABLE, skipped.slice().source(), skipped.slice().toString());
    Event event = EpochEvents.of(epoch, Clock.systemUTC().instant(), skipped);
    return append(application, epoch, stem(epoch), List.of(event));
  }

  /**
   * Appends an event for each source and dataset whose part of an epoch is computed of another
   * declaration than the one that the epoch was planned with. Once, however often it is called.
   *
   * @return what became of them
   */
  public CommitOutcome appendChanged(long epoch, List<String> names) {
    Instant now = Clock.systemUTC().instant();
    return append(
        id + "/" + TABLE + "/inputs",
        epoch,
        stem(epoch),
        names.stream().map(name -> EpochEvents.inputsChanged(epoch, now, name)).toList());
  }

  /**
   * Fields of a source's data that have become columns of it.
   *
   * @param number of the ledger's record of them, of those of the source
   */
  public record ColumnsFound(String source, long number, List<String> columns) {}

  /**
   * What somebody has asked for.
   *
   * @param number of the pipeline's requests
   * @param at when
   * @param action in a word: {@code replay}
   * @param by who
   * @param reason why; empty when nothing was said
   * @param rows how many are meant, by table
   */
  public record UserAction(
      long number, Instant at, String action, String by, String reason, Map<String, Long> rows) {}

  /** The number of the last {@link UserAction} that is there; 0 for none. */
  public long lastUserAction() {
    return DeltaTable.at(path).transactionVersion(actions()).orElse(0);
  }

  private String actions() {
    return String.join("/", id, TABLE, "user_actions");
  }

  /**
   * Appends the event of what somebody has asked for. Once, however often it is called, as long as
   * those of lower numbers are appended before.
   *
   * @return what became of it
   */
  public CommitOutcome append(UserAction action) {
    String stem = String.format(Locale.ROOT, "request-%08d", action.number());
    return append(actions(), action.number(), stem, List.of(UserEvents.of(action)));
  }

  /**
   * Refused rows that are deleted.
   *
   * @param table that has refused them
   * @param quarantine that has them
   * @param before when they were refused, exclusive
   * @param rows how many there are
   * @param open those of them that nobody has closed for good
   */
  public record ExpiredRows(
      String table, String quarantine, Instant before, long rows, long open) {}

  /**
   * Appends an event for each table whose refused rows are deleted. Once, as of {@link
   * #append(UserAction)}, in whose order it is.
   *
   * @param request its number
   * @return what became of it
   */
  public CommitOutcome append(long request, Instant at, List<ExpiredRows> expired) {
    return append(
        actions(),
        request,
        String.format(Locale.ROOT, "request-%08d", request),
        expired.stream().map(each -> UserEvents.of(request, at, each)).toList());
  }

  /**
   * Appends the event that tables begin to be computed anew. Once, however often it is called.
   *
   * @param at when
   * @param by who
   * @return what became of it
   */
  public CommitOutcome append(FullRefresh refresh, Instant at, String by) {
    return append(
        String.join("/", id, TABLE, refresh.id()),
        refresh.number(),
        refresh.id(),
        List.of(UserEvents.of(refresh, at, by)));
  }

  /**
   * Appends that the pipeline got other names, each once, however often it is called.
   *
   * @param renamings all there were, the oldest first
   * @return what became of those that were not there
   */
  public List<CommitOutcome> append(List<PipelineNames.Renaming> renamings) {
    String application = String.join("/", id, TABLE, "names");
    long last = DeltaTable.at(path).transactionVersion(application).orElse(0);
    return renamings.stream()
        .filter(each -> each.number() > last)
        .map(each -> append(application, each.number(), "names", List.of(UserEvents.of(each))))
        .toList();
  }

  /**
   * What a command has taken out of a table that nobody needs.
   *
   * @param table its name
   * @param operation in a word: {@code VACUUM}
   * @param files how many
   * @param bytes how many
   */
  public record Maintenance(String table, String operation, long files, long bytes) {}

  /**
   * Appends an event for each table that was looked after, all in one commit.
   *
   * @param at when
   * @return what became of them
   */
  public CommitOutcome append(Instant at, List<Maintenance> done) {
    String application = String.join("/", id, TABLE, "maintenance");
    long number = DeltaTable.at(path).transactionVersion(application).orElse(0) + 1;
    return append(
        application,
        number,
        "maintenance",
        done.stream().map(each -> MaintenanceEvents.of(number, at, each)).toList());
  }

  /** The number of the last {@link ColumnsFound} of a source that is there; 0 for none. */
  public long lastColumnsFound(String source) {
    return DeltaTable.at(path).transactionVersion(columnsOf(source)).orElse(0);
  }

  /**
   * Appends an event of columns that were found. Once, however often it is called, as long as those
   * of lower numbers are appended before.
   *
   * @param epoch the first that has them
   * @return what became of it
   */
  public CommitOutcome append(long epoch, ColumnsFound found) {
    Event event = EpochEvents.of(epoch, Clock.systemUTC().instant(), found);
    return append(columnsOf(found.source()), found.number(), stem(epoch), List.of(event));
  }

  private String columnsOf(String source) {
    return String.join("/", id, TABLE, "columns", source);
  }

  /**
   * That an update begins to do epochs.
   *
   * @param mode {@code TRIGGERED} or {@code CONTINUOUS}
   * @param by who; empty when nobody knows
   * @param refreshed datasets that it is limited to; none for all
   * @param anew datasets that somebody has asked to compute anew
   */
  public record UpdateBegun(
      Instant at, String mode, String by, Set<String> refreshed, Set<String> anew) {}

  /** How an update ends, in the words of Delta Live Tables. */
  public enum UpdateState {
    COMPLETED,
    FAILED,
    CANCELED
  }

  /**
   * Appends that this log's update has begun: {@code create_update}, and {@code update_progress}
   * with RUNNING. Once, however often it is called.
   *
   * @return what became of it
   */
  public CommitOutcome append(UpdateBegun begun) {
    return append(updates(), 1, UPDATE_STEM + update, UpdateEvents.begun(update, begun));
  }

  /**
   * Appends that this log's update has ended. Once, however often it is called.
   *
   * @param why it has failed; null otherwise
   * @return what became of it
   */
  public CommitOutcome append(UpdateState state, Instant at, @Nullable Problem why) {
    Event event = UpdateEvents.ended(update, state, at, why);
    return append(updates(), 2, UPDATE_STEM + update, List.of(event));
  }

  /**
   * That events of lineage have not reached their receiver.
   *
   * @param events how many
   * @param why the first of them has not
   */
  public record LostLineage(Instant at, long events, String why) {}

  /**
   * Appends that this log's update could not tell its lineage. Once, however often it is called.
   *
   * @return what became of it
   */
  public CommitOutcome append(LostLineage lost) {
    return append(
        updates() + "/lineage", 1, "lineage-" + update, List.of(UpdateEvents.lost(update, lost)));
  }

  /** The number of the last event of a source's or dataset's {@link Freshness}; 0 for none. */
  public long lastFreshness(Freshness.Kind kind, String name) {
    return DeltaTable.at(path).transactionVersion(freshness(kind, name)).orElse(0);
  }

  /**
   * Appends that a source is silent or a dataset is not fresh, or that it is over. Once, however
   * often it is called.
   *
   * @param number one more than that of the last one: odd where it begins, even where it is over
   * @return what became of it
   */
  public CommitOutcome append(long number, Freshness freshness) {
    String application = freshness(freshness.kind(), freshness.name());
    String stem = String.format(Locale.ROOT, "fresh-%08d", number);
    return append(application, number, stem, List.of(FreshnessEvents.of(number, freshness)));
  }

  private String freshness(Freshness.Kind kind, String name) {
    return String.join("/", id, TABLE, kind.type(), name);
  }

  private String updates() {
    return String.join("/", id, TABLE, "update", update);
  }

  /**
   * Appends the event of a file that an earlier attempt at an epoch has set aside and that a later
   * one does not come across any more. Once for both, however often it is called, and not when all
   * events of the epoch are there.
   *
   * @return what became of it
   */
  public CommitOutcome append(long epoch, BadFile file) {
    if (DeltaTable.at(path).transactionVersion(id + "/" + TABLE).orElse(0) >= epoch) {
      return new CommitOutcome.AlreadyCommitted(epoch);
    }
    String application = String.join("/", id, TABLE, "set_aside", file.source(), file.path());
    Event event = EpochEvents.of(epoch, Clock.systemUTC().instant(), file);
    return append(application, epoch, stem(epoch), List.of(event));
  }

  /** What the names of an epoch's files begin with. */
  private static String stem(long epoch) {
    return String.format(Locale.ROOT, "%08d", epoch);
  }

  private CommitOutcome append(String application, long version, String stem, List<Event> events) {
    try (DataFileWriter writer = new DataFileWriter(path, SCHEMA, List.of(), stem)) {
      events.forEach(event -> writer.write(row(event)));
      return DeltaTable.at(path)
          .commit(
              Commit.builder(application, version)
                  .add(writer.finish())
                  .writtenFor(DEFINITION)
                  .operation(Commit.Operation.STREAMING_UPDATE)
                  .build());
    }
  }

  private InternalRow row(Event event) {
    String updateId = update.isEmpty() ? null : update;
    return row(
        id + "/" + event.id(),
        event.at(),
        event.type(),
        event.level(),
        pipeline,
        event.dataset(),
        event.epoch(),
        event.message(),
        event.details(),
        row(id, pipeline, updateId, event.dataset(), event.flow(), event.epoch()),
        event.error() == null ? null : error(event.error()));
  }

  private static String told(Problem problem) {
    return problem.sentence() + (problem.fix().isEmpty() ? "" : "; " + problem.fix());
  }

  private static InternalRow error(Problem problem) {
    InternalRow exception = row(problem.code().name(), told(problem));
    return row(true, new GenericArrayData(new Object[] {exception}));
  }

  /** With each value as rows hold it. */
  private static InternalRow row(@Nullable Object... values) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof String text) {
        values[i] = Utf8.of(text);
      } else if (values[i] instanceof Instant time) {
        values[i] = Microseconds.of(time);
      }
    }
    return new GenericInternalRow(values);
  }
}
