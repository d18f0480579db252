package io.lakebeam.cli;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.values.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows rows of a table. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows rows of a Delta table, in no particular order. Columns that begin with _ are shown when"
          + " asked for with --columns, and always in a quarantine and in JSON.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam show airlines.flights",
      "  lakebeam show airlines.flights --columns carrier,flight_number,status --limit 5",
      "  lakebeam show airlines.flights --where \"origin = 'JFK' AND departure_delay_minutes > 60\"",
      "  lakebeam show airlines.flights_quarantine --columns _failed_expectations,_raw",
      "  lakebeam show lake-demo/carrier_performance --output json"
    })
final class ShowCommand implements Callable<Integer> {
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
      names = "--columns",
      paramLabel = "A,B",
      split = "\\s*,\\s*",
      description = "Only these columns, in this order.")
  private List<String> columns;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object a line.")
  private Output output = Output.TEXT;

  ShowCommand(Console console) {
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
    List<String> names = shown.stream().map(Column::name).toList();
    List<Row> rows =
        where == null
            ? first(found, names)
            : MatchingRows.first(found, Condition.of(where, schema), names, limit, console);
    if (output == Output.JSON) {
      rows.forEach(row -> console.line(RowJson.of(row).toString()));
    } else {
      print(shown, rows);
    }
    return Lakebeam.DONE;
  }

  private List<Row> first(TableArgument.Found found, List<String> names) {
    List<Row> first = new ArrayList<>();
    try (TableRows rows = new TableRows(found, names)) {
      while (first.size() < limit && rows.hasNext()) {
        first.add(rows.next());
      }
    }
    return first;
  }

  private List<Column> shown(TableSchema schema, String name) {
    if (columns == null) {
      boolean all = output == Output.JSON || name.endsWith("_quarantine");
      List<Column> plain =
          schema.columns().stream().filter(c -> all || !c.name().startsWith("_")).toList();
      return plain.isEmpty() ? schema.columns() : plain;
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

  private void print(List<Column> shown, List<Row> rows) {
    TextTable text =
        TextTable.of(
            shown.stream().map(Column::name).toList(),
            shown.stream().map(column -> isNumeric(column.type())).toList());
    for (Row row : rows) {
      text.add(row.getValues().stream().map(RowText::cell).toList());
    }
    text.lines(console.columns()).forEach(console::line);
    console.say(
        "("
            + Amounts.of(rows.size(), "row")
            + (rows.size() == limit ? "; --limit shows more" : "")
            + ")");
  }

  private static boolean isNumeric(DataType type) {
    if (type instanceof DataType.Primitive primitive) {
      return switch (primitive) {
        case INT, BIGINT, FLOAT, DOUBLE -> true;
        case BOOLEAN, STRING, BINARY, DATE, TIMESTAMP -> false;
      };
    }
    return type instanceof DataType.Decimal;
  }
}
