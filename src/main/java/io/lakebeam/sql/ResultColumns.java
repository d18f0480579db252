package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.spec.QueryText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Columns that a query gives, as a table has them. */
final class ResultColumns {
  /** What Delta tables cannot have in the name of a column. */
  private static final Pattern NO_NAME = Pattern.compile("[ ,;{}()\\n\\t=]");

  private ResultColumns() {}

  /**
   * The columns, by their names and types.
   *
   * @throws InvalidQueryException when one has no name that a table can have, or no such type
   */
  static TableSchema of(
      QueryText query, Map<String, io.lakebeam.shaded.spark.sql.types.DataType> columns)
      throws InvalidQueryException {
    List<Column> result = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    columns.forEach(
        (name, sparkType) -> {
          Optional<DataType> type = SparkTypes.columnType(sparkType);
          if (type.isEmpty()) {
            problems.add(
                new Problem(
                    query.at(1, 1),
                    "column " + name + " has the type " + sparkType.sql(),
                    "no table can store it",
                    fix(sparkType)));
          } else if (NO_NAME.matcher(name).find()) {
            problems.add(
                new Problem(
                    query.at(1, 1),
                    "the column " + name + " needs a name",
                    "tables have no names with blanks, commas, parentheses or equal signs",
                    "write AS name behind it"));
          } else {
            result.add(Column.nullable(name, type.get()));
          }
        });
    if (!problems.isEmpty()) {
      throw new InvalidQueryException(problems);
    }
    try {
      return new TableSchema(result);
    } catch (IllegalArgumentException e) {
      throw twice(query, e.getMessage().replace("two columns named ", ""));
    }
  }

  private static String fix(io.lakebeam.shaded.spark.sql.types.DataType type) {
    return switch (type.typeName()) {
      case "variant" -> "store it as text with to_json(...), or take values with ::type";
      case "void" -> "CAST it to the type that it will have";
      case "timestamp_ntz" -> "CAST it to TIMESTAMP; times without a zone are taken as UTC";
      default -> "CAST it to a type that tables have, for instance INT, STRING or TIMESTAMP";
    };
  }

  /** Of two columns that have one name. */
  static InvalidQueryException twice(QueryText query, String name) {
    return new InvalidQueryException(
        new Problem(
            query.at(1, 1),
            "[COLUMN_ALREADY_EXISTS] the query gives two columns named " + name,
            "names of columns differ in more than case",
            "give one of them another name with AS"));
  }
}
