package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Function;

/**
 * A query as its author wrote it, with what has to be written otherwise for an engine that knows
 * tables by one name: {@code STREAM(...)}, {@code LIVE.}, names in catalogs, and files or topics in
 * FROM.
 *
 * @param text the query
 * @param relations what it reads, in the order of the text
 * @param shape what else is known of it without an engine
 */
public record DltQuery(Piece text, List<Relation> relations, Shape shape, List<Edit> edits) {
  public DltQuery {
    relations = List.copyOf(relations);
    edits = List.copyOf(edits);
  }

  /** What a query reads. */
  public sealed interface Relation {
    /** Where it stands in the query's text. */
    Span span();

    /** True when it is a stream: {@code STREAM(x)}. */
    boolean streaming();

    /** True when it is joined to what stands before it. */
    boolean joined();
  }

  /** A table or view, by a name of one or more parts. */
  public record Named(TableName name, Span span, boolean streaming, boolean joined)
      implements Relation {}

  /** Files, or a topic: {@code read_files(...)}, {@code cloud_files(...)}, {@code json.`path`}. */
  public record Read(Call call, Span span, boolean streaming, boolean joined) implements Relation {}

  /**
   * What a table function was given.
   *
   * @param function in small letters; the format where a path stands behind it
   * @param options by their names as written
   */
  public record Call(
      String function,
      Optional<Piece> path,
      Optional<Piece> format,
      Map<String, Piece> options,
      Map<String, SourceLocation> optionsAt,
      SourceLocation at) {}

  /** A part of the query's text, in UTF-16 units. */
  public record Span(int from, int to) {}

  /** What stands in the place of a part. */
  public record Edit(Span span, String by) {}

  /**
   * What is known of a query without an engine.
   *
   * @param selects the selected columns where all are plain names or {@code *}; empty otherwise
   * @param words names in it, in small letters
   * @param isSelectAll it is {@code SELECT * FROM} one relation, and nothing else
   */
  public record Shape(Optional<List<String>> selects, Set<String> words, boolean isSelectAll) {
    /** True when the query holds that name. */
    public boolean names(String word) {
      return words.contains(word.toLowerCase(Locale.ROOT));
    }
  }

  /**
   * The query for the engine: every character that stays is at its line, and mostly at its column.
   *
   * @param names what stands in the place of a relation; empty where it stays as it is
   */
  public Piece rewritten(Function<Relation, Optional<String>> names) {
    return rewritten(names, DltQuery::padded);
  }

  /** The query as somebody would write it by these names: nothing is kept at its column. */
  public String written(Function<Relation, Optional<String>> names) {
    return rewritten(names, (by, old) -> by).text();
  }

  private Piece rewritten(
      Function<Relation, Optional<String>> names, BinaryOperator<String> replacement) {
    List<Edit> all = new ArrayList<>(edits);
    for (Relation relation : relations) {
      names.apply(relation).ifPresent(name -> all.add(new Edit(relation.span(), name)));
    }
    all.sort(Comparator.comparing(edit -> edit.span().from()));
    StringBuilder sql = new StringBuilder();
    int at = 0;
    for (Edit edit : all) {
      sql.append(text.text(), at, edit.span().from());
      String old = text.text().substring(edit.span().from(), edit.span().to());
      sql.append(replacement.apply(edit.by(), old));
      at = edit.span().to();
    }
    return text.with(sql.append(text.text().substring(at)).toString());
  }

  /** At least as long as what stood there, over as many lines. */
  private static String padded(String by, String old) {
    StringBuilder padded = new StringBuilder();
    String line = by;
    int from = 0;
    while (true) {
      int end = old.indexOf('\n', from);
      int width = (end < 0 ? old.length() : end) - from;
      padded.append(line).append(" ".repeat(Math.max(0, width - line.length())));
      if (end < 0) {
        return padded.toString();
      }
      padded.append('\n');
      line = "";
      from = end + 1;
    }
  }
}
