package io.lakebeam.cli.rows;

import io.lakebeam.cli.argument.Condition;
import io.lakebeam.cli.argument.OrderBy;
import io.lakebeam.cli.argument.TableArgument;
import io.lakebeam.cli.argument.UsageException;
import io.lakebeam.cli.console.Console;
import io.lakebeam.cli.console.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowJson;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
    TableArgument.Found found = table.find(console);
    TableSchema schema = found.snapshot().schema();
    List<Column> shown = shown(schema, found.name());
    List<InternalRow> rows = rows(found, shown);
    if (output == Output.JSON) {
      rows.forEach(row -> console.rows(RowJson.of(row, shown).toString()));
    } else {
      print(shown, rows);
    }
    return ExitCode.DONE;
  }

  /** With the columns that are shown first, and perhaps others behind them. */
  private List<InternalRow> rows(TableArgument.Found found, List<Column> shown) {
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
      MatchingRows.take(found, Condition.of(where, schema), names, rows, console);
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

  private void print(List<Column> shown, List<InternalRow> rows) {
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
