package io.lakebeam.spec.dlt;

import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.DltQuery.Edit;
import io.lakebeam.spec.dlt.DltQuery.Named;
import io.lakebeam.spec.dlt.DltQuery.Read;
import io.lakebeam.spec.dlt.DltQuery.Relation;
import io.lakebeam.spec.dlt.DltQuery.Shape;
import io.lakebeam.spec.dlt.DltQuery.Span;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.dlt.SqlToken.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Finds in the tokens of a query what it reads and what has to be written otherwise. */
final class QueryScan {
  private static final Set<String> READERS =
      Set.of("READ_FILES", "CLOUD_FILES", "READ_KAFKA", "READ_KINESIS", "READ_PUBSUB");
  private static final Set<String> FORMATS =
      Set.of("JSON", "CSV", "TEXT", "PARQUET", "AVRO", "ORC", "XML", "DELTA", "BINARYFILE");
  private static final Set<String> END_OF_FROM =
      Set.of("WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "WINDOW", "QUALIFY", "LATERAL", "SORT");

  /** What a level of parentheses is in the middle of. */
  private enum Clause {
    NONE,
    SELECT,
    FROM,
    OTHER
  }

  private static final class Level {
    Clause clause = Clause.NONE;
    boolean hasRelation;

    Level(Clause clause) {
      this.clause = clause;
    }
  }

  private final SourceText source;
  private final List<SqlToken> tokens;
  private final int start;
  private final String rescued;
  private final List<Relation> relations = new ArrayList<>();
  private final List<Edit> edits = new ArrayList<>();

  /** They take STREAM out before the name of a table. */
  private final List<Edit> streams = new ArrayList<>();

  private final Set<String> words = new HashSet<>();
  private final Deque<Level> levels = new ArrayDeque<>();

  private QueryScan(SourceText source, List<SqlToken> tokens) {
    this.source = source;
    this.tokens = tokens;
    this.start = tokens.get(0).from();
    this.rescued = rescuedColumn(tokens);
  }

  /**
   * The query of these tokens.
   *
   * @param tokens the last one is behind the query
   */
  static DltQuery of(SourceText source, List<SqlToken> tokens) throws RefusedException {
    return new QueryScan(source, tokens).scan();
  }

  /** What the author calls what a schema does not know. */
  private static String rescuedColumn(List<SqlToken> tokens) {
    for (int i = 0; i + 2 < tokens.size(); i++) {
      if (tokens.get(i).text().equalsIgnoreCase("rescuedDataColumn")) {
        return tokens.get(i + 2).text();
      }
    }
    return "_rescued_data";
  }

  private DltQuery scan() throws RefusedException {
    levels.push(new Level(Clause.NONE));
    int i = 0;
    while (i < tokens.size() - 1) {
      i = token(i);
    }
    Piece text = source.piece(start, tokens.get(Math.max(0, tokens.size() - 2)).to());
    Shape shape = new Shape(new SelectList(tokens).names(), words, isSelectAll());
    if (relations.stream().noneMatch(Relation::joined)) {
      edits.addAll(streams);
    }
    return new DltQuery(text, relations, shape, edits);
  }

  /** Looks at a token; the index of the next one to look at. */
  private int token(int i) throws RefusedException {
    SqlToken token = tokens.get(i);
    Level level = levels.peek();
    if (token.isName()) {
      words.add(token.text().toLowerCase(Locale.ROOT));
      rename(token);
    }
    if (token.is("(")) {
      levels.push(new Level(Clause.NONE));
    } else if (token.is(")") && levels.size() > 1) {
      levels.pop();
    } else if (token.isWord("SELECT")) {
      level.clause = Clause.SELECT;
      level.hasRelation = false;
    } else if (token.isWord("FROM")
        && level.clause == Clause.SELECT
        && !(i > 0 && tokens.get(i - 1).isWord("DISTINCT"))) {
      level.clause = Clause.FROM;
      return relation(i + 1);
    } else if (level.clause == Clause.FROM && (token.isWord("JOIN") || token.is(","))) {
      return relation(i + 1);
    } else if (token.isWord(END_OF_FROM) && !tokens.get(i + 1).is("(") || isLateral(i)) {
      // In what is selected it is a name, such as window.start.
      level.clause = level.clause == Clause.FROM ? Clause.OTHER : level.clause;
    }
    return i + 1;
  }

  private boolean isLateral(int i) {
    return tokens.get(i).isWord("LATERAL") && tokens.get(i + 1).isWord("VIEW");
  }

  private void rename(SqlToken token) {
    if (token.text().equalsIgnoreCase(rescued)) {
      edits.add(new Edit(span(token.from(), token.to()), "_rescued"));
    }
  }

  /** Reads what stands where a relation is expected; the index of what follows it. */
  private int relation(int i) throws RefusedException {
    SqlToken token = tokens.get(i);
    if (token.isWord("LATERAL")) {
      return i;
    }
    if (token.isWord("STREAM") && tokens.get(i + 1).is("(")) {
      int close = closing(i + 1);
      List<Edit> to = isReader(i + 2) ? edits : streams;
      to.add(new Edit(span(token.from(), tokens.get(i + 1).to()), ""));
      to.add(new Edit(span(tokens.get(close).from(), tokens.get(close).to()), ""));
      leaf(i + 2, true);
      return close + 1;
    }
    if (token.isWord("STREAM") && tokens.get(i + 1).isName() && !tokens.get(i + 1).isWord("AS")) {
      List<Edit> to = isReader(i + 1) ? edits : streams;
      to.add(new Edit(span(token.from(), tokens.get(i + 1).from()), ""));
      return leaf(i + 1, true);
    }
    if (token.is("(")) {
      boolean isQuery =
          tokens.get(i + 1).isWord("SELECT")
              || tokens.get(i + 1).isWord("WITH")
              || tokens.get(i + 1).isWord("VALUES");
      boolean nested = tokens.get(i + 1).is("(");
      levels.peek().hasRelation = true;
      levels.push(new Level(isQuery ? Clause.NONE : Clause.FROM));
      return isQuery || nested ? i + 1 : relation(i + 1);
    }
    return token.isName() ? leaf(i, false) : i;
  }

  /** True for what is read row by row whether it is called a STREAM or not. */
  private boolean isReader(int i) {
    SqlToken token = tokens.get(i);
    return (token.isWord(READERS) && tokens.get(i + 1).is("("))
        || (token.isWord(FORMATS)
            && tokens.get(i + 1).is(".")
            && tokens.get(i + 2).kind() == Kind.QUOTED_NAME);
  }

  /** A name, a path behind its format, or a call. */
  private int leaf(int i, boolean streaming) throws RefusedException {
    SqlToken token = tokens.get(i);
    Level level = levels.peek();
    boolean joined = level.hasRelation;
    level.hasRelation = true;
    if (token.isWord(READERS) && tokens.get(i + 1).is("(")) {
      int close = closing(i + 1);
      Call call = new CallReader(source, tokens.subList(i, close + 1)).read();
      relations.add(new Read(call, span(token.from(), tokens.get(close).to()), streaming, joined));
      return close + 1;
    }
    if (token.isWord(FORMATS)
        && tokens.get(i + 1).is(".")
        && tokens.get(i + 2).kind() == Kind.QUOTED_NAME) {
      SqlToken path = tokens.get(i + 2);
      Call call = CallReader.path(source, token, path);
      relations.add(new Read(call, span(token.from(), path.to()), streaming, joined));
      return i + 3;
    }
    int end = i;
    List<String> parts = new ArrayList<>(List.of(token.text()));
    while (tokens.get(end + 1).is(".") && tokens.get(end + 2).isName()) {
      end += 2;
      parts.add(tokens.get(end).text());
    }
    if (parts.size() > 1 && parts.get(0).equalsIgnoreCase("live")) {
      parts.remove(0);
    }
    if (!tokens.get(end + 1).is("(")) { // else a table function, which is the engine's
      Span span = span(token.from(), tokens.get(end).to());
      relations.add(
          new Named(new TableName(parts, source.at(token.from())), span, streaming, joined));
    }
    return end + 1;
  }

  private int closing(int open) throws RefusedException {
    int depth = 0;
    for (int i = open; i < tokens.size(); i++) {
      depth += tokens.get(i).is("(") ? 1 : tokens.get(i).is(")") ? -1 : 0;
      if (depth == 0) {
        return i;
      }
    }
    throw new RefusedException(
        source.at(tokens.get(open).from()),
        "the ( that opens here is never closed",
        "",
        "add the )");
  }

  private Span span(int from, int to) {
    return new Span(from - start, to - start);
  }

  /** {@code SELECT * FROM relation [alias]}. */
  private boolean isSelectAll() {
    if (tokens.size() < 5
        || !tokens.get(0).isWord("SELECT")
        || !tokens.get(1).is("*")
        || !tokens.get(2).isWord("FROM")
        || relations.size() != 1) {
      return false;
    }
    int end = start + relations.get(0).span().to();
    List<SqlToken> behind =
        tokens.subList(0, tokens.size() - 1).stream()
            .filter(token -> token.from() >= end && !token.is(")"))
            .toList();
    return behind.isEmpty() || behind.size() == 2 && behind.get(0).isWord("AS");
  }
}
