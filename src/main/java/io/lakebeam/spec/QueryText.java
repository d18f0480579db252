package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import java.util.Objects;

/**
 * A query's text with the place it comes from.
 *
 * @param file the .sql file, as the user would type it
 * @param sql the text after substitution; substituted values never hold line breaks, so lines are
 *     those of the file
 * @param original the text as it stands in the file
 */
public record QueryText(String file, String sql, String original) {
  public QueryText {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(sql, "sql");
    Objects.requireNonNull(original, "original");
  }

  /**
   * The place in the file of a place in {@link #sql}.
   *
   * @param line 1-based; a place above the query's first word is that of the word
   * @param column 1-based; moved back to the start of a {@code ${name}} when it falls into or
   *     behind a substituted value
   */
  public SourceLocation at(int line, int column) {
    String margin = sql.substring(0, sql.length() - sql.stripLeading().length());
    int first = (int) margin.chars().filter(c -> c == '\n').count() + 1;
    int indent = margin.length() - (margin.lastIndexOf('\n') + 1);
    return line < first
        ? below(first, indent + 1)
        : below(line, line == first ? Math.max(column, indent + 1) : column);
  }

  private SourceLocation below(int line, int column) {
    String[] before = original.split("\n", -1);
    String[] after = sql.split("\n", -1);
    if (line < 1 || line > before.length || line > after.length) {
      return new SourceLocation(file, Math.max(line, 0), 0);
    }
    return new SourceLocation(
        file, line, originalColumn(before[line - 1], after[line - 1], column));
  }

  /** The place in the file of an offset of {@link #sql}. */
  public SourceLocation at(int offset) {
    String before = sql.substring(0, offset);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return at(line, offset - before.lastIndexOf('\n'));
  }

  private static int originalColumn(String before, String after, int column) {
    int same = 0;
    while (same < before.length()
        && same < after.length()
        && before.charAt(same) == after.charAt(same)) {
      same++;
    }
    if (column <= same) {
      return column;
    }
    int fromEnd = after.length() - column;
    int sameAtEnd = 0;
    while (sameAtEnd < before.length() - same
        && sameAtEnd < after.length() - same
        && before.charAt(before.length() - 1 - sameAtEnd)
            == after.charAt(after.length() - 1 - sameAtEnd)) {
      sameAtEnd++;
    }
    return fromEnd < sameAtEnd ? before.length() - fromEnd : same + 1;
  }
}
