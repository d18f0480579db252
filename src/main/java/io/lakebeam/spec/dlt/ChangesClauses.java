package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the clauses of APPLY CHANGES and AUTO CDC behind the target. */
final class ChangesClauses {
  private final TokenCursor cursor;
  private final SourceLocation at;
  private final List<Piece> keys = new ArrayList<>();
  private final List<Piece> sequence = new ArrayList<>();
  private Optional<Piece> deleteWhen = Optional.empty();
  private Optional<Piece> truncateWhen = Optional.empty();
  private Optional<DltChanges.Columns> ignoredNulls = Optional.empty();
  private Optional<DltChanges.Columns> columns = Optional.empty();
  private Optional<DltChanges.Columns> tracked = Optional.empty();
  private boolean hasHistory;
  private DltQuery query;

  ChangesClauses(TokenCursor cursor, SourceLocation at) {
    this.cursor = cursor;
    this.at = at;
  }

  /** What the changes are, after {@link #read}. */
  DltQuery query() {
    return query;
  }

  /**
   * Reads them all.
   *
   * @throws RefusedException at the first word that may not stand where it stands
   */
  DltChanges read() throws RefusedException {
    query = relation();
    while (!cursor.atEnd()) {
      if (cursor.accept("KEYS")) {
        keys.addAll(names("the keys"));
      } else if (cursor.acceptAll("APPLY", "AS", "DELETE", "WHEN")) {
        deleteWhen = Optional.of(expression());
      } else if (cursor.acceptAll("APPLY", "AS", "TRUNCATE", "WHEN")) {
        truncateWhen = Optional.of(expression());
      } else if (cursor.acceptAll("IGNORE", "NULL", "UPDATES")) {
        ignoredNulls =
            Optional.of(cursor.accept("ON") ? columns() : new DltChanges.Columns(List.of(), true));
      } else if (cursor.acceptAll("SEQUENCE", "BY")) {
        sequence();
      } else if (cursor.accept("COLUMNS")) {
        columns = Optional.of(columns());
      } else if (cursor.acceptAll("STORED", "AS", "SCD", "TYPE")) {
        scdType();
      } else if (cursor.acceptAll("TRACK", "HISTORY", "ON")) {
        tracked = Optional.of(columns());
      } else {
        throw cursor.unexpected(
            "KEYS, SEQUENCE BY, APPLY AS, COLUMNS, STORED AS or TRACK HISTORY ON", "mend it");
      }
    }
    if (keys.isEmpty()) {
      throw cursor.unexpected("KEYS (...)", "say by which columns rows are told apart");
    }
    if (sequence.isEmpty()) {
      throw cursor.unexpected("SEQUENCE BY ...", "say what changes of a row are ordered by");
    }
    return new DltChanges(
        keys, sequence, deleteWhen, truncateWhen, ignoredNulls, columns, hasHistory, tracked, at);
  }

  private void scdType() throws RefusedException {
    SqlToken type = cursor.take();
    hasHistory = type.text().equals("2");
    if (!hasHistory && !type.text().equals("1")) {
      throw new RefusedException(
          at,
          "SCD TYPE " + type.text() + " is not possible",
          "",
          "write STORED AS SCD TYPE 1 for the newest row of each key, 2 for all that there were");
    }
  }

  /** All rows of what stands behind FROM. */
  private DltQuery relation() throws RefusedException {
    SqlToken from = cursor.peek();
    cursor.expect("FROM", "write FROM and what the changes come from");
    List<SqlToken> tokens = new ArrayList<>();
    tokens.add(new SqlToken(SqlToken.Kind.WORD, "SELECT", from.from(), from.from()));
    tokens.add(new SqlToken(SqlToken.Kind.SIGN, "*", from.from(), from.from()));
    tokens.add(from);
    int rest = cursor.rest().size();
    List<SqlToken> behind = cursor.rest();
    if (cursor.accept("STREAM")) {
      // STREAM(x) and STREAM x
      if (cursor.peek().is("(")) {
        cursor.parentheses("a table");
      } else {
        cursor.tableName("a table");
      }
    } else if (cursor.peek().is("(")) {
      cursor.parentheses("a query");
    } else {
      cursor.tableName("a table");
    }
    int taken = rest - cursor.rest().size();
    tokens.addAll(behind.subList(0, taken));
    SqlToken last = tokens.get(tokens.size() - 1);
    tokens.add(new SqlToken(SqlToken.Kind.END, "", last.to(), last.to()));
    DltQuery scanned = QueryScan.of(cursor.source(), tokens);
    List<DltQuery.Edit> edits = new ArrayList<>(scanned.edits());
    edits.add(new DltQuery.Edit(new DltQuery.Span(0, 0), "SELECT * "));
    return new DltQuery(scanned.text(), scanned.relations(), scanned.shape(), edits);
  }

  private void sequence() throws RefusedException {
    if (cursor.peek().isWord("STRUCT") && cursor.peek(1).is("(")) {
      cursor.take();
      for (TokenCursor part : cursor.parentheses("what changes are ordered by").parts()) {
        sequence.add(part.all());
      }
    } else {
      sequence.add(expression());
    }
  }

  private DltChanges.Columns columns() throws RefusedException {
    if (cursor.acceptSign("*")) {
      return new DltChanges.Columns(
          cursor.accept("EXCEPT") ? names("the columns") : List.of(), true);
    }
    if (cursor.peek().is("(")) {
      return new DltChanges.Columns(names("the columns"), false);
    }
    return new DltChanges.Columns(List.of(cursor.name("a column")), false);
  }

  private List<Piece> names(String what) throws RefusedException {
    List<Piece> names = new ArrayList<>();
    for (TokenCursor part : cursor.parentheses(what).parts()) {
      names.add(asHere(part.name("a column")));
    }
    return names;
  }

  /** What a schema does not know has another name there. */
  private static Piece asHere(Piece column) {
    return column.text().equalsIgnoreCase("_rescued_data") ? column.with("_rescued") : column;
  }

  /** Up to the next clause. */
  private Piece expression() throws RefusedException {
    int from = cursor.peek().from();
    boolean any = false;
    while (!cursor.atEnd() && !(any && isClause())) {
      if (cursor.peek().is("(")) {
        cursor.parentheses("it");
      } else {
        cursor.take();
      }
      any = true;
    }
    if (!any) {
      throw cursor.unexpected("an expression", "write one");
    }
    return cursor.source().piece(from, cursor.previous().to());
  }

  private boolean isClause() {
    return cursor.peek().isWord("KEYS")
        || cursor.peek().isWord("COLUMNS")
        || cursor.peek().isWord("APPLY") && cursor.peek(1).isWord("AS")
        || cursor.peek().isWord("IGNORE") && cursor.peek(1).isWord("NULL")
        || cursor.peek().isWord("SEQUENCE") && cursor.peek(1).isWord("BY")
        || cursor.peek().isWord("STORED") && cursor.peek(1).isWord("AS")
        || cursor.peek().isWord("TRACK") && cursor.peek(1).isWord("HISTORY");
  }
}
