package io.lakebeam.spec.dlt;

/**
 * Reads the clauses of APPLY CHANGES and AUTO CDC behind the target, so that a mistake in them is
 * told as one.
 */
final class ChangesClauses {
  private final TokenCursor cursor;

  ChangesClauses(TokenCursor cursor) {
    this.cursor = cursor;
  }

  /**
   * Reads them all.
   *
   * @throws RefusedException at the first word that may not stand where it stands
   */
  void check() throws RefusedException {
    cursor.expect("FROM", "write FROM and what the changes come from");
    relation();
    boolean keys = false;
    while (!cursor.atEnd()) {
      if (cursor.accept("KEYS")) {
        cursor.parentheses("the keys");
        keys = true;
      } else if (cursor.acceptAll("APPLY", "AS", "DELETE", "WHEN")
          || cursor.acceptAll("APPLY", "AS", "TRUNCATE", "WHEN")) {
        expression();
      } else if (cursor.acceptAll("IGNORE", "NULL", "UPDATES")) {
        if (cursor.accept("ON")) {
          columns();
        }
      } else if (cursor.acceptAll("SEQUENCE", "BY")) {
        expression();
      } else if (cursor.accept("COLUMNS")) {
        columns();
      } else if (cursor.acceptAll("STORED", "AS", "SCD", "TYPE")) {
        cursor.take();
      } else if (cursor.acceptAll("TRACK", "HISTORY", "ON")) {
        columns();
      } else {
        throw cursor.unexpected(
            "KEYS, SEQUENCE BY, APPLY AS, COLUMNS, STORED AS or TRACK HISTORY ON", "mend it");
      }
    }
    if (!keys) {
      throw cursor.unexpected("KEYS (...)", "say by which columns rows are told apart");
    }
  }

  private void relation() throws RefusedException {
    if (cursor.accept("STREAM") && cursor.peek().is("(")) {
      cursor.parentheses("a table");
    } else if (cursor.peek().is("(")) {
      cursor.parentheses("a query");
    } else {
      cursor.tableName("a table");
    }
  }

  private void columns() throws RefusedException {
    if (cursor.acceptSign("*")) {
      cursor.accept("EXCEPT");
    }
    if (cursor.peek().is("(")) {
      cursor.parentheses("the columns");
    } else {
      cursor.name("a column");
    }
  }

  /** Up to the next clause. */
  private void expression() throws RefusedException {
    boolean any = false;
    while (!cursor.atEnd() && !(any && isClause())) {
      if (cursor.peek().is("(")) {
        cursor.parentheses("it");
      } else {
        cursor.take();
      }
      any = true;
    }
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
