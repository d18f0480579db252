package io.lakebeam.event;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.BudgetResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import io.lakebeam.source.Backlog;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Slice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the event log says of epochs: what they read, compute and add, and by which declarations.
 */
final class EpochEvents {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private EpochEvents() {}

  /** Those of an epoch that is done, with what is said when an update begins with it. */
  static List<Event> of(
      EpochResult result,
      List<FlowDefinition> definitions,
      List<ViewPlanning> plannings,
      List<String> changed,
      Map<String, Backlog> backlogs) {
    List<Event> events = new ArrayList<>();
    definitions.forEach(definition -> events.add(of(result, definition)));
    plannings.forEach(planning -> events.add(of(result, planning)));
    for (String name : changed) {
      events.add(
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
                  EventLog.isFiles(name) ? "have changed" : "is declared otherwise",
                  result.number())));
    }
    for (DatasetResult dataset : result.datasets()) {
      Backlog backlog = backlogs.getOrDefault(dataset.dataset(), Backlog.NONE_KNOWN);
      events.add(of(result, dataset, backlog));
    }
    result.budgets().stream()
        .filter(BudgetResult::isTold)
        .forEach(budget -> events.add(of(result, budget)));
    result.setAside().forEach(file -> events.add(of(result.number(), result.finishedAt(), file)));
    return events;
  }

  /** That an epoch is computed of another declaration than it was planned with. */
  static Event inputsChanged(long epoch, Instant now, String name) {
    return change(
        epoch,
        now,
        "inputs",
        "inputs_changed",
        "WARN",
        name,
        String.format(
            Locale.ROOT,
            "epoch %d is done again with %s %s than it was planned with",
            epoch,
            EventLog.isFiles(name) ? "other" : "another declaration of",
            name));
  }

  /**
   * That fields have become columns.
   *
   * @param epoch the first that has them
   */
  static Event of(long epoch, Instant now, EventLog.ColumnsFound found) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told = details.putObject("columns_found").put("source", found.source());
    found.columns().forEach(told.putArray("columns")::add);
    return new Event(
        String.join("/", "columns", found.source(), Long.toString(found.number())),
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

  /** That a budget is exceeded, and the epoch goes on. */
  private static Event of(EpochResult result, BudgetResult budget) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode told = details.putObject("budget_exceeded").put("name", budget.table());
    String id = String.join("/", Long.toString(result.number()), "budget", budget.table());
    if (!budget.rule().isEmpty()) {
      told.put("rule", budget.rule());
      id += "/" + budget.rule();
    }
    return new Event(
        id,
        result.finishedAt(),
        "budget_exceeded",
        "WARN",
        budget.table(),
        result.number(),
        budget.name() + ": " + budget.excess(),
        details.toString());
  }

  private static Event change(
      long epoch, Instant at, String kind, String type, String level, String name, String told) {
    ObjectNode details = MAPPER.createObjectNode();
    details.putObject(type).put("name", name);
    return new Event(
        String.join("/", Long.toString(epoch), kind, name),
        at,
        type,
        level,
        name,
        epoch,
        told,
        details.toString());
  }

  /** That an epoch goes without input that is gone. */
  static Event of(long epoch, Instant now, EventLog.SkippedInput input) {
    Slice slice = input.slice();
    ObjectNode details = MAPPER.createObjectNode();
    slice.tell(
        details
            .putObject("input_skipped")
            .put("source", slice.source())
            .put("name", slice.toString()));
    return new Event(
        epoch + "/skipped/" + slice.source() + "/" + slice,
        now,
        "input_skipped",
        "WARN",
        null,
        epoch,
        slice + " (" + slice.described() + ") was gone and is skipped",
        details.toString());
  }

  /** That a file is set aside. */
  static Event of(long epoch, Instant now, BadFile file) {
    ObjectNode details = MAPPER.createObjectNode();
    details
        .putObject("input_set_aside")
        .put("source", file.source())
        .put("name", file.path())
        .put("error", file.error());
    return new Event(
        epoch + "/set_aside/" + file.source() + "/" + file.path(),
        now,
        "input_set_aside",
        "WARN",
        null,
        epoch,
        file.path() + " is set aside: " + file.error(),
        details.toString());
  }

  private static Event of(EpochResult result, FlowDefinition definition) {
    return new Event(
        String.join(
            "/",
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

  private static Event of(EpochResult result, ViewPlanning planning) {
    return new Event(
        String.join("/", String.valueOf(result.number()), "planning_information", planning.view()),
        result.plannedAt(),
        "planning_information",
        "INFO",
        planning.view(),
        result.number(),
        planning.message(),
        planning.details());
  }

  private static Event of(EpochResult result, DatasetResult dataset, Backlog backlog) {
    return new Event(
        result.number() + "/" + dataset.dataset(),
        result.finishedAt(),
        "flow_progress",
        dataset.outcome().equals(EventLog.BEHIND) ? "ERROR" : "METRICS",
        dataset.dataset(),
        result.number(),
        message(dataset),
        details(dataset, backlog).toString());
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
        "%s: %d in, %d accepted, %d dropped%s%s, %d quarantined, %s",
        dataset.dataset(),
        dataset.in(),
        dataset.accepted(),
        dataset.dropped(),
        dataset.late() > 0 ? " (" + dataset.late() + " late)" : "",
        dataset.duplicates() > 0 ? ", " + dataset.duplicates() + " duplicates" : "",
        dataset.quarantined(),
        dataset.outcome());
  }

  private static ObjectNode details(DatasetResult dataset, Backlog backlog) {
    ObjectNode details = MAPPER.createObjectNode();
    ObjectNode progress = details.putObject("flow_progress");
    progress.put("status", dataset.outcome().equals(EventLog.BEHIND) ? "FAILED" : "COMPLETED");
    ObjectNode metrics = progress.putObject("metrics");
    metrics.put("num_input_rows", dataset.in());
    metrics.put("num_output_rows", dataset.accepted());
    if (dataset.duplicates() > 0) {
      metrics.put("num_duplicate_rows", dataset.duplicates());
    }
    metrics.put("num_output_files", dataset.files());
    metrics.put("num_output_bytes", dataset.bytes());
    UpsertResult upserts = dataset.upserts();
    if (upserts.isThere()) {
      metrics.put("num_upserted_rows", upserts.upserted());
      metrics.put("num_deleted_rows", upserts.deleted());
      metrics.put("num_late_rows", upserts.late());
      metrics.put("num_tied_rows", upserts.tied());
    }
    put(metrics, "backlog_records", backlog.records());
    put(metrics, "backlog_files", backlog.files());
    put(metrics, "backlog_bytes", backlog.bytes());
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

  private static void put(ObjectNode metrics, String name, long backlog) {
    if (backlog != Backlog.UNKNOWN) {
      metrics.put(name, backlog);
    }
  }
}
