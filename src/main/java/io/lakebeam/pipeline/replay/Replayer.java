package io.lakebeam.pipeline.replay;

import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.source.KeptRecords;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.RowProgram;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes rows of a table once more of what it has refused, by today's queries; its rules are the
 * caller's.
 *
 * <pre>
 * what was refused                         what is taken again
 * ---------------------------------------  ------------------------------------------------------
 * a record that could not be decoded       the record, and every row that the queries make of it
 * a row on which the query fails           its record, and every row that the query makes of it
 * a row that breaks rules                  its record, and the row that the queries make of it;
 *                                          where they may make several of one, or the record was
 *                                          not kept whole, the row as it was refused
 * </pre>
 *
 * Tables on the way keep the rows that they have of the record. Which row is meant is said by its
 * position, which stays the same, and never by its content.
 */
public final class Replayer {
  /** What queries that make several rows of one put behind its position. */
  private static final Pattern NUMBERS = Pattern.compile("(#\\d+)+$");

  private final CompiledTable table;
  private final TableSchema schema;
  private final RowFields fields;
  private final int position;
  private final int ingestedAt;
  private final Map<String, Going> routes = new HashMap<>();
  private final Corrections corrections;

  private Replayer(Plan plan) {
    this.table = plan.table();
    this.schema = table.rowSchema();
    this.fields = new RowFields(schema);
    this.position = fields.position(HiddenColumns.POSITION.name());
    this.ingestedAt = fields.position(HiddenColumns.INGESTED_AT.name());
    plan.routes().forEach((source, route) -> routes.put(source, new Going(route)));
    this.corrections = new Corrections(table);
  }

  /**
   * What it takes to replay rows of a table; travels to workers.
   *
   * @param routes by the names of sources
   */
  public record Plan(CompiledTable table, LinkedHashMap<String, Route> routes)
      implements Serializable {
    /** For the rows that a table of a pipeline has refused. */
    public static Plan of(CompiledPipeline pipeline, CompiledTable table) {
      LinkedHashMap<String, Route> routes = new LinkedHashMap<>();
      for (SourceSpec source : pipeline.readSources()) {
        Route.of(pipeline, source, table).ifPresent(route -> routes.put(source.name(), route));
      }
      return new Plan(table, routes);
    }

    /** For one thread, and the tables that its queries may look up now. */
    public Replayer replayer() {
      return new Replayer(this);
    }
  }

  /** What became of a refused row, before any rule was asked. */
  public sealed interface Result {
    /** All rows of it were handed out, which may be none. */
    record Made() implements Result {}

    /**
     * The table refuses it again.
     *
     * @param error why
     */
    record Refused(String error) implements Result {}

    /**
     * Nothing can be made of it.
     *
     * @param reason why
     */
    record Impossible(String reason) implements Result {}
  }

  /**
   * The queries of a way at work.
   *
   * @param before where the rows that the last one takes have their position
   */
  private record GoingWay(List<RowProgram.@Nullable Evaluator> queries, int before) {
    static GoingWay of(SourceSpec source, Route.Way way) {
      List<RowProgram.@Nullable Evaluator> queries = new ArrayList<>();
      TableSchema rows = SourceReader.rowSchema(source);
      for (int i = 0; i < way.queries().size(); i++) {
        RowProgram query = way.queries().get(i);
        queries.add(query == null ? null : query.evaluator());
        if (query != null && i < way.queries().size() - 1) {
          rows = query.schema();
        }
      }
      return new GoingWay(queries, rows.names().indexOf(HiddenColumns.POSITION.name()));
    }

    boolean isLast(int step) {
      return step == queries.size() - 1;
    }
  }

  /** The queries of a route at work. */
  private static final class Going {
    private final Route route;
    private final List<GoingWay> ways = new ArrayList<>();
    private @Nullable KeptRecords records;

    Going(Route route) {
      this.route = route;
      route.ways().forEach(way -> ways.add(GoingWay.of(route.source(), way)));
    }

    KeptRecords records() {
      if (records == null) {
        records = KeptRecords.of(route.source());
      }
      return records;
    }
  }

