package io.lakebeam.spec.dlt;

import io.lakebeam.spec.dlt.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a SQL file into tokens by the rules of Spark's lexer: comments of both kinds (those with
 * brackets may lie in each other), texts in single or double quotes with a backslash before what
 * would end them, {@code r'...'} without, names in back-ticks.
 */
final class SqlLexer {
  private static final Pattern MAGIC =
      Pattern.compile("-- ?MAGIC\\s+(%[A-Za-z_]+)(?:\\s.*)?", Pattern.DOTALL);

  private final SourceText source;
  private final String text;
  private final boolean isNotebook;
  private final List<SqlToken> tokens = new ArrayList<>();
  private int at;

  private SqlLexer(SourceText source) {
    this.source = source;
    this.text = source.text();
    this.isNotebook = text.stripLeading().startsWith("-- Databricks notebook source");
  }

  /**
   * Every token, the last one of kind END.
   *
   * @throws RefusedException when a text, name or comment is never closed
   */
  static List<SqlToken> tokens(SourceText source) throws RefusedException {
    SqlLexer lexer = new SqlLexer(source);
    while (lexer.at < lexer.text.length()) {
      lexer.next();
    }
    lexer.add(Kind.END, "", lexer.at, lexer.at);
    return lexer.tokens;
  }

  private void next() throws RefusedException {
    char c = text.charAt(at);
    if (Character.isWhitespace(c)) {
      at++;
    } else if (text.startsWith("--", at)) {
      lineComment();
    } else if (text.startsWith("/*", at)) {
      bracketComment();
    } else if ((c == 'r' || c == 'R') && (startsWith("'", 1) || startsWith("\"", 1))) {
      at++;
      quoted(Kind.TEXT, at - 1, false);
    } else if (c == '\'' || c == '"') {
      quoted(Kind.TEXT, at, true);
    } else if (c == '`') {
      quoted(Kind.QUOTED_NAME, at, false);
    } else if (isWordPart(c) || startsWith("${", 0)) {
      word();
    } else {
      int length = text.startsWith("=>", at) || text.startsWith("==", at) ? 2 : 1;
      add(Kind.SIGN, text.substring(at, at + length), at, at + length);
      at += length;
    }
  }

  private boolean startsWith(String sign, int further) {
    return text.startsWith(sign, at + further);
  }

  /** A word, a number, or a name with a reference in it that is replaced later or never. */
  private void word() {
    int from = at;
    while (at < text.length()) {
      if (startsWith("${", 0) && text.indexOf('}', at) > 0) {
        at = text.indexOf('}', at) + 1;
      } else if (isWordPart(text.charAt(at))) {
        at++;
      } else {
        break;
      }
    }
    if (at == from) { // a ${ that is never closed, which is told where references are
      at += 2;
    }
    String word = text.substring(from, at);
    add(Character.isDigit(word.charAt(0)) ? Kind.NUMBER : Kind.WORD, word, from, at);
  }

  private static boolean isWordPart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private void lineComment() {
    int end = text.indexOf('\n', at);
    int to = end < 0 ? text.length() : end;
    String line = text.substring(at, to).stripTrailing();
    if (isNotebook && line.matches("-- ?COMMAND -+")) {
      add(Kind.CELL, "", at, to);
    } else if (isNotebook) {
      Matcher magic = MAGIC.matcher(line);
      if (magic.matches()) {
        add(Kind.MAGIC, magic.group(1), at, to);
      }
    }
    at = to;
  }

  private void bracketComment() throws RefusedException {
    int from = at;
    int open = 0;
    do {
      if (text.startsWith("/*", at)) {
        open++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        open--;
        at += 2;
      } else if (at >= text.length()) {
        throw new RefusedException(source.at(from), "this comment is never closed", "", "add */");
      } else {
        at++;
      }
    } while (open > 0);
  }

  private void quoted(Kind kind, int from, boolean escapes) throws RefusedException {
    char quote = text.charAt(at);
    StringBuilder said = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at);
      boolean doubled = c == quote && startsWith(String.valueOf(quote), 1);
      if (c == quote && !doubled) {
        at++;
        add(kind, said.toString(), from, at);
        return;
      }
      if (doubled) {
        said.append(quote);
        at += 2;
      } else if (c == '\\' && escapes && at + 1 < text.length()) {
        said.append(unescaped(text.charAt(at + 1)));
        at += 2;
      } else {
        said.append(c);
        at++;
      }
    }
    throw new RefusedException(
        source.at(from),
        "the " + quote + " that opens here is never closed",
        "",
        "close it with " + quote + ", and double a " + quote + " inside");
  }

  private static String unescaped(char c) {
    return switch (c) {
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      case '%', '_' -> "\\" + c;
      default -> String.valueOf(c);
    };
  }

  private void add(Kind kind, String said, int from, int to) {
    tokens.add(new SqlToken(kind, said, from, to));
  }
}
