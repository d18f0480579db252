package io.lakebeam.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.Changes;
import io.lakebeam.delta.ChangesGoneException;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.HistoryEntry;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.Problem;
import io.lakebeam.lake.Condition;
import io.lakebeam.lake.LakeQuery;
import io.lakebeam.lake.LakeTable;
import io.lakebeam.lake.LakeTables;
import io.lakebeam.lake.MatchingRows;
import io.lakebeam.lake.OrderBy;
import io.lakebeam.lake.ShownRows;
import io.lakebeam.lake.TableRows;
import io.lakebeam.lake.UsageException;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.RowJson;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.spec.dlt.SqlScript;
import io.lakebeam.sql.InvalidQueryException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The page of data: rows of tables, what each version changed, and queries. */
final class DataApi {
  private static final int SHOWN = 100;
  private static final int MOST_SHOWN = 10_000;
  private static final int VERSIONS = 50;
  private static final int MOST_VERSIONS = 1_000;
  private static final int MOST_QUERY_TEXT = 20_000;

  /** What a query joins, groups and sorts is in memory. */
  private static final Semaphore QUERIES = new Semaphore(2);

  /** Whole numbers beyond these lose digits in a browser. */
  private static final long MOST_EXACT = (1L << 53) - 1;

  private static final String QUERY = "<query>";

  /** Columns of a quarantine with what a record was, as it came. */
  static final Set<String> OF_RECORD = Set.of("_raw", "_raw_bytes", "_error", "_rescued");

  private final ConsolePipeline pipeline;
  private final LakeTables tables;
  private final Masks masks;

  DataApi(ConsolePipeline pipeline) {
    this.pipeline = pipeline;
    this.tables = new LakeTables(pipeline.compiled().spec());
    this.masks = Masks.of(pipeline.compiled());
  }

  private LakeTable open(String name) {
    if (tables.named(name).isEmpty()) {
      throw RefusedRequestException.notFound("table " + name);
    }
    return tables.open(tables.named(name).get());
  }

  /** Rows of a table, as it is or was. */
  JsonNode rows(String name, Request request) {
    if (name.isEmpty()) {
      return all();
    }
    LakeTable now = open(name);
    LakeTable table = request.whole("version").map(version -> at(now, version)).orElse(now);
    int limit = Math.max(1, request.number("limit", SHOWN, MOST_SHOWN));
    List<Column> columns = table.snapshot().schema().columns();
    List<String> names = columns.stream().map(Column::name).toList();
    String order = request.text("order");
    for (Column column : columns) {
      if (hides(table.name(), column.name()) && isOrderedBy(order, column.name())) {
        throw new UsageException(
            "the values of " + column.name() + " are masked: no order is by them");
      }
    }
    Optional<OrderBy> by =
        order.isEmpty()
            ? Optional.empty()
            : Optional.of(new OrderBy(Arrays.asList(order.split(",")), table.snapshot().schema()));
    ShownRows shown = new ShownRows(limit, by.map(each -> each.over(table.snapshot().schema())));
    ObjectNode root = root(table);
    String where = request.text("where");
    if (where.isEmpty()) {
      try (TableRows rows = new TableRows(table, names)) {
        while (!shown.isFull() && rows.hasNext()) {
          shown.add(by.isPresent() ? rows.next().copy() : rows.next());
        }
      }
    } else {
      Condition condition = Condition.of(where, table.snapshot().schema());
      requireNothingHidden(table.name(), condition);
      MatchingRows.Failed failed = MatchingRows.take(table, condition, names, shown);
      root.put("failed", failed.rows()).put("failure", masks.failure(failed.first()));
    }
    columns(root, columns, tables.onlyByName(table));
    ArrayNode rows = root.putArray("rows");
    for (InternalRow row : shown.rows()) {
      Map<String, @Nullable Object> values =
          masks.stored(table.name(), JavaValues.of(row, columns));
      ArrayNode cells = rows.addArray();
      values.values().forEach(value -> cells.add(cell(value)));
    }
    return root;
  }

  /** True when a column has masked values, or a record or an error that may hold them. */
  private boolean hides(String table, String column) {
    return masks.hide(table, column) || (OF_RECORD.contains(column) && masked().contains(table));
  }

