package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.dlt.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Goes over the tokens of one statement. */
final class TokenCursor {
  private static final Set<String> NESTED = Set.of("ARRAY", "MAP", "STRUCT");

  private final SourceText source;
  private final List<SqlToken> tokens;
  private int next;

  /**
   * Over the tokens of a statement.
   *
   * @param tokens the last one ends the statement
   */
  TokenCursor(SourceText source, List<SqlToken> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  SourceText source() {
    return source;
  }

  SqlToken peek() {
    return tokens.get(next);
  }

  /** The token so many further on; the statement's end when there are not so many. */
  SqlToken peek(int further) {
    return tokens.get(Math.min(next + further, tokens.size() - 1));
  }

  boolean atEnd() {
    return next >= tokens.size() - 1;
  }

  SqlToken take() {
    SqlToken token = peek();
    if (!atEnd()) {
      next++;
    }
    return token;
  }

  /** The token that was taken last. */
  SqlToken previous() {
    return tokens.get(Math.max(0, next - 1));
  }

  /** The tokens that are left, with the one that ends the statement. */
  List<SqlToken> rest() {
    return tokens.subList(next, tokens.size());
  }

  SourceLocation at() {
    return source.at(peek().from());
  }

  /** Goes on behind a word, if it is the next one. */
  boolean accept(String word) {
    boolean is = peek().isWord(word);
    if (is) {
      take();
    }
    return is;
  }

  /** Goes on behind these words, if they are the next ones. */
  boolean acceptAll(String... words) {
    for (int i = 0; i < words.length; i++) {
      if (!peek(i).isWord(words[i])) {
        return false;
      }
    }
    for (int i = 0; i < words.length; i++) {
      take();
    }
    return true;
  }

  boolean acceptSign(String sign) {
    boolean is = peek().is(sign);
    if (is) {
      take();
    }
    return is;
  }

  void expect(String word, String fix) throws RefusedException {
    if (!accept(word)) {
      throw unexpected(word, fix);
    }
  }

  void expectSign(String sign, String fix) throws RefusedException {
    if (!acceptSign(sign)) {
      throw unexpected(sign, fix);
    }
  }

  RefusedException unexpected(String expected, String fix) {
    return new RefusedException(
        at(), peek().shown() + " stands where " + expected + " is expected", "", fix);
  }

  Piece name(String what) throws RefusedException {
    if (!peek().isName()) {
      throw unexpected("the name of " + what, "write a name; odd ones stand in back-ticks");
    }
    SqlToken token = take();
    return source.piece(token.from(), token.to()).with(token.text());
  }

  /** A name with what stands before it, without {@code LIVE.}. */
  TableName tableName(String what) throws RefusedException {
    SourceLocation at = at();
    List<String> parts = new ArrayList<>();
    do {
      parts.add(name(what).text());
    } while (acceptSign("."));
    if (parts.size() > 1 && parts.get(0).equalsIgnoreCase("live")) {
      parts.remove(0);
    }
    return new TableName(parts, at);
  }

  /** A text, or a word or number that stands for one. */
  Piece text(String what) throws RefusedException {
    SqlToken token = peek();
    if (token.kind() != Kind.TEXT && token.kind() != Kind.NUMBER && !token.isName()) {
      throw unexpected(what, "write it in quotes");
    }
    take();
    return piece(token);
  }

  /** A token as a value: a text at the place of its first character, without the quote. */
  Piece piece(SqlToken token) {
    if (token.kind() == Kind.TEXT) {
      Piece inside = source.piece(token.from() + 1, token.to() - 1);
      if (inside.text().equals(token.text())) {
        return inside;
      }
    }
    return source.piece(token.from(), token.to()).with(token.text());
  }

  /**
   * What stands in the parentheses that open here; goes on behind them.
   *
   * @return all tokens up to the closing one, which is the last
   */
  TokenCursor parentheses(String what) throws RefusedException {
    SqlToken open = peek();
    expectSign("(", "write " + what + " in parentheses");
    int from = next;
    int depth = 1;
    while (!atEnd()) {
      SqlToken token = take();
      depth += token.is("(") ? 1 : token.is(")") ? -1 : 0;
      if (depth == 0) {
        return new TokenCursor(source, tokens.subList(from, next));
      }
    }
    throw new RefusedException(
        source.at(open.from()), "the ( that opens here is never closed", "", "add the )");
  }

  /** The text up to the end of these tokens. */
  Piece all() {
    SqlToken end = tokens.get(tokens.size() - 1);
    if (next >= tokens.size() - 1) {
      return source.piece(end.from(), end.from());
    }
    return source.piece(peek().from(), tokens.get(tokens.size() - 2).to());
  }

  /** The parts between the commas of these tokens, each closed by a token that ends it. */
  List<TokenCursor> parts() {
    List<TokenCursor> parts = new ArrayList<>();
    int from = next;
    int depth = 0;
    int types = 0;
    for (int i = next; i < tokens.size(); i++) {
      SqlToken token = tokens.get(i);
      boolean last = i == tokens.size() - 1;
      if (last || depth == 0 && types == 0 && token.is(",")) {
        if (i > from) {
          parts.add(new TokenCursor(source, tokens.subList(from, i + 1)));
        }
        from = i + 1;
      }
      depth += token.is("(") || token.is("[") ? 1 : token.is(")") || token.is("]") ? -1 : 0;
      // Elsewhere these signs compare values, and need not come in pairs.
      if (token.is("<") && i > 0 && tokens.get(i - 1).isWord(NESTED)) {
        types++;
      } else if (token.is(">") && types > 0) {
        types--;
      }
    }
    return parts;
  }
}
