package io.lakebeam.graph;

import io.lakebeam.graph.SchemaDdlException.DdlError;
import java.util.ArrayList;
import java.util.List;

/**
 * A word, name, number, text or sign of a DDL schema.
 *
 * @param text what it says, without back-ticks or quotes
 * @param offset in UTF-16 units from the start of the schema's text
 */
record DdlToken(Kind kind, String text, int offset) {
  enum Kind {
    /** A keyword or a name without back-ticks. */
    WORD,
    QUOTED_NAME,
    NUMBER,
    TEXT,
    SIGN,
    END
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  /** As the user should see it in a message. */
  String shown() {
    return switch (kind) {
      case END -> "the end";
      case TEXT -> "the text '" + text + "'";
      default -> "'" + text + "'";
    };
  }

  /** Every token, the last one of kind END; what is no token is left out and told as an error. */
  static List<DdlToken> of(String ddl, List<DdlError> errors) {
    List<DdlToken> tokens = new ArrayList<>();
    int at = 0;
    while (at < ddl.length()) {
      char c = ddl.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (isWordStart(c) || isDigit(c)) {
        int end = at + 1;
        while (end < ddl.length() && (isWordStart(ddl.charAt(end)) || isDigit(ddl.charAt(end)))) {
          end++;
        }
        String text = ddl.substring(at, end);
        boolean number = text.chars().allMatch(digit -> isDigit((char) digit));
        tokens.add(new DdlToken(number ? Kind.NUMBER : Kind.WORD, text, at));
        at = end;
      } else if (c == '`' || c == '\'' || c == '"') {
        at = quoted(ddl, at, tokens, errors);
      } else {
        if ("(),<>:".indexOf(c) >= 0) {
          tokens.add(new DdlToken(Kind.SIGN, String.valueOf(c), at));
          at++;
        } else {
          String character = Character.toString(ddl.codePointAt(at));
          errors.add(
              new DdlError(
                  at,
                  "'" + character + "' does not belong into a schema",
                  "a name holds letters, digits and _, unless it stands in back-ticks",
                  "write for example: id BIGINT NOT NULL, `odd name` STRING"));
          at += character.length();
        }
      }
    }
    tokens.add(new DdlToken(Kind.END, "", ddl.length()));
    return tokens;
  }

  private static int quoted(String ddl, int start, List<DdlToken> tokens, List<DdlError> errors) {
    char quote = ddl.charAt(start);
    StringBuilder text = new StringBuilder();
    int at = start + 1;
    while (at < ddl.length()) {
      char c = ddl.charAt(at);
      boolean doubled = at + 1 < ddl.length() && ddl.charAt(at + 1) == quote;
      if (c == quote && !doubled) {
        tokens.add(
            new DdlToken(quote == '`' ? Kind.QUOTED_NAME : Kind.TEXT, text.toString(), start));
        return at + 1;
      }
      text.append(c);
      at += c == quote ? 2 : 1;
    }
    errors.add(
        new DdlError(
            start,
            "the " + quote + " that opens here is never closed",
            "",
            "close it with " + quote + ", and double a " + quote + " inside"));
    return at;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWordStart(char c) {
    return c == '_' || Character.isLetter(c);
  }
}
