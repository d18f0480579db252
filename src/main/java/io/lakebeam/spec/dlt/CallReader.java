package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.dlt.SqlToken.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the arguments of {@code read_files}, {@code cloud_files} and {@code read_kafka}. */
final class CallReader {
  private static final String MAP = "map";

  private final SourceText source;
  private final SqlToken function;
  private final TokenCursor arguments;
  private final Map<String, Piece> options = new LinkedHashMap<>();
  private final Map<String, SourceLocation> optionsAt = new LinkedHashMap<>();

  /**
   * Of a call.
   *
   * @param tokens from the function's name to the parenthesis that closes
   */
  CallReader(SourceText source, List<SqlToken> tokens) {
    this.source = source;
    this.function = tokens.get(0);
    this.arguments = new TokenCursor(source, tokens.subList(2, tokens.size()));
  }

  /** The files of {@code format.`path`}. */
  static Call path(SourceText source, SqlToken format, SqlToken path) {
    Piece inside = source.piece(path.from() + 1, path.to() - 1).with(path.text());
    return new Call(
        format.text().toLowerCase(Locale.ROOT),
        Optional.of(inside),
        Optional.of(source.piece(format.from(), format.to())),
        Map.of(),
        Map.of(),
        source.at(format.from()));
  }

  Call read() throws RefusedException {
    Optional<Piece> path = Optional.empty();
    Optional<Piece> format = Optional.empty();
    for (TokenCursor argument : arguments.parts()) {
      if (argument.peek().isWord(MAP) && argument.peek(1).is("(")) {
        argument.take();
        pairs(argument.parentheses("the options"));
      } else if (argument.peek().isName() && argument.peek(1).is("=>")) {
        named(argument);
      } else if (path.isEmpty()) {
        path = Optional.of(value(argument));
      } else {
        format = Optional.of(value(argument));
      }
    }
    Optional<Piece> namedFormat = option("format");
    Optional<Piece> namedPath = option("path");
    return new Call(
        function.text().toLowerCase(Locale.ROOT),
        path.isPresent() ? path : namedPath,
        format.isPresent() ? format : namedFormat,
        options,
        optionsAt,
        source.at(function.from()));
  }

  private Optional<Piece> option(String name) {
    optionsAt.remove(name);
    return Optional.ofNullable(options.remove(name));
  }

  private void named(TokenCursor argument) throws RefusedException {
    SourceLocation at = argument.at();
    String name = argument.take().text();
    argument.take();
    put(name, value(argument), at);
  }

  private void pairs(TokenCursor map) throws RefusedException {
    List<TokenCursor> parts = map.parts();
    for (int i = 0; i + 1 < parts.size(); i += 2) {
      SourceLocation at = parts.get(i).at();
      put(value(parts.get(i)).text(), value(parts.get(i + 1)), at);
    }
  }

  private void put(String name, Piece value, SourceLocation at) {
    String key = name.replaceFirst("(?i)^cloudFiles\\.", "");
    String known =
        key.equalsIgnoreCase("format") || key.equalsIgnoreCase("path")
            ? key.toLowerCase(Locale.ROOT)
            : key;
    options.put(known, value);
    optionsAt.put(known, at);
  }

  /** A single text, number or word; {@code secret(scope, key)} is the variable of that name. */
  private Piece value(TokenCursor cursor) throws RefusedException {
    SqlToken token = cursor.peek();
    boolean isSecret = token.isWord("secret") && cursor.peek(1).is("(");
    if (isSecret) {
      Piece whole = cursor.all();
      cursor.take();
      List<TokenCursor> parts = cursor.parentheses("scope and key").parts();
      if (parts.size() == 2) {
        String name = value(parts.get(0)).text() + "_" + value(parts.get(1)).text();
        String variable = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]+", "_");
        return whole.with("${" + variable + "}");
      }
    }
    boolean isValue = token.kind() == Kind.TEXT || token.kind() == Kind.NUMBER || token.isName();
    if (!isValue || !cursor.peek(1).endsValue()) {
      throw new RefusedException(
          cursor.at(),
          "an argument of " + function.text() + " is no single value",
          "where rows come from is known before any query runs",
          "write a text, a number, true or false; ${name} stands for a parameter");
    }
    cursor.take();
    return cursor.piece(token);
  }
}
