package io.lakebeam.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.lake.Condition;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.QuarantineLog.Outcome;
import io.lakebeam.pipeline.graph.flow.ReplayTrial;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.ReasonCounts;
import io.lakebeam.quarantine.Review;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.review.DeletedRow;
import io.lakebeam.review.RefusedRowJson;
import io.lakebeam.review.RowEdits;
import io.lakebeam.review.RowNote;
import io.lakebeam.review.RowReplay;
import io.lakebeam.review.SeenValues;
import io.lakebeam.row.RowJson;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.sql.RuleProgram;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page of refused rows, by the code of {@code lakebeam quarantine}. Values of masked columns
 * are never shown here.
 */
final class QuarantineApi {
  private static final Logger LOG = LoggerFactory.getLogger(QuarantineApi.class);

  private static final int SHOWN = 100;
  private static final int MOST_SHOWN = 10_000;
  private static final int MOST_REASONS = 200;

  /** An epoch of a run that is under way seldom takes longer; the next run does what is left. */
  private static final Duration MOST_WAIT = Duration.ofMinutes(2);

  private static final Comparator<QuarantinedRow> OLDEST =
      Comparator.comparing((QuarantinedRow row) -> row.plannedAt().orElse(Instant.EPOCH))
          .thenComparing(QuarantinedRow::table)
          .thenComparing(QuarantinedRow::position)
          .thenComparing(QuarantinedRow::id);

  private final ConsolePipeline pipeline;
  private final CompiledPipeline compiled;
  private final QuarantineReader reader;
  private final Masks masks;

  QuarantineApi(ConsolePipeline pipeline) {
    this.pipeline = pipeline;
    this.compiled = pipeline.compiled();
    this.reader = new QuarantineReader(compiled);
    this.masks = Masks.of(compiled);
  }

  /** Which rows are meant, as parameters or members of a body say. */
  private record Chosen(
      RowFilter filter, String status, String error, Set<String> ids, Masks masks) {
    Predicate<QuarantinedRow> over(RowStates states) {
      return row ->
          (ids.isEmpty() || ids.contains(row.id())) && states.of(row).isIn(status) && hasError(row);
    }

    /** By the error as it is shown: nobody finds out what is masked by asking for it. */
    private boolean hasError(QuarantinedRow row) {
      return error.isEmpty()
          || masks
              .of(row)
              .error()
              .toLowerCase(Locale.ROOT)
              .contains(error.toLowerCase(Locale.ROOT));
    }
  }

  /** Refused rows, the newest first, with how many there are, and why. */
  JsonNode rows(Request request) {
    Chosen chosen = chosen(name -> request.text(name), Set.of());
    int limit = Math.max(1, request.number("limit", SHOWN, MOST_SHOWN));
    RowStates states = RowStates.of(compiled);
    Predicate<QuarantinedRow> isMeant = chosen.over(states);
    PriorityQueue<QuarantinedRow> newest = new PriorityQueue<>(OLDEST);
    ReasonCounts counts = new ReasonCounts();
    long[] found = {0, 0};
    reader.read(
        chosen.filter(),
        true,
        row -> {
          if (!isMeant.test(row)) {
            return;
          }
          QuarantinedRow shown = masks.of(row);
          boolean isOpen = states.of(row).status() == RowStates.Status.OPEN;
          found[0]++;
          found[1] += isOpen ? 1 : 0;
          counts.add(shown, isOpen);
          newest.add(shown);
          if (newest.size() > limit) {
            newest.remove();
          }
        });
    List<QuarantinedRow> rows = new ArrayList<>(newest);
    rows.sort(OLDEST.reversed());
    ObjectNode root =
        ConsoleApi.MAPPER.createObjectNode().put("found", found[0]).put("open", found[1]);
    root.put("failed", reader.failed()).put("failure", masks.failure(reader.firstFailure()));
    reader.tables().keySet().forEach(root.putArray("tables")::add);
    RowStates.State.words().forEach(root.putArray("states")::add);
    ArrayNode reasons = root.putArray("reasons");
    counts.reasons().stream().limit(MOST_REASONS).forEach(each -> reasons.add(json(each)));
    ArrayNode all = root.putArray("rows");
    rows.forEach(
        row -> all.add(RefusedRowJson.of(row, states.of(row)).put("_reason", row.reason())));
    return root;
  }

