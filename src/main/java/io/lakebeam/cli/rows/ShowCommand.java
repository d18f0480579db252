package io.lakebeam.cli.rows;

import io.lakebeam.cli.argument.TableArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.lake.Condition;
import io.lakebeam.lake.LakeTable;
import io.lakebeam.lake.MatchingRows;
import io.lakebeam.lake.OrderBy;
import io.lakebeam.lake.ShownRows;
import io.lakebeam.lake.TableRows;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.RowJson;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.spec.PipelineSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows rows of a table. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows rows of a Delta table, in no particular order unless told otherwise. Columns that begin with _ are shown when"
          + " asked for with --columns, and always in JSON; of a quarantine, those that say why.",
      "What does not fit a terminal is cut.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam show airlines.flights",
      "  lakebeam show airlines.flights --columns carrier,flight_number,status --limit 5",
      "  lakebeam show airlines.flights --where \"origin = 'JFK' AND departure_delay_minutes > 60\"",
      "  lakebeam show airlines.airport_delays --order-by \"average_departure_delay DESC\" --limit 5",
      "  lakebeam show airlines.flights_quarantine --columns _failed_expectations,_raw",
      "  lakebeam show lake-demo/carrier_performance --output json"
    })
public final class ShowCommand implements Callable<Integer> {
  /** What a quarantine is looked into for. */
  private static final List<String> REASONS =
      List.of("_failed_expectations", "_error", "_position", "_raw");

  private final Console console;

  @Mixin private TableArgument table;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Rows at most. Default: ${DEFAULT-VALUE}.")
  private int limit = 20;

  @Option(
      names = "--where",
      paramLabel = "SQL",
      description = "Only rows for which this condition is TRUE; in the SQL of the transforms.")
  private String where;

  @Option(
      names = "--order-by",
      paramLabel = "A,B DESC",
      split = "\\s*,\\s*",
      splitSynopsisLabel = ",",
      description = "The first rows by these columns; all rows of the table are read for it.")
  private List<String> orderBy;

  @Option(
      names = "--columns",
      paramLabel = "A,B",
      split = "\\s*,\\s*",
      splitSynopsisLabel = ",",
      description = "Only these columns, in this order.")
  private List<String> columns;

  @Option(
      names = "--unmask",
      description =
          "Of a quarantine, show the values of masked columns too, the records that have them, and"
              + " whole errors.")
  private boolean isUnmasked;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object a line.")
  private Output output = Output.TEXT;

  public ShowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit is at least 1, not " + limit);
    }
    LakeTable found = table.find(console);
    TableSchema schema = found.snapshot().schema();
    List<Column> shown = shown(schema, found.name());
    Masks masks = masks(found);
    List<Column> read = new ArrayList<>(shown);
    if (masks.hideAny()) {
      // What is hidden in one column tells what an error in another must not quote.
      schema.columns().stream().filter(each -> !shown.contains(each)).forEach(read::add);
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (InternalRow row : rows(found, read, masks)) {
      Map<String, @Nullable Object> all = masks.stored(found.name(), JavaValues.of(row, read));
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      shown.forEach(column -> values.put(column.name(), all.get(column.name())));
      rows.add(values);
    }
    if (output == Output.JSON) {
      rows.forEach(row -> console.rows(RowJson.value(row).toString()));
    } else {
      print(
          shown,
          rows.stream().<List<@Nullable Object>>map(row -> new ArrayList<>(row.values())).toList());
    }
    return ExitCode.DONE;
  }

  /** What is hidden of a quarantine that was named with its pipeline. */
  private Masks masks(LakeTable found) {
    return found
        .pipeline()
        .filter(spec -> !isUnmasked && isMasked(spec, found.name()))
        .map(spec -> Masks.of(PipelineCompiler.compile(spec)))
        .orElse(Masks.none());
  }

  private static boolean isMasked(PipelineSpec spec, String table) {
    return spec.datasets().stream()
        .filter(dataset -> dataset.quarantine().filter(table::equals).isPresent())
        .anyMatch(dataset -> !dataset.refused().masks().isEmpty());
  }

  /** With the columns that are shown first, and perhaps others behind them. */
  private List<InternalRow> rows(LakeTable found, List<Column> shown, Masks masks) {
    TableSchema schema = found.snapshot().schema();
    Optional<OrderBy> order = Optional.ofNullable(orderBy).map(by -> new OrderBy(by, schema));
    List<Column> read = new ArrayList<>(shown);
    order.stream()
        .flatMap(by -> by.columns().stream())
        .map(name -> schema.column(name).orElseThrow())
        .filter(column -> !shown.contains(column))
        .distinct()
        .forEach(read::add);
    List<String> names = read.stream().map(Column::name).toList();
    ShownRows rows = new ShownRows(limit, order.map(by -> by.over(new TableSchema(read))));
    if (where != null) {
      MatchingRows.Failed failed =
          MatchingRows.take(found, Condition.of(where, schema), names, rows);
      if (failed.rows() > 0) {
        console.warning(
            "left out "
                + Amounts.of(failed.rows(), "row")
                + " on which the condition fails: "
                + masks.failure(failed.first()));
      }
      return rows.rows();
    }
    try (TableRows all = new TableRows(found, names)) {
      while (!rows.isFull() && all.hasNext()) {
        rows.add(all.next());
      }
    }
    return rows.rows();
  }

  private List<Column> shown(TableSchema schema, String name) {
    if (columns == null) {
      boolean isQuarantine = name.endsWith("_quarantine");
      if (output == Output.JSON) {
        return schema.columns();
      }
      List<Column> reasons =
          REASONS.stream().flatMap(reason -> schema.column(reason).stream()).toList();
      List<Column> plain = schema.columns().stream().filter(c -> !TableRows.isHidden(c)).toList();
      List<Column> shown = new ArrayList<>(isQuarantine ? reasons : List.of());
      shown.addAll(plain);
      return shown.isEmpty() ? schema.columns() : shown;
    }
    List<Column> chosen = new ArrayList<>();
    for (String column : columns) {
      chosen.add(
          schema
              .column(column)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "there is no column "
                              + column
                              + "; "
                              + NearestName.question(column, schema.names())
                              + "the columns are "
                              + String.join(", ", schema.names()))));
    }
    if (chosen.stream().distinct().count() < chosen.size()) {
      throw new UsageException("--columns names a column twice");
    }
    return chosen;
  }

  private void print(List<Column> shown, List<List<@Nullable Object>> rows) {
    PrintedRows printed = new PrintedRows(console);
    if (columns == null) {
      printed.printFitting(shown, rows, "choose with --columns");
    } else {
      printed.print(shown, rows);
    }
    console.say(
        Amounts.of(rows.size(), "row") + (rows.size() == limit ? "; --limit shows more" : ""));
  }
}