  /**
   * Replays a row.
   *
   * @param now what the rows are to have as the time of their epoch
   * @param out gets the rows, each good until it returns
   */
  public Result replay(RequestedRow row, Instant now, Consumer<InternalRow> out) {
    boolean isRow = row.breaksRules() || row.hasValues();
    Optional<String> problem = problemOfRecord(row, isRow);
    if (problem.isEmpty()) {
      return ofRecord(row, isRow, now, out);
    }
    if (!row.breaksRules() || row.isPayloadNew()) {
      return new Result.Impossible(problem.get());
    }
    List<String> changed = new ArrayList<>(row.changed());
    changed.retainAll(table.columns().names());
    if (!changed.isEmpty()) {
      return new Result.Impossible(
          "it was refused with another type of " + String.join(", ", changed));
    }
    @Nullable Object[] values = fields.first(row.stored(), fields.width());
    values[ingestedAt] = Microseconds.of(now);
    return corrected(new GenericInternalRow(values), row, out);
  }

  /** Why the record of a row cannot be taken again; empty when it can. */
  private Optional<String> problemOfRecord(RequestedRow row, boolean isRow) {
    Going going = routes.get(row.source());
    if (going == null) {
      return Optional.of("the table gets nothing of a source " + row.source());
    }
    boolean isText = isRow && !row.isPayloadNew();
    String problem = isText ? going.route.problemOfText() : going.route.problem();
    if (!problem.isEmpty()) {
      return Optional.of(problem);
    }
    if (row.payload().isEmpty()) {
      return Optional.of("the record was not kept");
    }
    boolean areAllMeant =
        !isRow
            && !row.error().startsWith(QueryFailure.BEGINNING)
            && going.route.ways().stream().allMatch(Route.Way::isStraight);
    if (areAllMeant) {
      return Optional.empty();
    }
    if (going.ways.size() > 1) {
      return Optional.of(
          "its record comes to the table on several ways, and which one it was is not known");
    }
    // The second row of a record is another one when the query is.
    Route.Way way = going.route.ways().get(0);
    return way.mayMultiply(isRow ? way.queries().size() : way.queries().size() - 1)
        ? Optional.of("queries make several rows of a record, and which one it is may change")
        : Optional.empty();
  }

  private Result ofRecord(RequestedRow row, boolean isRow, Instant now, Consumer<InternalRow> out) {
    Going going = routes.get(row.source());
    List<InternalRow> rows = new ArrayList<>();
    List<String> failures = new ArrayList<>();
    Optional<String> undecoded =
        going
            .records()
            .decode(
                row.payload().orElseThrow(),
                NUMBERS.matcher(row.position()).replaceFirst(""),
                now,
                record -> {
                  for (GoingWay way : going.ways) {
                    try {
                      through(way, 0, record, row.position(), isRow, rows::add);
                    } catch (RowProgram.RowFailedException e) {
                      failures.add(QueryFailure.BEGINNING + e.getMessage());
                    }
                  }
                });
    if (undecoded.isPresent()) {
      return new Result.Refused(undecoded.get());
    }
    if (!failures.isEmpty()) {
      return going.ways.size() == 1
          ? new Result.Refused(failures.get(0))
          : new Result.Impossible(failures.get(0));
    }
    for (InternalRow each : rows) {
      Result result = corrected(each, row, out);
      if (!(result instanceof Result.Made)) {
        return result;
      }
    }
    return new Result.Made();
  }

  /**
   * @param meant the position of the row that is meant
   * @param isRow true when that is a row of the table, false when it is one that the table's query
   *     takes
   */
  private void through(
      GoingWay way,
      int step,
      InternalRow row,
      String meant,
      boolean isRow,
      Consumer<InternalRow> out)
      throws RowProgram.RowFailedException {
    if (way.isLast(step) && step > 0 && !isRow && !meant.equals(text(row, way.before()))) {
      return;
    }
    List<InternalRow> made = new ArrayList<>();
    RowProgram.Evaluator query = way.queries().get(step);
    if (query == null) {
      made.add(row);
    } else {
      query.evaluate(row, each -> made.add(each.copy()));
    }
    for (InternalRow each : made) {
      if (!way.isLast(step)) {
        through(way, step + 1, each, meant, isRow, out);
      } else if (!isRow || meant.equals(text(each, position))) {
        out.accept(each);
      }
    }
  }

  private static String text(InternalRow row, int at) {
    return at < 0 || row.isNullAt(at) ? "" : row.getUTF8String(at).toString();
  }

  private Result corrected(InternalRow made, RequestedRow row, Consumer<InternalRow> out) {
    if (row.correction().isEmpty()) {
      out.accept(made);
      return new Result.Made();
    }
    @Nullable Object[] values = fields.first(made, fields.width());
    Optional<String> problem = corrections.apply(row.correction(), values);
    if (problem.isPresent()) {
      return new Result.Impossible(problem.get());
    }
    out.accept(new GenericInternalRow(values));
    return new Result.Made();
  }
}