  private static boolean isOrderedBy(String order, String column) {
    return Arrays.stream(order.split(","))
        .map(each -> each.strip().replaceFirst("(?i)\\s+(asc|desc)$", ""))
        .anyMatch(column::equalsIgnoreCase);
  }

  /** Who may not see a value may not ask for it either. */
  private void requireNothingHidden(String table, Condition condition) {
    for (String column : condition.reads(List.of())) {
      if (hides(table, column)) {
        throw new UsageException(
            "the values of " + column + " are masked: no condition reads them");
      }
    }
  }

  private JsonNode all() {
    ObjectNode root = ConsoleApi.MAPPER.createObjectNode();
    ArrayNode all = root.putArray("tables");
    for (String name : tables.names()) {
      Optional<Snapshot> snapshot = tables.find(name).map(LakeTable::snapshot);
      if (snapshot.isPresent()) {
        all.addObject()
            .put("name", name)
            .put("kind", tables.kind(name))
            .put("rows", snapshot.get().rows().orElse(null))
            .put("bytes", snapshot.get().bytes())
            .put("version", snapshot.get().version());
      }
    }
    return root;
  }

  private static LakeTable at(LakeTable table, long version) {
    if (version > table.snapshot().version()) {
      throw RefusedRequestException.notFound("version " + version + " of " + table.name());
    }
    return new LakeTable(table.name(), table.table(), table.table().at(version), table.pipeline());
  }

  private static ObjectNode root(LakeTable table) {
    return ConsoleApi.MAPPER
        .createObjectNode()
        .put("table", table.name())
        .put("version", table.snapshot().version())
        .put("total", table.snapshot().rows().orElse(null));
  }

  private static void columns(ObjectNode root, List<Column> columns, Set<String> hidden) {
    ArrayNode into = root.putArray("columns");
    for (Column column : columns) {
      into.addObject()
          .put("name", column.name())
          .put("type", column.type().sql())
          .put("hidden", hidden.contains(column.name()));
    }
  }

  private static JsonNode cell(@Nullable Object value) {
    return value instanceof Long number && Math.abs(number) > MOST_EXACT
        ? RowJson.value(number.toString())
        : value instanceof BigDecimal exact
            ? RowJson.value(exact.toPlainString())
            : RowJson.value(value);
  }

  /** The versions of a table, the newest first. */
  JsonNode versions(String name, Request request) {
    LakeTable table = open(name);
    ObjectNode root = root(table);
    root.set("versions", history(table.table(), request.number("limit", VERSIONS, MOST_VERSIONS)));
    return root;
  }

  static ArrayNode history(DeltaTable table, int most) {
    ArrayNode versions = ConsoleApi.MAPPER.createArrayNode();
    for (HistoryEntry entry : table.history(most)) {
      versions
          .addObject()
          .put("version", entry.version())
          .put("at", entry.timestamp().toString())
          .put("operation", entry.operation())
          .put("rows", entry.metrics().get("numOutputRows"))
          .put(
              "files",
              entry.metrics().getOrDefault("numAddedFiles", entry.metrics().get("numFiles")))
          .put(
              "epoch",
              Optional.ofNullable(entry.parameters().get("epoch")).orElse("").replace("\"", ""))
          .put("engine", entry.engine());
    }
    return versions;
  }

  /** Rows that a version has added and removed; those of files that it wrote again are both. */
  JsonNode changes(String name, Request request) {
    LakeTable table = open(name);
    long version = request.whole("version").orElse(table.snapshot().version());
    LakeTable then = at(table, version);
    ObjectNode root = root(then);
    List<Column> columns = then.snapshot().schema().columns();
    columns(root, columns, tables.onlyByName(table));
    List<String> added = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    int limit = request.number("limit", SHOWN, MOST_SHOWN);
    try {
      Changes changes =
          version == 0
              ? new Changes(-1, 0, then.snapshot().files(), List.of())
              : table.table().changes(version - 1, version);
      added = rows(then, changes.added(), columns, limit);
      removed = rows(then, changes.removed(), columns, limit);
    } catch (ChangesGoneException e) {
      root.put("gone", true);
    }
    // What is in both was only written again.
    List<String> both = new ArrayList<>();
    for (String row : added) {
      if (removed.remove(row)) {
        both.add(row);
      }
    }
    both.forEach(added::remove);
    root.set("added", parsed(added));
    root.set("removed", parsed(removed));
    return root.put("kept", both.size()).put("limit", limit);
  }

