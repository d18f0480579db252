package io.lakebeam.spec.dlt;

import io.lakebeam.expectation.OnViolation;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltStatement.ColumnSpec;
import io.lakebeam.spec.dlt.DltStatement.Rule;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads what stands in the parentheses behind a table's name: columns and constraints. */
final class ColumnList {
  private static final Set<String> BEHIND_TYPE =
      Set.of(
          "NOT",
          "NULL",
          "COMMENT",
          "GENERATED",
          "DEFAULT",
          "MASK",
          "PRIMARY",
          "CONSTRAINT",
          "COLLATE",
          "FOREIGN",
          "REFERENCES");

  private final Findings findings;
  private final List<ColumnSpec> columns = new ArrayList<>();
  private final List<Rule> rules = new ArrayList<>();

  ColumnList(Findings findings) {
    this.findings = findings;
  }

  List<ColumnSpec> columns() {
    return columns;
  }

  List<Rule> rules() {
    return rules;
  }

  void read(TokenCursor list) throws RefusedException {
    for (TokenCursor part : list.parts()) {
      while (!part.atEnd()) { // constraints may stand behind each other without a comma
        if (part.peek().isWord("CONSTRAINT")) {
          constraint(part);
        } else if (part.peek().isWord("PRIMARY") || part.peek().isWord("FOREIGN")) {
          key(part);
        } else {
          column(part);
        }
      }
    }
  }

  /** {@code CONSTRAINT name EXPECT (...)}, or a key. */
  void constraint(TokenCursor cursor) throws RefusedException {
    SourceLocation at = cursor.at();
    cursor.take();
    Piece name = cursor.name("a constraint");
    if (cursor.peek().isWord("PRIMARY") || cursor.peek().isWord("FOREIGN")) {
      key(cursor);
      return;
    }
    if (!cursor.accept("EXPECT")) {
      throw new RefusedException(
          at,
          "the constraint " + name.text() + " is no expectation",
          "rows are held against conditions by CONSTRAINT name EXPECT (condition)",
          "write EXPECT before the condition");
    }
    TokenCursor condition = cursor.parentheses("the condition");
    if (condition.atEnd()) {
      throw condition.unexpected("a condition", "write for example id IS NOT NULL");
    }
    rules.add(new Rule(name, withoutOldNames(condition), onViolation(cursor)));
  }

  private static Piece withoutOldNames(TokenCursor condition) throws RefusedException {
    return QueryScan.of(condition.source(), condition.rest()).rewritten(none -> Optional.empty());
  }

  private static OnViolation onViolation(TokenCursor cursor) throws RefusedException {
    if (!cursor.acceptAll("ON", "VIOLATION")) {
      return OnViolation.WARN;
    }
    if (cursor.acceptAll("DROP", "ROW") || cursor.accept("DROP")) {
      return OnViolation.DROP;
    }
    if (cursor.acceptAll("FAIL", "UPDATE") || cursor.accept("FAIL")) {
      return OnViolation.FAIL;
    }
    if (cursor.accept("QUARANTINE")) {
      cursor.accept("ROW");
      return OnViolation.QUARANTINE;
    }
    throw cursor.unexpected(
        "DROP ROW, FAIL UPDATE or QUARANTINE", "leave ON VIOLATION out to count such rows only");
  }

  /** A key tells readers something, and nobody holds rows against it. */
  private void key(TokenCursor cursor) throws RefusedException {
    boolean primary = cursor.peek().isWord("PRIMARY");
    findings.note(
        new Problem(
            cursor.at(),
            (primary ? "the primary key" : "the foreign key") + " is passed over",
            "it tells readers something; neither there nor here are rows held against it",
            ""));
    while (!cursor.atEnd() && !cursor.peek().isWord("CONSTRAINT") && !cursor.peek().is(",")) {
      if (cursor.peek().is("(")) {
        cursor.parentheses("the columns");
      } else {
        cursor.take();
      }
    }
  }

  private void column(TokenCursor cursor) throws RefusedException {
    Piece name = cursor.name("a column");
    Optional<Piece> type = type(cursor);
    boolean notNull = false;
    while (!cursor.atEnd() && !cursor.peek().isWord("CONSTRAINT")) {
      SourceLocation at = cursor.at();
      if (cursor.acceptAll("NOT", "NULL")) {
        notNull = true;
      } else if (cursor.accept("COMMENT")) {
        cursor.text("a comment");
        findings.note(
            new Problem(
                at,
                "the comment of the column " + name.text() + " is passed over",
                "tables have comments, and columns not yet",
                ""));
      } else if (cursor.acceptAll("PRIMARY", "KEY")) {
        findings.note(
            new Problem(at, "the primary key is passed over", "rows are not held against it", ""));
      } else if (cursor.accept("COLLATE")) {
        cursor.name("a collation");
        findings.note(
            new Problem(at, "COLLATE is passed over", "texts are compared by their bytes", ""));
      } else {
        throw refused(name, cursor);
      }
    }
    columns.add(new ColumnSpec(name, type, notNull));
  }

  private static RefusedException refused(Piece name, TokenCursor cursor) {
    if (cursor.peek().isWord("GENERATED") || cursor.peek().isWord("DEFAULT")) {
      return new RefusedException(
          cursor.at(),
          "the column "
              + name.text()
              + " cannot be "
              + cursor.peek().text().toUpperCase(Locale.ROOT),
          "a table's columns are those of its query",
          "write the expression into the SELECT, AS " + name.text());
    }
    if (cursor.peek().isWord("MASK")) {
      return new RefusedException(
          cursor.at(),
          "the column " + name.text() + " cannot be masked",
          "whoever may read the lake's files reads all columns",
          "leave the column out, or select a digest of it, such as sha2(" + name.text() + ", 256)");
    }
    return cursor.unexpected("NOT NULL or COMMENT", "write name TYPE NOT NULL COMMENT 'text'");
  }

  private static Optional<Piece> type(TokenCursor cursor) throws RefusedException {
    if (cursor.atEnd() || cursor.peek().isWord(BEHIND_TYPE)) {
      return Optional.empty();
    }
    int from = cursor.peek().from();
    int to = from;
    while (!cursor.atEnd() && !cursor.peek().isWord(BEHIND_TYPE)) {
      if (cursor.peek().is("(")) {
        cursor.parentheses("the type's size");
        to = cursor.previous().to();
      } else if (cursor.peek().is("<")) {
        to = angles(cursor);
      } else {
        to = cursor.take().to();
      }
    }
    return Optional.of(cursor.source().piece(from, to));
  }

  /** Inside of a type everything belongs to it. */
  private static int angles(TokenCursor cursor) {
    int depth = 0;
    int to;
    do {
      SqlToken token = cursor.take();
      depth += token.is("<") ? 1 : token.is(">") ? -1 : 0;
      to = token.to();
    } while (depth > 0 && !cursor.atEnd());
    return to;
  }
}
