package io.lakebeam.sql;

import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.QueryText;
import io.lakebeam.sql.catalyst.QueryReader;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.SparkProblem;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Tells what is wrong with queries of one pipeline, with the place in the author's file. */
final class QueryProblems {
  /** More than a file of SQL has. */
  private static final int LINES_APART = 50_000;

  private final QueryReader reader;
  private final Map<String, QueryText> views;
  private final List<String> viewNames;
  private final Set<String> relations;

  /**
   * @param views named queries that are not stored
   * @param relations names of what queries may read; more may come
   */
  QueryProblems(QueryReader reader, Map<String, QueryText> views, Set<String> relations) {
    this.reader = reader;
    this.views = Map.copyOf(views);
    this.viewNames = views.keySet().stream().sorted().toList();
    this.relations = relations;
  }

  /** All that its authors have written of a query: its text, and those of the views it names. */
  String written(QueryText query) throws Exception {
    Map<String, String> texts = new TreeMap<>();
    write(query.sql(), texts);
    return query.sql() + texts;
  }

  private void write(String sql, Map<String, String> texts) throws Exception {
    for (String name : QueryReader.reads(sql)) {
      for (Map.Entry<String, QueryText> view : views.entrySet()) {
        if (view.getKey().equalsIgnoreCase(name) && !texts.containsKey(view.getKey())) {
          texts.put(view.getKey(), view.getValue().sql());
          write(view.getValue().sql(), texts);
        }
      }
    }
  }

  /** One step of reading a query. */
  interface Step<T> {
    T take() throws Exception;
  }

  /** The same, of a whole query. */
  <T> T told(QueryText query, Step<T> step) throws InvalidQueryException {
    return told(positions(query), query.sql(), step);
  }

  /** Whatever is wrong is told in the words of the author's file. */
  <T> T told(Positions positions, String sql, Step<T> step) throws InvalidQueryException {
    try {
      return step.take();
    } catch (InvalidQueryException e) {
      throw e;
    } catch (StackOverflowError e) {
      throw new InvalidQueryException(
          new Problem(
              positions.at(1, 1),
              "this query lies too deep in itself",
              "every operator of a chain lies within the next one",
              "write IN (...) in place of many ORs, or split it through a view"));
    } catch (Exception e) {
      Set<Problem> problems = new LinkedHashSet<>();
      reader.problems(sql, e).forEach(each -> problems.add(problem(positions, each)));
      throw new InvalidQueryException(List.copyOf(problems));
    }
  }

  /** The problem in the words of the author's file. */
  Problem problem(Positions positions, Exception e) {
    if (e instanceof RefusedQueryException refused) {
      return refused.told().at(positions.at(refused.line(), refused.column()));
    }
    SparkProblem spark = SparkProblem.of(e);
    SourceLocation at = positions.at(spark.line(), spark.column());
    String tag = "[" + spark.errorClass() + "] ";
    String name = SparkProblem.name(e);
    if (spark.errorClass().equals("TABLE_OR_VIEW_NOT_FOUND")) {
      Set<String> known = new LinkedHashSet<>(relations);
      known.addAll(viewNames);
      return new Problem(
          at,
          tag + "there is no source or dataset " + name,
          "the pipeline declares " + String.join(", ", known),
          didYouMean(name, known).orElse("name one of them"));
    }
    if (spark.errorClass().startsWith("UNRESOLVED_COLUMN")) {
      List<String> known =
          SparkProblem.proposals(e).stream().filter(each -> !each.startsWith("_")).toList();
      Optional<String> instead = fromTheSource(name);
      return new Problem(
          at,
          tag + "there is no column " + name,
          "none of the relations in FROM has it",
          instead.orElseGet(
              () ->
                  known.isEmpty()
                      ? "name one that they have"
                      : didYouMean(name, known)
                          .orElse("the nearest are " + String.join(", ", known))));
    }
    if (spark.errorClass().equals("UNRESOLVED_ROUTINE")) {
      return new Problem(
          at,
          tag + "there is no function " + name,
          "neither Spark nor functions: of the pipeline has it",
          didYouMean(name, QueryReader.functionNames())
              .orElse("see https://spark.apache.org/docs/latest/api/sql/"));
    }
    return new Problem(at, spark.message(), "", spark.fix());
  }

  /** What to do about a column that rows have at their source only. */
  private static Optional<String> fromTheSource(String name) {
    String first = name.substring(0, name.indexOf('.') < 0 ? name.length() : name.indexOf('.'));
    if (HiddenColumns.OF_MESSAGES.stream().anyMatch(c -> c.name().equalsIgnoreCase(first))) {
      return Optional.of("select it from a source of messages, or hand it on from there");
    }
    if (HiddenColumns.METADATA.name().equalsIgnoreCase(first)) {
      return Optional.of(
          "select it where a source of files is read, AS a name of your own, and hand that on");
    }
    return first.equalsIgnoreCase("_rescued_data") || first.equalsIgnoreCase("_rescued")
        ? Optional.of(
            "it is called _rescued here: select it where the source is read, and hand it on")
        : Optional.empty();
  }

  private static Optional<String> didYouMean(String name, Collection<String> known) {
    String last = name.substring(name.lastIndexOf('.') + 1);
    return NearestName.among(name, known)
        .or(() -> NearestName.among(last, known))
        .map(nearest -> "did you mean " + nearest + "?");
  }

  /**
   * Places in a query and in the views put into it: each view's text is parsed as if it stood far
   * below the others', so that a line says whose it is.
   */
  private Positions positions(QueryText query) {
    return (line, column) -> {
      if (line <= LINES_APART) {
        return query.at(line, column);
      }
      String view = viewNames.get(line / LINES_APART - 1);
      return views.get(view).at(line - firstLine(view), column);
    };
  }

  /** How far below the query a view's text is taken to stand. */
  int firstLine(String view) {
    for (int i = 0; i < viewNames.size(); i++) {
      if (viewNames.get(i).equalsIgnoreCase(view)) {
        return (i + 1) * LINES_APART;
      }
    }
    throw new IllegalArgumentException("no view " + view);
  }
}
