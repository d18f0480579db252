package io.lakebeam.spec.dlt;

import java.util.ArrayList;
import java.util.List;

/** Finds backslashes in texts of a query that Spark drops without a word. */
public final class LostEscapes {
  /** What may stand behind a backslash; a percent and an underscore keep theirs. */
  private static final String ESCAPES = "'\"\\0bnrtZ%_";

  private LostEscapes() {}

  /**
   * Where they stand in a query, in UTF-16 units: the first one of each text.
   *
   * @param sql whatever it is; one that is never closed has none
   */
  public static List<Integer> in(String sql) {
    List<Integer> lost = new ArrayList<>();
    if (sql.indexOf('\\') < 0) {
      return lost;
    }
    try {
      for (SqlToken token : SqlLexer.tokens(new SourceText("", sql, sql))) {
        boolean isRaw = sql.startsWith("r", token.from()) || sql.startsWith("R", token.from());
        if (token.kind() == SqlToken.Kind.TEXT && !isRaw) {
          int first = first(sql, token);
          if (first >= 0) {
            lost.add(first);
          }
        }
      }
    } catch (RefusedException e) {
      return List.of(); // it is told when the query is read
    }
    return lost;
  }

  private static int first(String sql, SqlToken text) {
    for (int i = text.from() + 1; i + 1 < text.to() - 1; i++) {
      if (sql.charAt(i) == '\\') {
        if (!isEscape(sql, i + 1)) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  private static boolean isEscape(String sql, int at) {
    return ESCAPES.indexOf(sql.charAt(at)) >= 0
        || Character.isWhitespace(sql.charAt(at))
        || isDigits(sql, at, "[0-3][0-7]{2}", 3)
        || isDigits(sql, at, "u[0-9A-Fa-f]{4}", 5)
        || isDigits(sql, at, "U[0-9A-Fa-f]{8}", 9);
  }

  private static boolean isDigits(String sql, int at, String pattern, int length) {
    return at + length <= sql.length() && sql.substring(at, at + length).matches(pattern);
  }
}
