package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Problem;
import io.lakebeam.spec.QueryText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A text of SQL, taken apart into its statements: at each semicolon that stands in no text, no name
 * and no comment.
 *
 * @param statements in their order; those without a word are left out
 * @param isEnded true when a semicolon stands behind the last one, or there is none
 * @param unclosed a text, a name or a comment that goes on at the end; there are no statements then
 */
public record SqlScript(List<Statement> statements, boolean isEnded, Optional<Problem> unclosed) {
  public SqlScript {
    statements = List.copyOf(statements);
  }

  /**
   * One statement.
   *
   * @param text without its semicolon, at its place in the file
   * @param words its words, names and signs, without quotes; one at least
   */
  public record Statement(QueryText text, List<String> words) {
    public Statement {
      words = List.copyOf(words);
    }
  }

  /**
   * Takes a text apart.
   *
   * @param file where it stands, as the user would type it
   */
  public static SqlScript of(String file, String text) {
    List<SqlToken> tokens;
    try {
      tokens = SqlLexer.tokens(new SourceText(file, text, text));
    } catch (RefusedException e) {
      return new SqlScript(List.of(), false, Optional.of(e.problem()));
    }
    List<Statement> statements = new ArrayList<>();
    List<SqlToken> open = new ArrayList<>();
    boolean isEnded = true;
    for (SqlToken token : tokens) {
      if (!token.endsStatement()) {
        open.add(token);
        continue;
      }
      if (!open.isEmpty()) {
        statements.add(statement(file, text, open));
        isEnded = token.is(";");
      }
      open.clear();
    }
    return new SqlScript(statements, isEnded, Optional.empty());
  }

  /** With blanks in the place of what stands before it, so that places are those of the file. */
  private static Statement statement(String file, String text, List<SqlToken> tokens) {
    int from = tokens.get(0).from();
    int to = tokens.get(tokens.size() - 1).to();
    String sql = text.substring(0, from).replaceAll("[^\n]", " ") + text.substring(from, to);
    return new Statement(
        new QueryText(file, sql, text.substring(0, to)),
        tokens.stream().map(SqlToken::text).toList());
  }
}
