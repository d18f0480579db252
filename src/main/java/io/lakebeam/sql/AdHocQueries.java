package io.lakebeam.sql;

import static java.util.Map.entry;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.spec.QueryText;
import io.lakebeam.sql.catalyst.QueryReader;
import io.lakebeam.sql.catalyst.Relation;
import io.lakebeam.sql.catalyst.operator.TablePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads queries that somebody asks of tables as they stand: in the SQL of a pipeline's views, with
 * Spark's functions, and of columns with and without names. Does no I/O and never evaluates a
 * query.
 */
public final class AdHocQueries {
  private static final String NO_TABLE = "[TABLE_OR_VIEW_NOT_FOUND]";

  private static final Pattern TABLE_FUNCTION =
      Pattern.compile("(\\[UNRESOLVABLE_TABLE_VALUED_FUNCTION] )[^`]*`([^`]*)`");

  /** What is said to the author of a pipeline, and to somebody who asks a question. */
  private static final Map<String, String> WORDS =
      Map.ofEntries(
          entry("there is no source or dataset", "there is no table"),
          entry("the pipeline declares", "the tables of the pipeline are"),
          entry(
              "neither Spark nor functions: of the pipeline has it",
              "none of Spark's is called so, of those that run no code"),
          entry(" in a materialized view", " here"),
          entry("and rows of a view cannot meet by it", "and rows cannot meet by it"),
          entry("each update would take other rows", "it would take other rows each time"),
          entry(
              "a replayed epoch would get another answer, and tables would differ",
              "a query has one answer, however often it is asked of the same tables"),
          entry(
              "it would stay what it is when the pipeline is read",
              "there is no session that it could be of"),
          entry(
              "only a SELECT says what the rows of a dataset are",
              "tables are read, and never changed"),
          entry("take the value from the row, or leave it out", "leave it out"));

  private final QueryReader reader =
      new QueryReader(FunctionLibrary.standard().functions(), name -> false);
  private final Set<String> tables = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
  private final QueryProblems problems = new QueryProblems(reader, Map.of(), tables);

  /**
   * @param tables names of all tables that there are; those that a query reads are to be declared
   */
  public AdHocQueries(Set<String> tables) {
    this.tables.addAll(tables);
  }

  /**
   * Makes a table known.
   *
   * @param columns that it stores
   * @param onlyByName those of them that {@code *} leaves out
   */
  public void declare(String name, TableSchema columns, Set<String> onlyByName) {
    reader.declareTable(new Relation(name, columns, onlyByName));
  }

  /** The tables that a query names, as it spells them. */
  public Set<String> reads(QueryText query) throws InvalidQueryException {
    return told(query, () -> QueryReader.reads(query.sql()));
  }

  /**
   * Checks and prepares a query, whose tables are declared.
   *
   * @param most rows that are wanted of a query that does not end with a LIMIT of its own
   */
  public AdHocQuery query(QueryText query, int most) throws InvalidQueryException {
    return told(
        query,
        () -> {
          TablePlan plan = reader.printed(query.sql(), most);
          List<Column> columns = new ArrayList<>();
          for (Attribute column : plan.output()) {
            String name = column.name().isBlank() ? "_" : column.name();
            columns.add(
                Column.nullable(name, SparkTypes.columnType(column.dataType()).orElseThrow()));
          }
          return AdHocQuery.of(plan.operators(), columns, QueryReader.hasLimit(query.sql()));
        });
  }

  /** What a pipeline's author reads is put into the words of somebody who asks a question. */
  private <T> T told(QueryText query, QueryProblems.Step<T> step) throws InvalidQueryException {
    try {
      return problems.told(query, step);
    } catch (InvalidQueryException e) {
      throw new InvalidQueryException(e.problems().stream().map(AdHocQueries::worded).toList());
    }
  }

  private static Problem worded(Problem problem) {
    Problem worded = problem.inOtherWords(AdHocQueries::worded);
    Matcher call = TABLE_FUNCTION.matcher(worded.problem());
    if (call.lookingAt()) {
      return new Problem(
          worded.at(),
          call.group(1) + "there is no table function " + call.group(2),
          "tables of the pipeline are read, and no files",
          "name a table of the pipeline");
    }
    boolean isOfFile = worded.problem().startsWith(NO_TABLE) && worded.problem().contains("/");
    return isOfFile
        ? new Problem(
            worded.at(),
            worded.problem(),
            "tables of the pipeline are read, by their names, and no files",
            "name a table of the pipeline")
        : worded;
  }

  private static String worded(String text) {
    String worded = text;
    for (Map.Entry<String, String> words : WORDS.entrySet()) {
      worded = worded.replace(words.getKey(), words.getValue());
    }
    return worded;
  }
}
