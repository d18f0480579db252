package io.lakebeam.event;

import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
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
 * The Delta table {@code event_log} of a lake: one row for each dataset of each epoch, with the
 * rows it got and what its rules said, and one for each flow of each update, in the shape and with
 * the names of Delta Live Tables' event log.
 */
public final class EventLog {
  public static final String TABLE = "event_log";

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
   * @param overBudget why tables are over their budgets, by table
   * @return what became of them; empty when there are none
   */
  public Optional<CommitOutcome> append(
      EpochResult result,
      List<FlowDefinition> definitions,
      List<ViewPlanning> plannings,
      List<String> changed,
      Map<String, String> overBudget) {
    if (result.datasets().isEmpty() && definitions.isEmpty()) {
      return Optional.empty();
    }
    try (DataFileWriter writer =
        new DataFileWriter(
            path, SCHEMA, List.of(), String.format(Locale.ROOT, "%08d", result.number()))) {
      for (FlowDefinition definition : definitions) {
        writer.write(row(result, definition));
      }
      for (ViewPlanning planning : plannings) {
        writer.write(row(result, planning));
      }
      for (String name : changed) {
        writer.write(
            change(
                result.number(),
                result.plannedAt(),
                "changed",
                "definition_changed",
                "INFO",
                name,
                String.format(
                    Locale.ROOT,
                    "%s %s: that applies from epoch %d on",
                    name,
                    isFiles(name) ? "have changed" : "is declared otherwise",
                    result.number())));
      }
      for (DatasetResult dataset : result.datasets()) {
        writer.write(row(result, dataset));
      }
      overBudget.forEach(
          (table, told) ->
              writer.write(
                  change(
                      result.number(),
                      result.finishedAt(),
                      "budget",
                      "budget_exceeded",
                      "WARN",
                      table,
                      table + ": " + told)));
      for (BadFile file : result.setAside()) {
        writer.write(row(result.number(), result.finishedAt(), file));
      }
      return Optional.of(commit(id + "/" + TABLE, result.number(), writer.finish()));
    }
  }

  /** What the files of a reference source are called, beside its declaration. */
  public static String files(String source) {
    return source + FILES;
  }

  private static boolean isFiles(String name) {
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
    try (DataFileWriter writer =
        new DataFileWriter(path, SCHEMA, List.of(), String.format(Locale.ROOT, "%08d", epoch))) {
      writer.write(row(epoch, Clock.systemUTC().instant(), skipped));
      String application =
          String.join("/", id, TABLE, skipped.slice().source(), skipped.slice().toString());
      return commit(application, epoch, writer.finish());
    }
  }

  /**
   * Appends an event for each source and dataset whose part of an epoch is computed of another
   * declaration than the one that the epoch was planned with. Once, however often it is called.
   *
   * @return what became of them
   */
  public CommitOutcome appendChanged(long epoch, List<String> names) {
    try (DataFileWriter writer =
        new DataFileWriter(path, SCHEMA, List.of(), String.format(Locale.ROOT, "%08d", epoch))) {
      for (String name : names) {
        writer.write(
            change(
                epoch,
                Clock.systemUTC().instant(),
                "inputs",
                "inputs_changed",
                "WARN",
                name,
                String.format(
                    Locale.ROOT,
                    "epoch %d is done again with %s %s than it was planned with",
                    epoch,
                    isFiles(name) ? "other" : "another declaration of",
                    name)));
      }
      return commit(id + "/" + TABLE + "/inputs", epoch, writer.finish());
    }
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
    try (DataFileWriter writer =
        new DataFileWriter(
            path, SCHEMA, List.of(), String.format(Locale.ROOT, "request-%08d", action.number()))) {
      writer.write(row(action));
      return commit(actions(), action.number(), writer.finish());
    }
  }

