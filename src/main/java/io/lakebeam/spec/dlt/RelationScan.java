package io.lakebeam.spec.dlt;

import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.DltQuery.Edit;
import io.lakebeam.spec.dlt.DltQuery.Named;
import io.lakebeam.spec.dlt.DltQuery.Read;
import io.lakebeam.spec.dlt.DltQuery.Relation;
import io.lakebeam.spec.dlt.DltQuery.Span;
import io.lakebeam.spec.dlt.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads what queries read where it stands in their text: tables, files and topics. */
final class RelationScan {
  private static final Set<String> READERS =
      Set.of("READ_FILES", "CLOUD_FILES", "READ_KAFKA", "READ_KINESIS", "READ_PUBSUB");
  private static final Set<String> FORMATS =
      Set.of("JSON", "CSV", "TEXT", "PARQUET", "AVRO", "ORC", "XML", "DELTA", "BINARYFILE");

  private final SourceText source;
  private final List<SqlToken> tokens;
  private final int start;
  private final List<Relation> relations = new ArrayList<>();
  private final List<Edit> edits = new ArrayList<>();

  /** They take STREAM out before the name of a table. */
  private final List<Edit> streams = new ArrayList<>();

  /** Of the tokens of a query. */
  RelationScan(SourceText source, List<SqlToken> tokens) {
    this.source = source;
    this.tokens = tokens;
    this.start = tokens.get(0).from();
  }

  /** What is read so far, in the order of the text. */
  List<Relation> relations() {
    return relations;
  }

  /** What has to be written otherwise; of several relations, the STREAM has to be told. */
  List<Edit> edits() {
    List<Edit> all = new ArrayList<>(edits);
    if (relations.stream().noneMatch(Relation::joined)) {
      all.addAll(streams);
    }
    return all;
  }

  /**
   * Reads the relation at a token that is a name; the index of what follows it.
   *
   * @param joined true when it is joined to another one
   */
  int read(int i, boolean joined) throws RefusedException {
    SqlToken token = tokens.get(i);
    if (token.isWord("STREAM") && tokens.get(i + 1).is("(")) {
      int close = closing(i + 1);
      List<Edit> to = isReader(i + 2) ? edits : streams;
      to.add(new Edit(span(token.from(), tokens.get(i + 1).to()), ""));
      to.add(new Edit(span(tokens.get(close).from(), tokens.get(close).to()), ""));
      leaf(i + 2, true, joined);
      return close + 1;
    }
    if (token.isWord("STREAM") && tokens.get(i + 1).isName() && !tokens.get(i + 1).isWord("AS")) {
      List<Edit> to = isReader(i + 1) ? edits : streams;
      to.add(new Edit(span(token.from(), tokens.get(i + 1).from()), ""));
      return leaf(i + 1, true, joined);
    }
    return leaf(i, false, joined);
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
  private int leaf(int i, boolean streaming, boolean joined) throws RefusedException {
    SqlToken token = tokens.get(i);
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
}
