package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the statements of a file of Delta Live Tables: a SQL file, or a notebook saved as one. A
 * statement that cannot be read does not keep the others from being read.
 */
public final class DltFile {
  private static final Set<String> OURS = Set.of("CREATE", "APPLY", "AUTO");

  private final SourceText source;
  private final Findings findings;
  private final List<DltStatement> statements = new ArrayList<>();
  private final List<String> folders = new ArrayList<>();

  private DltFile(SourceText source, Findings findings) {
    this.source = source;
    this.findings = findings;
  }

  /** The statements of a file; what is wrong with others is told. */
  public static List<DltStatement> read(SourceText source, Findings findings) {
    DltFile file = new DltFile(source, findings);
    try {
      file.read(SqlLexer.tokens(source));
    } catch (RefusedException e) {
      findings.problem(e.problem());
      file.statements.add(
          new DltStatement.Refused(
              Optional.empty(), true, e.problem().at(), e.problem().at().line()));
    }
    return file.statements;
  }

  /** True when a text holds a statement that only pipelines have. */
  public static boolean isPipeline(SourceText source) {
    try {
      List<SqlToken> tokens = SqlLexer.tokens(source);
      for (int i = 0; i + 1 < tokens.size(); i++) {
        boolean starts = i == 0 || tokens.get(i - 1).endsStatement();
        if (starts && isPipeline(tokens, i)) {
          return true;
        }
      }
      return false;
    } catch (RefusedException e) {
      return false;
    }
  }

  private static boolean isPipeline(List<SqlToken> tokens, int from) {
    Set<String> words = Set.of("LIVE", "STREAMING", "INCREMENTAL", "MATERIALIZED", "FLOW");
    if (tokens.get(from).isWord("APPLY")) {
      return tokens.get(from + 1).isWord("CHANGES");
    }
    if (!tokens.get(from).isWord("CREATE")) {
      return false;
    }
    for (int i = from + 1; i < Math.min(tokens.size(), from + 7); i++) {
      if (tokens.get(i).isWord(words)) {
        return true;
      }
    }
    return false;
  }

  private void read(List<SqlToken> all) {
    List<SqlToken> statement = new ArrayList<>();
    for (SqlToken token : all) {
      if (token.kind() == Kind.MAGIC) {
        magic(token);
      } else {
        statement.add(token);
        if (token.endsStatement()) {
          if (statement.size() > 1) {
            read(new TokenCursor(source, List.copyOf(statement)), statement);
          }
          statement.clear();
        }
      }
    }
  }

  private void magic(SqlToken token) {
    if (token.text().matches("%md(-sandbox)?|%sql")) {
      return;
    }
    findings.note(
        new Problem(
            source.at(token.from()),
            "the cell " + token.text() + " is passed over",
            "of a notebook's cells only those in SQL make a pipeline",
            ""));
  }

  private void read(TokenCursor cursor, List<SqlToken> tokens) {
    SourceLocation at = cursor.at();
    int lastLine = source.at(tokens.get(tokens.size() - 2).to() - 1).line();
    StatementReader reader = new StatementReader(cursor, findings, folders, at, lastLine);
    try {
      if (cursor.peek().isWord("SET")) {
        setting(cursor, at, lastLine).ifPresent(statements::add);
      } else if (cursor.peek().isWord("USE")) {
        use(cursor);
      } else if (cursor.peek().isWord(OURS)) {
        statements.add(reader.read());
      } else {
        throw foreign(cursor);
      }
    } catch (RefusedException e) {
      findings.problem(e.problem());
      Optional<TableName> target = reader.target();
      boolean misleads = target.isEmpty() && tokens.get(0).isWord(OURS);
      statements.add(new DltStatement.Refused(target, misleads, at, lastLine));
    }
  }

  private static RefusedException foreign(TokenCursor cursor) {
    String word = cursor.peek().shown();
    boolean isQuery = cursor.peek().isWord(Set.of("SELECT", "WITH", "SHOW", "DESCRIBE", "EXPLAIN"));
    return new RefusedException(
        cursor.at(),
        "a pipeline has no statement that starts with " + word,
        "its files say what its tables are; they are made when it runs",
        isQuery
            ? "take it out; lakebeam sql answers queries over its tables"
            : "take it out; CREATE STREAMING TABLE, MATERIALIZED VIEW, VIEW and FLOW, SET and USE"
                + " may stand here");
  }

  /** {@code SET key = value}; the value goes to the statement's end. */
  private static Optional<DltStatement> setting(TokenCursor cursor, SourceLocation at, int lastLine)
      throws RefusedException {
    cursor.take();
    StringBuilder key = new StringBuilder();
    while (cursor.peek().isName() || cursor.peek().is(".") || cursor.peek().is("-")) {
      key.append(cursor.take().text());
    }
    if (!cursor.acceptSign("=") && !cursor.acceptSign("==")) {
      throw cursor.unexpected("=", "write SET name = value");
    }
    SqlToken first = cursor.peek();
    boolean isText = first.kind() == Kind.TEXT && cursor.peek(1).endsStatement();
    String value = isText ? first.text() : cursor.all().text();
    return Optional.of(new DltStatement.Setting(key.toString(), value, at, lastLine));
  }

  /** {@code USE CATALOG c}, {@code USE SCHEMA s}, {@code USE c.s}. */
  private void use(TokenCursor cursor) throws RefusedException {
    cursor.take();
    boolean catalog = cursor.accept("CATALOG");
    boolean schema = cursor.accept("SCHEMA") || cursor.accept("DATABASE");
    TableName name = cursor.tableName("a schema");
    if (catalog) {
      folders.clear();
    } else if (name.parts().size() > 1) {
      folders.clear();
    } else if (schema || !folders.isEmpty()) {
      while (folders.size() > 1) {
        folders.remove(folders.size() - 1);
      }
    }
    folders.addAll(name.parts());
  }
}
