package io.lakebeam.spec;

import io.lakebeam.graph.Limits;
import java.util.Optional;

/**
 * How large a query is, counted before anything parses it: planning takes more than linear time,
 * and parsing as many stack frames as parentheses lie in each other.
 */
final class QuerySize {
  private final String sql;
  private int at;
  private int tokens;
  private int open;
  private int deepest;

  private QuerySize(String sql) {
    this.sql = sql;
  }

  /** What is too large about a query or condition; empty when nothing is. */
  static Optional<String> excess(String sql) {
    QuerySize size = new QuerySize(sql);
    while (size.at < sql.length()) {
      size.token();
    }
    if (size.tokens > Limits.QUERY_TOKENS) {
      return Optional.of("it has more than " + Limits.QUERY_TOKENS + " words and signs");
    }
    return size.deepest > Limits.NESTING
        ? Optional.of("more than " + Limits.NESTING + " parentheses lie in each other")
        : Optional.empty();
  }

  /** True when there is nothing but comments. */
  static boolean isBlank(String sql) {
    QuerySize size = new QuerySize(sql);
    while (size.at < sql.length() && size.tokens == 0) {
      size.token();
    }
    return size.tokens == 0;
  }

  private void token() {
    char c = sql.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (sql.startsWith("--", at)) {
      at = behind("\n", at);
    } else if (sql.startsWith("/*", at)) {
      // One that never ends is no comment, but an error that the parser tells.
      tokens += sql.indexOf("*/", at + 2) < 0 ? 1 : 0;
      at = behind("*/", at + 2);
    } else {
      tokens++;
      if (c == '\'' || c == '"' || c == '`') {
        at = behind(String.valueOf(c), at + 1);
      } else if (Character.isLetterOrDigit(c) || c == '_') {
        while (at < sql.length()
            && (Character.isLetterOrDigit(sql.charAt(at)) || sql.charAt(at) == '_')) {
          at++;
        }
      } else {
        open += c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
        deepest = Math.max(deepest, open);
        at++;
      }
    }
  }

  private int behind(String mark, int from) {
    int end = sql.indexOf(mark, from);
    return end < 0 ? sql.length() : end + mark.length();
  }
}
