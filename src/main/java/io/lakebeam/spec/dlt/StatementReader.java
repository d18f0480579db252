package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltStatement.Kind;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads one statement that makes something. */
final class StatementReader {
  private static final String LATER =
      "Lakebeam's streaming tables take rows and keep them; upserts come later";
  private static final String INSTEAD =
      "until then keep every change: CREATE STREAMING TABLE ... AS SELECT * FROM STREAM ..., and"
          + " take the newest of each key where the table is read";
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
          "FLOW");

  private final TokenCursor cursor;
  private final Findings findings;
  private final List<String> folders;
  private final SourceLocation at;
  private final int lastLine;
  private Optional<TableName> target = Optional.empty();

  private final ColumnList columns;
  private final Map<String, Piece> properties = new LinkedHashMap<>();
  private final List<Piece> partitionBy = new ArrayList<>();
  private Optional<Piece> comment = Optional.empty();
  private Optional<DltQuery> query = Optional.empty();

  StatementReader(
      TokenCursor cursor,
      Findings findings,
      List<String> folders,
      SourceLocation at,
      int lastLine) {
    this.cursor = cursor;
    this.findings = findings;
    this.folders = List.copyOf(folders);
    this.at = at;
    this.lastLine = lastLine;
    this.columns = new ColumnList(findings);
  }

  /** What the statement makes or changes, once its name was read. */
  Optional<TableName> target() {
    return target;
  }

  DltStatement read() throws RefusedException {
    if (cursor.acceptAll("APPLY", "CHANGES") || cursor.acceptAll("AUTO", "CDC")) {
      return changes(cursor.accept("INTO") ? "APPLY CHANGES INTO" : "AUTO CDC INTO");
    }
    cursor.expect("CREATE", "write CREATE");
    Set<String> words = modifiers();
    if (cursor.accept("FLOW")) {
      return flow();
    }
    return create(kind(words), words);
  }

  private Set<String> modifiers() {
    Set<String> words = new HashSet<>();
    if (cursor.accept("OR")) {
      cursor.take(); // REFRESH or REPLACE: a run does neither, and keeps what is there
    }
    Set<String> known =
        Set.of("PRIVATE", "TEMPORARY", "TEMP", "STREAMING", "INCREMENTAL", "LIVE", "MATERIALIZED");
    while (cursor.peek().isWord(known)) {
      words.add(cursor.take().text().toUpperCase(Locale.ROOT));
    }
    return words;
  }

  private Kind kind(Set<String> words) throws RefusedException {
    boolean streams = words.contains("STREAMING") || words.contains("INCREMENTAL");
    if (cursor.accept("TABLE")) {
      if (!streams && !words.contains("LIVE")) {
        cursor.acceptAll("IF", "NOT", "EXISTS");
        target = Optional.of(cursor.tableName("a table").in(folders));
        throw new RefusedException(
            at,
            "CREATE TABLE makes no table of a pipeline",
            "it has neither STREAMING nor LIVE",
            "write CREATE STREAMING TABLE for rows that are added, CREATE MATERIALIZED VIEW for the"
                + " result of a query");
      }
      return streams ? Kind.STREAMING_TABLE : Kind.MATERIALIZED_VIEW;
    }
    if (cursor.accept("VIEW")) {
      return words.contains("MATERIALIZED") ? Kind.MATERIALIZED_VIEW : Kind.VIEW;
    }
    throw cursor.unexpected(
        "TABLE, VIEW or FLOW",
        "write CREATE STREAMING TABLE, CREATE MATERIALIZED VIEW, CREATE VIEW or CREATE FLOW;"
            + " functions are declared in a pipeline.yaml, under functions:");
  }

  private DltStatement create(Kind kind, Set<String> words) throws RefusedException {
    cursor.acceptAll("IF", "NOT", "EXISTS");
    TableName name = cursor.tableName("a table").in(folders);
    target = Optional.of(name);
    if ((words.contains("PRIVATE") || words.contains("TEMPORARY") || words.contains("TEMP"))
        && kind != Kind.VIEW) {
      note(at, "the table " + name.last() + " is stored like any other", "a lake hides no table");
    }
    while (!cursor.atEnd()) {
      clause();
    }
    if (query.isEmpty() && kind != Kind.STREAMING_TABLE) {
      throw new RefusedException(
          at, name.last() + " has no query", "", "write AS SELECT ... behind it");
    }
    return new DltStatement.Create(
        kind,
        name,
        columns.columns(),
        columns.rules(),
        comment,
        properties,
        partitionBy,
        query,
        at,
        lastLine);
  }

  private void clause() throws RefusedException {
    SourceLocation here = cursor.at();
    if (cursor.peek().is("(")) {
      columns.read(cursor.parentheses("the columns"));
    } else if (cursor.peek().isWord("CONSTRAINT")) {
      columns.constraint(cursor);
      cursor.acceptSign(",");
    } else if (cursor.accept("AS")) {
      query = Optional.of(query(cursor));
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

  private DltStatement flow() throws RefusedException {
    String name = cursor.tableName("a flow").last();
    if (cursor.accept("COMMENT")) {
      cursor.text("a comment");
    }
    cursor.expect("AS", "write CREATE FLOW " + name + " AS INSERT INTO table BY NAME SELECT ...");
    if (cursor.acceptAll("AUTO", "CDC") || cursor.acceptAll("APPLY", "CHANGES")) {
      cursor.accept("ONCE");
      cursor.accept("INTO");
      return changes("AUTO CDC INTO");
    }
    if (!cursor.acceptAll("INSERT", "INTO")) {
      throw cursor.unexpected("INSERT INTO", "write AS INSERT INTO table BY NAME SELECT ...");
    }
    SourceLocation here = cursor.at();
    boolean once = cursor.accept("ONCE");
    cursor.accept("TABLE");
    TableName into = cursor.tableName("a table").in(folders);
    if (once) {
      target = Optional.of(into);
      throw new RefusedException(
          here,
          "a flow cannot run ONCE",
          "a flow reads each file once, and those that come later too",
          "leave ONCE out, and name the files of the past only in its path");
    }
    cursor.acceptAll("BY", "NAME");
    return new DltStatement.Flow(name, into, query(cursor), at, lastLine);
  }

  private DltStatement changes(String statement) throws RefusedException {
    target = Optional.of(cursor.tableName("a table").in(folders));
    new ChangesClauses(cursor).check();
    throw new RefusedException(
        at, statement + " " + target.get().last() + " cannot run yet", LATER, INSTEAD);
  }

  private RefusedException changes(SourceLocation here) throws RefusedException {
    cursor.take();
    if (!cursor.acceptAll("AUTO", "CDC")) {
      cursor.expect("INSERT", "write FLOW AUTO CDC, or CREATE FLOW ... AS INSERT INTO");
    }
    new ChangesClauses(cursor).check();
    return new RefusedException(here, "FLOW AUTO CDC cannot run yet", LATER, INSTEAD);
  }

  private DltQuery query(TokenCursor rest) throws RefusedException {
    List<SqlToken> tokens = rest.rest();
    if (tokens.size() < 2) {
      throw rest.unexpected("a query", "write SELECT ...");
    }
    while (!rest.atEnd()) {
      rest.take();
    }
    return QueryScan.of(rest.source(), withoutParentheses(tokens));
  }

  /** {@code (SELECT ...)} is {@code SELECT ...}. */
  private static List<SqlToken> withoutParentheses(List<SqlToken> tokens) {
    int[] closing = new int[tokens.size()];
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).is("(")) {
        open.push(i);
      } else if (tokens.get(i).is(")") && !open.isEmpty()) {
        closing[open.pop()] = i;
      }
    }
    int first = 0;
    int last = tokens.size() - 2;
    while (tokens.get(first).is("(") && closing[first] == last && first + 1 < last) {
      first++;
      last--;
    }
    return tokens.subList(first, last + 2);
  }

  private void note(SourceLocation here, String note, String cause) {
    findings.note(new Problem(here, note, cause, ""));
  }
}
