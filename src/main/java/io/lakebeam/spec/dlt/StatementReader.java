package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltStatement.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads one statement that makes something. */
final class StatementReader {
  private final TokenCursor cursor;
  private final Findings findings;
  private final List<String> folders;
  private final SourceLocation at;
  private final int lastLine;
  private Optional<TableName> target = Optional.empty();

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
  }

  /** What the statement makes or changes, once its name was read. */
  Optional<TableName> target() {
    return target;
  }

  DltStatement read() throws RefusedException {
    if (cursor.acceptAll("APPLY", "CHANGES") || cursor.acceptAll("AUTO", "CDC")) {
      cursor.accept("INTO");
      return changes("");
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
    TableClauses clauses = new TableClauses(cursor, findings);
    clauses.read();
    if (clauses.query().isEmpty() && kind != Kind.STREAMING_TABLE) {
      throw new RefusedException(
          at, name.last() + " has no query", "", "write AS SELECT ... behind it");
    }
    return new DltStatement.Create(
        kind,
        name,
        clauses.columns().columns(),
        clauses.columns().rules(),
        clauses.comment(),
        clauses.properties(),
        clauses.partitionBy(),
        clauses.refresh(),
        clauses.query(),
        at,
        lastLine);
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
      return changes(name);
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
    return new DltStatement.Flow(
        name, into, QueryScan.read(cursor), Optional.empty(), at, lastLine);
  }

  /**
   * @param flow its name; empty for that of its table
   */
  private DltStatement changes(String flow) throws RefusedException {
    TableName into = cursor.tableName("a table").in(folders);
    target = Optional.of(into);
    ChangesClauses clauses = new ChangesClauses(cursor, at);
    DltChanges changes = clauses.read();
    return new DltStatement.Flow(
        flow.isEmpty() ? into.last() : flow,
        into,
        clauses.query(),
        Optional.of(changes),
        at,
        lastLine);
  }

  private void note(SourceLocation here, String note, String cause) {
    findings.note(new Problem(here, note, cause, ""));
  }
}