  private static ObjectNode json(ReasonCounts.Reason reason) {
    ObjectNode node =
        ConsoleApi.MAPPER
            .createObjectNode()
            .put("table", reason.table())
            .put("reason", reason.reason())
            .put("is_rule", reason.isRule())
            .put("rows", reason.count().rows())
            .put("open", reason.count().open());
    ObjectNode days = node.putObject("days");
    reason.count().days().forEach((day, rows) -> days.put(day.toString(), rows));
    return node;
  }

  /** A row, with what its rules have seen, and what became of it. */
  JsonNode row(String id) {
    QuarantinedRow stored =
        find(id)
            .orElseThrow(
                () ->
                    new RefusedRequestException(
                        404,
                        DeletedRow.told(compiled, id).orElse("there is no refused row " + id)));
    QuarantinedRow row = masks.of(stored);
    RowStates.State state = masks.of(stored, RowStates.of(compiled).of(stored));
    ObjectNode root = RefusedRowJson.of(row, state).put("_reason", row.reason());
    ArrayNode may = root.putArray("_may");
    Arrays.stream(Action.values()).filter(state::allows).forEach(action -> may.add(action.word()));
    root.put("_is_row", stored.values().values().stream().anyMatch(value -> value != null));
    CompiledTable table = reader.tables().get(row.table());
    ObjectNode types = root.putObject("_types");
    table.columns().columns().forEach(each -> types.put(each.name(), each.type().sql()));
    ArrayNode hidden = root.putArray("_masked");
    table.columns().names().stream()
        .filter(column -> masks.hide(table.quarantineName(), column))
        .forEach(hidden::add);
    ArrayNode rules = root.putArray("_rules");
    for (String name : row.failedRules()) {
      ObjectNode rule = rules.addObject().put("name", name);
      Optional<Expectation> known =
          table.rules().stream().filter(each -> each.name().equals(name)).findFirst();
      if (known.isPresent()) {
        rule.put("condition", known.get().condition().strip().replaceAll("\\s+", " "));
        ObjectNode seen = rule.putObject("seen");
        SeenValues.of(known.get(), row)
            .forEach((column, value) -> seen.set(column, RowJson.value(value)));
      }
    }
    ArrayNode history = root.putArray("_history");
    for (RowStates.Step step : state.steps()) {
      history
          .addObject()
          .put("request", step.request())
          .put("outcome", step.outcome().word().replace('_', ' '))
          .put("epoch", step.epoch().orElse(null))
          .put("at", step.at().toString())
          .put("by", step.by())
          .put("reason", step.reason())
          .put("correction", step.correction())
          .put("error", step.error());
    }
    return root;
  }

  private Optional<QuarantinedRow> find(String id) {
    List<QuarantinedRow> found = new ArrayList<>();
    if (!id.isBlank()) {
      reader.read(
          RowFilter.ofId(id),
          true,
          row -> {
            if (row.id().equals(id)) {
              found.add(row);
            }
          });
    }
    return found.stream().findFirst();
  }

  /**
   * Tries a replay, or asks for something.
   *
   * @param what {@code try}, {@code replay}, {@code discard} or {@code reopen}
   */
  JsonNode decide(String what, Request request) {
    Set<String> ids = new LinkedHashSet<>();
    request.body().path("ids").forEach(id -> ids.add(id.asText()));
    JsonNode filter = request.body().path("filter");
    if (ids.isEmpty() && !filter.isObject()) {
      throw new UsageException("say which rows: ids, or a filter");
    }
    Chosen chosen = chosen(name -> filter.path(name).asText("").strip(), ids);
    return switch (what) {
      case "try" -> tried(replay(chosen, request), request);
      case "replay" -> {
        RowReplay replay = replay(chosen, request);
        Optional<ReviewRequest> asked = review(request).replay(replay::rows);
        asked.ifPresent(each -> carryOut(each.number()));
        yield asked(asked, replay.closed());
      }
      case "discard" -> note(chosen, Action.DISCARD, request);
      case "reopen" -> note(chosen, Action.REOPEN, request);
      default -> throw RefusedRequestException.notFound("such action");
    };
  }

  private Review review(Request request) {
    String by = request.given("by");
    String reason = request.given("reason");
    if (by.isEmpty() || reason.isEmpty()) {
      throw new UsageException("say who asks for it, and why: both are kept with the rows");
    }
    return new Review(compiled, pipeline.clock(), by, reason);
  }

  private RowReplay replay(Chosen chosen, Request request) {
    Map<String, String> corrections = new LinkedHashMap<>();
    request
        .body()
        .path("correct")
        .properties()
        .forEach(
            each ->
                corrections.put(
                    each.getKey(), each.getValue().isNull() ? "NULL" : each.getValue().asText()));
    return new RowReplay(
        compiled,
        reader,
        chosen.filter(),
        chosen::over,
        new RowEdits(compiled, masks, corrections, Map.of()));
  }