  private List<String> rows(LakeTable table, List<DataFile> files, List<Column> columns, int most) {
    List<String> rows = new ArrayList<>();
    List<String> names = columns.stream().map(Column::name).toList();
    for (DataFile file : files) {
      try (CloseableIterator<InternalRow> all =
          DataFileReader.read(table.table().place(), file, table.snapshot().schema(), names)) {
        while (all.hasNext() && rows.size() < most) {
          ArrayNode cells = ConsoleApi.MAPPER.createArrayNode();
          masks
              .stored(table.name(), JavaValues.of(all.next(), columns))
              .values()
              .forEach(value -> cells.add(cell(value)));
          rows.add(cells.toString());
        }
      }
    }
    return rows;
  }

  private static ArrayNode parsed(List<String> rows) {
    ArrayNode all = ConsoleApi.MAPPER.createArrayNode();
    for (String row : rows) {
      try {
        all.add(ConsoleApi.MAPPER.readTree(row));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
    }
    return all;
  }

  /** The rows of a query. */
  JsonNode query(Request request) {
    String text = request.given("sql");
    if (text.length() > MOST_QUERY_TEXT) {
      throw new UsageException("a query has " + MOST_QUERY_TEXT + " characters at most");
    }
    SqlScript script = SqlScript.of(QUERY, text);
    if (script.unclosed().isPresent()) {
      throw refused(script.unclosed().get());
    }
    if (script.statements().size() != 1) {
      throw new UsageException("write one SELECT");
    }
    int limit = Math.max(1, Math.min(MOST_SHOWN, request.body().path("limit").asInt(1_000)));
    acquire(pipeline.queryTime());
    try {
      LakeQuery query;
      try {
        query =
            LakeQuery.of(tables.without(masked()), script.statements().get(0).text(), limit + 1);
      } catch (InvalidQueryException e) {
        throw refused(e.problems().get(0));
      }
      List<Column> columns = query.columns();
      ObjectNode root = ConsoleApi.MAPPER.createObjectNode();
      columns(root, columns, Set.of());
      ArrayNode rows = root.putArray("rows");
      boolean[] isCut = {false};
      long begun = System.nanoTime();
      query.run(
          Optional.of(pipeline.queryTime()),
          row -> {
            if (rows.size() == limit) {
              isCut[0] = true;
              return;
            }
            ArrayNode cells = rows.addArray();
            for (int i = 0; i < columns.size(); i++) {
              cells.add(cell(JavaValues.at(row, i, columns.get(i).type())));
            }
          });
      return root.put("cut", isCut[0])
          .put("millis", Duration.ofNanos(System.nanoTime() - begun).toMillis());
    } finally {
      QUERIES.release();
    }
  }

  private static void acquire(Duration most) {
    try {
      if (QUERIES.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new RefusedRequestException(503, "others ask for something: ask again in a moment");
  }

  /** Quarantines with masked columns: a query would show their values. */
  private Set<String> masked() {
    Set<String> masked = new TreeSet<>();
    pipeline
        .compiled()
        .streamingTables()
        .forEach(
            table -> {
              boolean hidesAny =
                  table.columns().names().stream()
                      .anyMatch(column -> masks.hide(table.quarantineName(), column));
              if (hidesAny) {
                masked.add(table.quarantineName());
              }
            });
    return masked;
  }

  private static UsageException refused(Problem problem) {
    String place =
        problem.at().isKnown()
            ? "line " + problem.at().line() + ", column " + problem.at().column() + ": "
            : "";
    String cause = problem.cause().isEmpty() ? "" : "; " + problem.cause();
    String fix = problem.fix().isEmpty() ? "" : "; " + problem.fix();
    return new UsageException(place + problem.problem() + cause + fix);
  }
}
