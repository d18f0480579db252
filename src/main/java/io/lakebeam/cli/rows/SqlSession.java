package io.lakebeam.cli.rows;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.lake.LakeQuery;
import io.lakebeam.lake.LakeTable;
import io.lakebeam.lake.LakeTables;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.RowJson;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.spec.dlt.SqlScript;
import io.lakebeam.sql.InvalidQueryException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Runs statements over the tables of a pipeline's lake, and prints what they come to. Each sees the
 * tables that it names as they stand when it begins. Nothing is written, and nothing else is read.
 */
final class SqlSession {
  private static final Set<String> QUERIES =
      Set.of("SELECT", "WITH", "FROM", "VALUES", "TABLE", "(");

  private static final String WHAT_IS_POSSIBLE = "write a SELECT, SHOW TABLES or DESCRIBE TABLE";

  private final Console console;
  private final LakeTables tables;
  private final Bounds bounds;
  private final Output output;

  /**
   * What a query may take.
   *
   * @param limit rows that are printed of one that has no LIMIT itself
   * @param timeout empty for any time
   */
  record Bounds(int limit, Optional<Duration> timeout) {}

  SqlSession(Console console, LakeTables tables, Bounds bounds, Output output) {
    this.console = console;
    this.tables = tables;
    this.bounds = bounds;
    this.output = output;
  }

  /**
   * Runs a statement.
   *
   * @throws RefusedStatementException when it is none that can be run
   * @throws ExplainedException when it fails
   */
  void run(SqlScript.Statement statement) {
    List<String> words = statement.words();
    String first = words.get(0).toUpperCase(Locale.ROOT);
    if (QUERIES.contains(first)) {
      query(statement);
    } else if (first.equals("SHOW")) {
      if (words.size() != 2 || !words.get(1).equalsIgnoreCase("TABLES")) {
        throw refused(statement, "only tables are shown", WHAT_IS_POSSIBLE);
      }
      showTables();
    } else if (first.equals("DESCRIBE") || first.equals("DESC")) {
      boolean saysTable = words.size() == 3 && words.get(1).equalsIgnoreCase("TABLE");
      if (words.size() != 2 && !saysTable) {
        throw refused(statement, "only a table is described", "write DESCRIBE TABLE");
      }
      describe(statement, words.get(words.size() - 1));
    } else {
      throw refused(
          statement,
          words.get(0) + " is not possible here: tables are read, and never changed",
          NearestName.question(first, QUERIES) + WHAT_IS_POSSIBLE);
    }
  }

  private static RefusedStatementException refused(
      SqlScript.Statement statement, String problem, String fix) {
    return new RefusedStatementException(
        new Problem(statement.text().at(1, 1), problem, "", fix).as(ErrorCode.QUERY_INVALID));
  }

  /** Prints the tables that there are. */
  void showTables() {
    TextTable text = TextTable.of("table", "kind", ">rows", ">version");
    for (String name : tables.names()) {
      Optional<LakeTable> found = tables.find(name);
      if (found.isEmpty()) {
        continue;
      }
      Optional<Long> rows = found.get().snapshot().rows();
      long version = found.get().snapshot().version();
      if (output == Output.JSON) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("table", name).put("kind", tables.kind(name));
        object.put("rows", rows.orElse(null)).put("version", version);
        console.rows(object.toString());
      } else {
        text.add(name, tables.kind(name), Amounts.rows(rows), Long.toString(version));
      }
    }
    if (output == Output.TEXT) {
      text.lines(console.columns()).forEach(console::rows);
    }
  }

  private void describe(SqlScript.Statement statement, String name) {
    String declared =
        tables
            .named(name)
            .orElseThrow(
                () ->
                    refused(
                        statement,
                        "there is no table " + name,
                        NearestName.question(name, tables.names())
                            + "the tables of the pipeline are "
                            + String.join(", ", tables.names())));
    LakeTable found = tables.open(declared);
    Set<String> onlyByName = tables.onlyByName(found);
    TextTable text = TextTable.of("column", "type", "comment");
    for (Column column : found.snapshot().schema().columns()) {
      String type = column.type().sql() + (column.nullable() ? "" : " NOT NULL");
      boolean isHidden = onlyByName.contains(column.name());
      if (output == Output.JSON) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("column", column.name()).put("type", column.type().sql());
        object.put("nullable", column.nullable()).put("only_by_name", isHidden);
        console.rows(object.put("comment", column.comment()).toString());
      } else {
        String noStar = isHidden ? "not in *" : "";
        boolean isBoth = isHidden && !column.comment().isEmpty();
        text.add(column.name(), type, noStar + (isBoth ? "; " : "") + column.comment());
      }
    }
    if (output == Output.TEXT) {
      text.lines(console.columns()).forEach(console::rows);
    }
  }

  private void query(SqlScript.Statement statement) {
    LakeQuery query;
    try {
      query =
          LakeQuery.of(
              tables, statement.text(), (int) Math.min(bounds.limit() + 1L, Integer.MAX_VALUE));
    } catch (InvalidQueryException e) {
      throw new RefusedStatementException(e.problems().get(0));
    }
    if (output == Output.JSON) {
      refuseTwice(statement, query.columns());
      Printed printed = new Printed(query, row -> console.rows(json(row, query.columns())));
      query.run(bounds.timeout(), printed);
      if (printed.isCut()) {
        console.say(cut());
      }
      return;
    }
    List<InternalRow> kept = new ArrayList<>();
    Printed printed = new Printed(query, row -> kept.add(row.copy()));
    query.run(bounds.timeout(), printed);
    new PrintedRows(console)
        .printFitting(
            query.columns(),
            kept.stream().map(row -> PrintedRows.values(row, query.columns())).toList(),
            "select fewer columns, or --output json");
    console.say(Amounts.of(kept.size(), "row") + (printed.isCut() ? "; " + cut() : ""));
  }

  private static String cut() {
    return "there are more: --limit N, or a LIMIT in the query, shows them";
  }

  /** Rows that are printed, and whether there are more. */
  private final class Printed implements Consumer<InternalRow> {
    private final long most;
    private final Consumer<InternalRow> printer;
    private long rows;

    Printed(LakeQuery query, Consumer<InternalRow> printer) {
      this.most = query.hasLimit() ? Long.MAX_VALUE : bounds.limit();
      this.printer = printer;
    }

    @Override
    public void accept(InternalRow row) {
      if (rows++ < most) {
        printer.accept(row);
      }
    }

    boolean isCut() {
      return rows > most;
    }
  }

  private void refuseTwice(SqlScript.Statement statement, List<Column> columns) {
    Set<String> names = new HashSet<>();
    for (Column column : columns) {
      if (!names.add(column.name())) {
        throw refused(
            statement,
            "the query gives two columns named " + column.name(),
            "in JSON each needs a name of its own: write AS name behind one of them");
      }
    }
  }

  private static String json(InternalRow row, List<Column> columns) {
    return RowJson.value(JavaValues.of(row, columns)).toString();
  }
}