  private ObjectNode tried(RowReplay replay, Request request) {
    Map<String, ReplayTrial> trials = replay.tried(masks, pipeline.clock());
    ObjectNode root = ConsoleApi.MAPPER.createObjectNode();
    ObjectNode tables = root.putObject("tables");
    trials.forEach(
        (table, trial) -> {
          ObjectNode node = tables.putObject(table);
          ObjectNode outcomes = node.putObject("outcomes");
          trial.outcomes().forEach((outcome, rows) -> outcomes.put(word(outcome), rows));
          ObjectNode errors = node.putObject("errors");
          trial.errors().forEach(errors::put);
          ObjectNode below = node.putObject("refused_below");
          trial.refusedBelow().forEach(below::put);
        });
    return root.put("closed", replay.closed());
  }

  private static String word(Outcome outcome) {
    return outcome.word().replace('_', ' ');
  }

  private ObjectNode note(Chosen chosen, Action action, Request request) {
    RowNote note = new RowNote(reader, chosen.filter(), chosen::over, action);
    return asked(review(request).note(action, note::rows), note.others());
  }

  private static ObjectNode asked(Optional<ReviewRequest> request, long others) {
    return ConsoleApi.MAPPER
        .createObjectNode()
        .put("request", request.map(ReviewRequest::number).orElse(null))
        .put("rows", request.map(ReviewRequest::count).orElse(0L))
        .put("others", others);
  }

  /** Beside the answer: the page sees in the rows' states what comes of it. */
  private void carryOut(long request) {
    CompletableFuture.runAsync(
        () -> {
          try {
            RowReplay.carryOut(
                compiled,
                request,
                RunnerProfile.DIRECT,
                new UpdateListener() {
                  @Override
                  public void warning(String text) {
                    LOG.warn("{}", text);
                  }
                },
                pipeline.clock(),
                MOST_WAIT,
                () -> {});
            Review.forgetRows(compiled);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } catch (RuntimeException e) {
            // What is asked for holds; the update's failure is in the event log.
            LOG.warn("rows are not taken again yet: {}", e.getMessage());
          }
        });
  }

  private Chosen chosen(Function<String, String> given, Set<String> ids) {
    Set<String> tables = words(given.apply("table"));
    for (String table : tables) {
      if (!reader.tables().containsKey(table)) {
        throw new UsageException("the pipeline has no quarantine of a table " + table);
      }
    }
    String status = given.apply("status");
    if (!RowStates.State.isKnown(status)) {
      throw new UsageException("there is no state " + status);
    }
    String where = given.apply("where");
    if (!where.isEmpty() && tables.size() != 1) {
      throw new UsageException("a condition is over the columns of one table: choose it");
    }
    Optional<Function<TableSchema, RuleProgram>> condition =
        where.isEmpty()
            ? Optional.empty()
            : Optional.of(schema -> condition(where, schema, tables.iterator().next()));
    String epoch = given.apply("epoch");
    if (!epoch.matches("[0-9]{0,18}")) {
      throw new UsageException("an epoch is a whole number, not '" + epoch + "'");
    }
    return new Chosen(
        new RowFilter(
            tables,
            words(given.apply("rule")),
            given.apply("source"),
            given.apply("position"),
            Request.time("since", given.apply("since")),
            Request.time("until", given.apply("until")),
            epoch.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(epoch)),
            "",
            "",
            condition),
        status,
        given.apply("error"),
        ids,
        masks);
  }

  /** Who may not see a value may not ask for it either. */
  private RuleProgram condition(String where, TableSchema schema, String table) {
    Condition condition = Condition.of(where, schema);
    CompiledTable of = reader.tables().get(table);
    String quarantine = of.quarantineName();
    boolean hidesAny =
        of.columns().names().stream().anyMatch(column -> masks.hide(quarantine, column));
    for (String column : condition.reads(List.of())) {
      boolean isOfRecord = hidesAny && DataApi.OF_RECORD.contains(column);
      if (isOfRecord || masks.hide(quarantine, column)) {
        throw new UsageException(
            "the values of " + column + " are masked: no condition reads them");
      }
    }
    return condition.over(schema);
  }

  private static Set<String> words(String text) {
    Set<String> words = new LinkedHashSet<>();
    for (String each : text.split(",")) {
      if (!each.isBlank()) {
        words.add(each.strip());
      }
    }
    return words;
  }
}
