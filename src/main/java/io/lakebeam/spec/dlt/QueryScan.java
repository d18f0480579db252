package io.lakebeam.spec.dlt;

import io.lakebeam.spec.dlt.DltQuery.Edit;
import io.lakebeam.spec.dlt.DltQuery.Shape;
import io.lakebeam.spec.dlt.DltQuery.Span;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds in the tokens of a query what it reads and what has to be written otherwise. */
final class QueryScan {
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
  private final RelationScan relations;
  private final List<Edit> renamed = new ArrayList<>();
  private final Set<String> words = new HashSet<>();
  private final Deque<Level> levels = new ArrayDeque<>();

  private QueryScan(SourceText source, List<SqlToken> tokens) {
    this.source = source;
    this.tokens = tokens;
    this.start = tokens.get(0).from();
    this.rescued = rescuedColumn(tokens);
    this.relations = new RelationScan(source, tokens);
  }

  /** The query that begins at a cursor, to the end of its statement. */
  static DltQuery read(TokenCursor rest) throws RefusedException {
    List<SqlToken> tokens = rest.rest();
    if (tokens.size() < 2) {
      throw rest.unexpected("a query", "write SELECT ...");
    }
    while (!rest.atEnd()) {
      rest.take();
    }
    return of(rest.source(), withoutParentheses(tokens));
  }

  /**
   * The query or condition of these tokens.
   *
   * @param tokens the last one is behind it
   */
  static DltQuery of(SourceText source, List<SqlToken> tokens) throws RefusedException {
    return new QueryScan(source, tokens).scan();
  }

  /** {@code (SELECT ...)} is {@code SELECT ...}. */
  private static List<SqlToken> withoutParentheses(List<SqlToken> tokens) {
    int[] closing = new int[tokens.size()];
    Deque<Integer> open = new ArrayDeque<>();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).is("(")) {
        open.push(i);
      } else if (tokens.get(i).is(")") && !open.isEmpty()) {
        closing[open.pop()] = i;
      }
    }
    int first = 0;
    int last = tokens.size() - 2;
    while (tokens.get(first).is("(") && closing[first] == last && first + 1 < last) {
      first++;
      last--;
    }
    return tokens.subList(first, last + 2);
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
    List<Edit> edits = Stream.concat(renamed.stream(), relations.edits().stream()).toList();
    return new DltQuery(text, relations.relations(), shape, edits);
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
      renamed.add(new Edit(new Span(token.from() - start, token.to() - start), "_rescued"));
    }
  }

  /** Looks at what stands where a relation is expected; the index of what follows it. */
  private int relation(int i) throws RefusedException {
    SqlToken token = tokens.get(i);
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
    if (token.isWord("LATERAL") || !token.isName()) {
      return i;
    }
    Level level = levels.peek();
    boolean joined = level.hasRelation;
    level.hasRelation = true;
    return relations.read(i, joined);
  }

  /** {@code SELECT * FROM relation [alias]}. */
  private boolean isSelectAll() {
    if (tokens.size() < 5
        || !tokens.get(0).isWord("SELECT")
        || !tokens.get(1).is("*")
        || !tokens.get(2).isWord("FROM")
        || relations.relations().size() != 1) {
      return false;
    }
    int end = start + relations.relations().get(0).span().to();
    List<SqlToken> behind =
        tokens.subList(0, tokens.size() - 1).stream()
            .filter(token -> token.from() >= end && !token.is(")"))
            .toList();
    return behind.isEmpty() || behind.size() == 2 && behind.get(0).isWord("AS");
  }
}
