package io.lakebeam.sql;

import java.util.Locale;
import java.util.Map;

/**
 * Spark's spellings in those of Beam's parser, each by one of the same length, so that every
 * character keeps its line and column: {@code ==}, {@code REGEXP}, {@code r'…'}, {@code 10L} and
 * functions named like a keyword.
 */
final class Spelling {
  /** Keywords that are functions before a parenthesis, and names of that length for the parser. */
  private static final Map<String, String> STAND_INS =
      Map.of(
          "DAY",
          "DA_",
          "CONTAINS",
          "CONTAIN_",
          "UUID",
          "UUI_",
          "GET",
          "GE_",
          "DATE_DIFF",
          "DATEDIFF ");

  private final String sql;
  private final StringBuilder out;
  private int at;

  private Spelling(String sql) {
    this.sql = sql;
    this.out = new StringBuilder(sql);
  }

  /**
   * @throws SqlSyntaxException for a text in double quotes, which Spark takes for a string and
   *     standard SQL for a name; and for one that never ends
   */
  static String normalize(String sql) {
    Spelling spelling = new Spelling(sql);
    while (spelling.at < sql.length()) {
      spelling.token();
    }
    return spelling.out.toString();
  }

  /** What a stand-in name was in the query; any other name is itself, in upper case. */
  static String function(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    switch (upper) {
      case "DA_":
        return "DAY";
      case "CONTAIN_":
        return "CONTAINS";
      case "GE_":
        return "GET";
      case "UUI_":
        return "UUID";
      default:
        return upper;
    }
  }

  private void token() {
    char c = sql.charAt(at);
    if (c == '\'') {
      skipQuoted('\'', "a string that is not closed: a ' is missing");
    } else if (c == '`') {
      skipQuoted('`', "a name that is not closed: a ` is missing");
    } else if (c == '"') {
      throw error("double quotes: write 'text' for a string or `name` for a column");
    } else if (sql.startsWith("--", at)) {
      at = end("\n", sql.length());
    } else if (sql.startsWith("/*", at)) {
      int end = sql.indexOf("*/", at + 2);
      if (end < 0) {
        throw error("a comment that is not closed: */ is missing");
      }
      at = end + 2;
    } else if (sql.startsWith("==", at)) {
      out.setCharAt(at + 1, ' ');
      at += 2;
    } else if (Character.isDigit(c)) {
      number();
    } else if (Character.isJavaIdentifierStart(c)) {
      word();
    } else {
      at++;
    }
  }

  private void number() {
    while (at < sql.length() && Character.isDigit(sql.charAt(at))) {
      at++;
    }
    if (at < sql.length()
        && (sql.charAt(at) == 'L' || sql.charAt(at) == 'l')
        && !isWordPart(at + 1)) {
      out.setCharAt(at++, ' ');
    }
    // 1e3 is one number and 1a no name of its own.
    while (isWordPart(at)) {
      at++;
    }
  }

  private void word() {
    int start = at;
    while (isWordPart(at)) {
      at++;
    }
    String word = sql.substring(start, at).toUpperCase(Locale.ROOT);
    if (word.equals("R") && at < sql.length() && sql.charAt(at) == '\'') {
      out.setCharAt(start, ' ');
      return;
    }
    int next = at;
    while (next < sql.length() && Character.isWhitespace(sql.charAt(next))) {
      next++;
    }
    boolean call = next < sql.length() && sql.charAt(next) == '(';
    boolean qualified = start > 0 && sql.charAt(start - 1) == '.';
    if (call && !qualified && STAND_INS.containsKey(word) && !afterInterval(start)) {
      out.replace(start, at, STAND_INS.get(word));
    } else if (word.equals("REGEXP") && !call && !qualified) {
      out.replace(start, at, "RLIKE ");
    }
  }

  /** {@code INTERVAL '1' DAY (2)} has a unit with a precision, not a function. */
  private boolean afterInterval(int start) {
    int end = start;
    while (end > 0 && Character.isWhitespace(sql.charAt(end - 1))) {
      end--;
    }
    return end > 0 && sql.charAt(end - 1) == '\'';
  }

  private boolean isWordPart(int index) {
    return index < sql.length() && Character.isJavaIdentifierPart(sql.charAt(index));
  }

  private void skipQuoted(char quote, String unclosed) {
    int end = at + 1;
    while (true) {
      end = sql.indexOf(quote, end);
      if (end < 0) {
        throw error(unclosed);
      }
      if (end + 1 < sql.length() && sql.charAt(end + 1) == quote) {
        end += 2;
      } else {
        break;
      }
    }
    at = end + 1;
  }

  private int end(String mark, int otherwise) {
    int end = sql.indexOf(mark, at);
    return end < 0 ? otherwise : end;
  }

  private SqlSyntaxException error(String message) {
    String before = sql.substring(0, at);
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return new SqlSyntaxException(line, at - before.lastIndexOf('\n'), message);
  }
}
