package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what stands behind the name of a table or view, in any order. */
final class TableClauses {
  private static final Set<String> CLAUSES =
      Set.of(
          "AS",
          "COMMENT",
          "TBLPROPERTIES",
          "PARTITIONED",
          "CLUSTER",
          "LOCATION",
          "SCHEDULE",
          "TRIGGER",
          "USING",
          "WITH",
          "DEFAULT",
          "REFRESH",
          "FLOW");

  private final TokenCursor cursor;
  private final Findings findings;
  private final ColumnList columns;
  private final Map<String, Piece> properties = new LinkedHashMap<>();
  private final List<Piece> partitionBy = new ArrayList<>();
  private Optional<Piece> comment = Optional.empty();
  private Optional<Piece> refresh = Optional.empty();
  private Optional<DltQuery> query = Optional.empty();

  TableClauses(TokenCursor cursor, Findings findings) {
    this.cursor = cursor;
    this.findings = findings;
    this.columns = new ColumnList(findings);
  }

  /** Reads to the end of the statement. */
  void read() throws RefusedException {
    while (!cursor.atEnd()) {
      clause();
    }
  }

  ColumnList columns() {
    return columns;
  }

  Map<String, Piece> properties() {
    return properties;
  }

  List<Piece> partitionBy() {
    return partitionBy;
  }

  Optional<Piece> comment() {
    return comment;
  }

  /** How a view is brought up to date, in the words of a pipeline file. */
  Optional<Piece> refresh() {
    return refresh;
  }

  Optional<DltQuery> query() {
    return query;
  }

  private void clause() throws RefusedException {
    SourceLocation here = cursor.at();
    if (cursor.peek().is("(")) {
      columns.read(cursor.parentheses("the columns"));
    } else if (cursor.peek().isWord("CONSTRAINT")) {
      columns.constraint(cursor);
      cursor.acceptSign(",");
    } else if (cursor.accept("AS")) {
      query = Optional.of(QueryScan.read(cursor));
    } else if (cursor.accept("COMMENT")) {
      comment = Optional.of(cursor.text("a comment"));
    } else if (cursor.accept("TBLPROPERTIES")) {
      properties(cursor.parentheses("the properties"));
    } else if (cursor.acceptAll("PARTITIONED", "BY")) {
      for (TokenCursor part : cursor.parentheses("the columns").parts()) {
        partitionBy.add(part.name("a column"));
      }
    } else if (cursor.acceptAll("CLUSTER", "BY")) {
      skip();
      note(here, "CLUSTER BY is passed over", "tables are not sorted by columns");
    } else if (cursor.accept("LOCATION")) {
      cursor.text("a location");
      note(here, "LOCATION is passed over", "every table is a folder of the lake");
    } else if (cursor.accept("SCHEDULE") || cursor.accept("TRIGGER")) {
      skip();
      note(here, "the schedule is passed over", "a run takes what is there; a scheduler starts it");
    } else if (cursor.accept("USING")) {
      format(here, cursor.name("a format"));
    } else if (cursor.acceptAll("DEFAULT", "COLLATION")) {
      cursor.name("a collation");
      note(here, "DEFAULT COLLATION is passed over", "texts are compared by their bytes");
    } else if (cursor.acceptAll("REFRESH", "POLICY")) {
      refresh = Optional.of(refreshPolicy());
    } else if (cursor.peek().isWord("FLOW")) {
      throw changes(here);
    } else if (cursor.acceptAll("WITH", "ROW", "FILTER")) {
      throw new RefusedException(
          here,
          "a row filter cannot be kept",
          "whoever may read the lake's files reads all rows",
          "write a table that holds only what its readers may see");
    } else {
      throw cursor.unexpected(
          "a clause of the table",
          "AS SELECT ..., COMMENT, TBLPROPERTIES and so on may stand here");
    }
  }

  /** STRICT makes an error of what INCREMENTAL alone would compute whole. */
  private Piece refreshPolicy() throws RefusedException {
    Piece policy = cursor.name("a policy");
    boolean isStrict = cursor.accept("STRICT");
    String word = policy.text().toLowerCase(Locale.ROOT);
    if (!Set.of("auto", "incremental", "full").contains(word)) {
      throw new RefusedException(
          policy.at(),
          "there is no refresh policy " + policy.text(),
          "",
          "write AUTO, INCREMENTAL, INCREMENTAL STRICT or FULL");
    }
    return policy.with(word.equals("incremental") && !isStrict ? "auto" : word);
  }

  private void format(SourceLocation here, Piece format) throws RefusedException {
    if (!format.text().equalsIgnoreCase("delta")) {
      throw new RefusedException(
          here, "a table cannot be " + format.text(), "tables are Delta's", "leave USING out");
    }
  }

  /** Goes on to the next clause. */
  private void skip() throws RefusedException {
    do {
      if (cursor.peek().is("(")) {
        cursor.parentheses("it");
      } else {
        cursor.take();
      }
    } while (!cursor.atEnd() && !cursor.peek().isWord(CLAUSES));
  }

  private void properties(TokenCursor list) throws RefusedException {
    for (TokenCursor property : list.parts()) {
      StringBuilder name = new StringBuilder();
      while (!property.peek().is("=") && !property.peek().is("==") && !property.atEnd()) {
        name.append(property.take().text());
      }
      property.take();
      SqlToken value = property.peek();
      if (!property.atEnd()) {
        properties.put(name.toString().toLowerCase(Locale.ROOT), property.piece(value));
      }
    }
  }

  private RefusedException changes(SourceLocation here) throws RefusedException {
    cursor.take();
    if (!cursor.acceptAll("AUTO", "CDC")) {
      cursor.expect("INSERT", "write FLOW AUTO CDC, or CREATE FLOW ... AS INSERT INTO");
    }
    new ChangesClauses(cursor, here).read();
    return new RefusedException(
        here,
        "FLOW AUTO CDC stands in CREATE STREAMING TABLE",
        "",
        "write it apart: CREATE FLOW name AS AUTO CDC INTO table FROM ... KEYS (...)");
  }

  private void note(SourceLocation here, String note, String cause) {
    findings.note(new Problem(here, note, cause, ""));
  }
}