  /**
   * Appends the event that tables begin to be computed anew. Once, however often it is called.
   *
   * @param at when
   * @param by who
   * @return what became of it
   */
  public CommitOutcome append(FullRefresh refresh, Instant at, String by) {
    try (DataFileWriter writer = new DataFileWriter(path, SCHEMA, List.of(), refresh.id())) {
      writer.write(row(refresh, at, by));
      return commit(String.join("/", id, TABLE, refresh.id()), refresh.number(), writer.finish());
    }
  }

  private InternalRow row(FullRefresh refresh, Instant at, String by) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told =
        details.putObject("user_action").put("action", "FULL_REFRESH").put("user_name", by);
    refresh.asked().forEach(told.putArray("datasets")::add);
    refresh.tables().forEach(told.putArray("computed_anew")::add);
    return event(
        String.join("/", id, "user_action", refresh.id()),
        at,
        "user_action",
        "INFO",
        null,
        refresh.number(),
        String.format(
            Locale.ROOT,
            "%s asks to compute %s anew: from epoch %d on that is done with %s, beside what their"
                + " readers see",
            by.isEmpty() ? "somebody" : by,
            String.join(", ", refresh.asked()),
            refresh.number(),
            String.join(", ", refresh.tables())),
        details.toString());
  }

  private InternalRow row(UserAction action) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told =
        details
            .putObject("user_action")
            .put("action", action.action().toUpperCase(Locale.ROOT))
            .put("user_name", action.by())
            .put("request", action.number())
            .put("reason", action.reason().isEmpty() ? null : action.reason());
    ObjectNode rows = told.putObject("num_rows");
    action.rows().forEach(rows::put);
    long all = action.rows().values().stream().mapToLong(Long::longValue).sum();
    return event(
        String.join("/", id, "user_action", Long.toString(action.number())),
        action.at(),
        "user_action",
        "INFO",
        null,
        null,
        String.format(
            Locale.ROOT,
            "%s asks to %s %d refused row%s of %s (request %d)%s",
            action.by().isEmpty() ? "somebody" : action.by(),
            action.action(),
            all,
            all == 1 ? "" : "s",
            String.join(", ", action.rows().keySet()),
            action.number(),
            action.reason().isEmpty() ? "" : ": " + action.reason()),
        details.toString());
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
    try (DataFileWriter writer =
        new DataFileWriter(path, SCHEMA, List.of(), String.format(Locale.ROOT, "%08d", epoch))) {
      writer.write(row(epoch, Clock.systemUTC().instant(), found));
      return commit(columnsOf(found.source()), found.number(), writer.finish());
    }
  }

  private String columnsOf(String source) {
    return String.join("/", id, TABLE, "columns", source);
  }

  private InternalRow row(long epoch, Instant now, ColumnsFound found) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told = details.putObject("columns_found").put("source", found.source());
    found.columns().forEach(told.putArray("columns")::add);
    return event(
        String.join("/", id, "columns", found.source(), Long.toString(found.number())),
        now,
        "columns_found",
        "INFO",
        found.source(),
        epoch,
        "columns found in "
            + found.source()
            + ": "
            + String.join(", ", found.columns())
            + ", from epoch "
            + epoch
            + " on",
        details.toString());
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
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told =
        details
            .putObject("create_update")
            .put("mode", begun.mode())
            .put("cause", "USER_ACTION")
            .put("user_name", begun.by())
            .put("full_refresh", !begun.anew().isEmpty());
    begun.refreshed().forEach(told.putArray("refresh_selection")::add);
    begun.anew().forEach(told.putArray("full_refresh_selection")::add);
    try (DataFileWriter writer = new DataFileWriter(path, SCHEMA, List.of(), "update-" + update)) {
      writer.write(
          event(
              String.join("/", id, "update", update, "create_update"),
              begun.at(),
              "create_update",
              "INFO",
              null,
              null,
              String.format(
                  Locale.ROOT,
                  "update %s begins, %s%s%s",
                  update,
                  begun.mode().toLowerCase(Locale.ROOT),
                  begun.refreshed().isEmpty()
                      ? ""
                      : ", only " + String.join(", ", begun.refreshed()),
                  begun.by().isEmpty() ? "" : ", started by " + begun.by()),
              details.toString()));
      writer.write(progress("RUNNING", begun.at(), "INFO", "is running", null));
      return commit(updates(), 1, writer.finish());
    }
  }

  /**
   * Appends that this log's update has ended. Once, however often it is called.
   *
   * @param why it has failed; null otherwise
   * @return what became of it
   */
  public CommitOutcome append(UpdateState state, Instant at, @Nullable Problem why) {
    String told =
        why == null
            ? state == UpdateState.COMPLETED ? "is completed" : "was stopped"
            : "has failed: " + why.sentence();
    try (DataFileWriter writer = new DataFileWriter(path, SCHEMA, List.of(), "update-" + update)) {
      writer.write(progress(state.name(), at, why == null ? "INFO" : "ERROR", told, why));
      return commit(updates(), 2, writer.finish());
    }
  }

  private InternalRow progress(
      String state, Instant at, String level, String told, @Nullable Problem why) {
    ObjectNode details = MAPPER.createObjectNode();
    details.putObject("update_progress").put("state", state);
    return event(
        String.join("/", id, "update", update, state),
        at,
        "update_progress",
        level,
        null,
        null,
        "update " + update + " " + told,
        details.toString(),
        null,
        why);
  }

  private String updates() {
    return String.join("/", id, TABLE, "update", update);
  }

  private InternalRow change(
      long epoch, Instant at, String kind, String type, String level, String name, String told) {
    ObjectNode details = MAPPER.createObjectNode();
    details.putObject(type).put("name", name);
    return event(
        String.join("/", id, Long.toString(epoch), kind, name),
        at,
        type,
        level,
        name,
        epoch,
        told,
        details.toString());
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
    try (DataFileWriter writer =
        new DataFileWriter(path, SCHEMA, List.of(), String.format(Locale.ROOT, "%08d", epoch))) {
      writer.write(row(epoch, Clock.systemUTC().instant(), file));
      String application = String.join("/", id, TABLE, "set_aside", file.source(), file.path());
      return commit(application, epoch, writer.finish());
    }
  }

  private CommitOutcome commit(String application, long epoch, List<DataFile> files) {
    return DeltaTable.at(path)
        .commit(
            Commit.builder(application, epoch)
                .add(files)
                .writtenFor(DEFINITION)
                .operation(Commit.Operation.STREAMING_UPDATE)
                .build());
  }

  private InternalRow row(long epoch, Instant now, SkippedInput input) {
    Slice slice = input.slice();
    ObjectNode details = MAPPER.createObjectNode();
    slice.tell(
        details
            .putObject("input_skipped")
            .put("source", slice.source())
            .put("name", slice.toString()));
    return event(
        id + "/" + epoch + "/skipped/" + slice.source() + "/" + slice,
        now,
        "input_skipped",
        "WARN",
        null,
        epoch,
        slice + " (" + slice.described() + ") was gone and is skipped",
        details.toString());
  }

  private InternalRow row(long epoch, Instant now, BadFile file) {
    ObjectNode details = MAPPER.createObjectNode();
    details
        .putObject("input_set_aside")
        .put("source", file.source())
        .put("name", file.path())
        .put("error", file.error());
    return event(
        id + "/" + epoch + "/set_aside/" + file.source() + "/" + file.path(),
        now,
        "input_set_aside",
        "WARN",
        null,
        epoch,
        file.path() + " is set aside: " + file.error(),
        details.toString());
  }

  private InternalRow event(
      String event,
      Instant at,
      String type,
      String level,
      @Nullable String dataset,
      @Nullable Long epoch,
      String message,
      String details) {
    return event(event, at, type, level, dataset, epoch, message, details, null, null);
  }

  /**
   * @param flow that it is of; null for none
   * @param error the cause of a failure; null where there is none
   */
  private InternalRow event(
      String event,
      Instant at,
      String type,
      String level,
      @Nullable String dataset,
      @Nullable Long epoch,
      String message,
      String details,
      @Nullable String flow,
      @Nullable Problem error) {
    return row(
        event,
        at,
        type,
        level,
        pipeline,
        dataset,
        epoch,
        message,
        details,
        row(id, pipeline, update.isEmpty() ? null : update, dataset, flow, epoch),
        error == null ? null : error(error));
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

  private InternalRow row(EpochResult result, FlowDefinition definition) {
    return event(
        String.join(
            "/",
            id,
            String.valueOf(result.number()),
            "flow",
            definition.dataset(),
            String.valueOf(definition.number())),
        result.plannedAt(),
        "flow_definition",
        "INFO",
        definition.dataset(),
        result.number(),
        definition.message(),
        definition.details(),
        definition.flow(),
        null);
  }

  private InternalRow row(EpochResult result, ViewPlanning planning) {
    return event(
        String.join(
            "/", id, String.valueOf(result.number()), "planning_information", planning.view()),
        result.plannedAt(),
        "planning_information",
        "INFO",
        planning.view(),
        result.number(),
        planning.message(),
        planning.details());
  }

  private InternalRow row(EpochResult result, DatasetResult dataset) {
    return event(
        id + "/" + result.number() + "/" + dataset.dataset(),
        result.finishedAt(),
        "flow_progress",
        dataset.outcome().equals(BEHIND) ? "ERROR" : "METRICS",
        dataset.dataset(),
        result.number(),
        message(dataset),
        details(dataset).toString());
  }

  private static String message(DatasetResult dataset) {
    UpsertResult upserts = dataset.upserts();
    if (upserts.isThere()) {
      return String.format(
          Locale.ROOT,
          "%s: %d changes, %d rows upserted, %d deleted, %d changes late, %s",
          dataset.dataset(),
          dataset.in(),
          upserts.upserted(),
          upserts.deleted(),
          upserts.late(),
          dataset.outcome());
    }
    return String.format(
        Locale.ROOT,
        "%s: %d in, %d accepted, %d dropped%s, %d quarantined, %s",
        dataset.dataset(),
        dataset.in(),
        dataset.accepted(),
        dataset.dropped(),
        dataset.late() > 0 ? " (" + dataset.late() + " late)" : "",
        dataset.quarantined(),
        dataset.outcome());
  }

  private static ObjectNode details(DatasetResult dataset) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode progress = details.putObject("flow_progress");
    progress.put("status", dataset.outcome().equals(BEHIND) ? "FAILED" : "COMPLETED");
    ObjectNode metrics = progress.putObject("metrics");
    metrics.put("num_input_rows", dataset.in());
    metrics.put("num_output_rows", dataset.accepted());
    metrics.put("num_output_files", dataset.files());
    metrics.put("num_output_bytes", dataset.bytes());
    UpsertResult upserts = dataset.upserts();
    if (upserts.isThere()) {
      metrics.put("num_upserted_rows", upserts.upserted());
      metrics.put("num_deleted_rows", upserts.deleted());
      metrics.put("num_late_rows", upserts.late());
      metrics.put("num_tied_rows", upserts.tied());
    }
    ObjectNode quality = progress.putObject("data_quality");
    quality.put("dropped_records", dataset.dropped());
    quality.put("quarantined_records", dataset.quarantined());
    if (dataset.late() > 0) {
      quality.put("late_records", dataset.late());
    }
    ArrayNode expectations = quality.putArray("expectations");
    dataset
        .rules()
        .forEach(
            (name, rule) ->
                expectations
                    .addObject()
                    .put("name", name)
                    .put("dataset", dataset.dataset())
                    .put("passed_records", rule.passed())
                    .put("failed_records", rule.failed()));
    return details;
  }
}
