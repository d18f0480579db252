package io.lakebeam.sql;

import java.io.StringReader;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.extensions.sql.impl.parser.impl.BeamSqlParserImpl;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlAbstractParserImpl;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParseException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;

/** The parser's errors in words a query's author can act on. */
final class SyntaxErrors {
  private static final Pattern WORD = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$]*");
  private static final Pattern LEXICAL =
      Pattern.compile("line (\\d+), column (\\d+)\\.\\s+Encountered: (?:\"(.*?)\"|<EOF>)");
  private static final SqlAbstractParserImpl.Metadata WORDS =
      BeamSqlParserImpl.FACTORY.getParser(new StringReader("")).getMetadata();

  private SyntaxErrors() {}

  static SqlSyntaxException explain(SqlParseException error, String sql) {
    String message = error.getMessage() == null ? "" : error.getMessage();
    Matcher lexical = LEXICAL.matcher(message);
    if (lexical.find()) {
      return new SqlSyntaxException(
          Integer.parseInt(lexical.group(1)),
          Integer.parseInt(lexical.group(2)),
          lexical.group(3) == null
              ? "the query ends in the middle of something"
              : "the character " + lexical.group(3) + " has no meaning in SQL");
    }
    SqlParserPos pos = error.getPos();
    if (pos == null) {
      return new SqlSyntaxException(1, 1, message.lines().findFirst().orElse("unknown error"));
    }
    int line = pos.getLineNum();
    int column = pos.getColumnNum();
    int offset = offset(sql, line, column);
    String rest = sql.substring(Math.min(offset, sql.length()));
    Matcher word = WORD.matcher(rest);
    String token = word.lookingAt() ? word.group() : rest.isEmpty() ? "" : rest.substring(0, 1);
    // The parser stops at the last word it could read, when the one behind it is the trouble.
    Matcher next = WORD.matcher(rest.substring(token.length()).stripLeading());
    String following = next.lookingAt() ? next.group() : "";
    if (rest.substring(token.length()).isBlank() && !isReserved(token)) {
      return new SqlSyntaxException(line, column, "unexpected " + quoted(token));
    }
    if (rest.substring(token.length()).isBlank()) {
      return new SqlSyntaxException(
          line,
          column,
          isClause(token)
              ? "the query ends after " + token + ": something is missing"
              : "unexpected " + token + ": " + hint(token));
    }
    if (isReserved(following) && (token.equalsIgnoreCase("AS") || token.equals("."))) {
      int behind = rest.indexOf(following, token.length());
      return new SqlSyntaxException(line, column + behind, hint(following));
    }
    if (isReserved(token) && !isClause(token)) {
      return new SqlSyntaxException(line, column, "unexpected " + token + ": " + hint(token));
    }
    if (message.startsWith("Non-query expression")) {
      return new SqlSyntaxException(
          line, column, "a query starts with SELECT or WITH, not " + token);
    }
    return new SqlSyntaxException(line, column, "unexpected " + quoted(token));
  }

  private static String hint(String word) {
    return word + " is a reserved word: as a name, write it in back-ticks: `" + word + "`";
  }

  private static String quoted(String token) {
    return token.isEmpty() ? "end of the query" : token.equals("'") ? "string" : token;
  }

  private static boolean isReserved(String word) {
    return !word.isEmpty() && WORDS.isReservedWord(word.toUpperCase(Locale.ROOT));
  }

  /** Words that nobody means as a name. */
  private static boolean isClause(String word) {
    switch (word.toUpperCase(Locale.ROOT)) {
      case "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "BY", "UNION", "AS", "ON":
      case "JOIN", "AND", "OR", "NOT", "THEN", "ELSE", "WHEN", "CASE", "END", "WITH", "IN":
        return true;
      default:
        return false;
    }
  }

  private static int offset(String sql, int line, int column) {
    int start = 0;
    for (int i = 1; i < line; i++) {
      start = sql.indexOf('\n', start) + 1;
    }
    return start + column - 1;
  }
}
