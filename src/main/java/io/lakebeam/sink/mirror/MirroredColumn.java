package io.lakebeam.sink.mirror;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A column of a table in PostgreSQL.
 *
 * @param type as PostgreSQL writes it
 */
public record MirroredColumn(String name, String type) {
  /** Every table of PostgreSQL has them. */
  private static final Set<String> OF_THE_SYSTEM =
      Set.of("tableoid", "xmin", "cmin", "xmax", "cmax", "ctid");

  /** True for a name that PostgreSQL gives to columns of its own. */
  public static boolean isOfTheSystem(String name) {
    return OF_THE_SYSTEM.contains(name);
  }

  /** False for columns that Lakebeam adds. */
  public static boolean isShown(Column column) {
    return !column.name().startsWith("_") || column.name().startsWith("__");
  }

  /** The columns of a table that are shown, in its order. */
  static List<Column> shown(TableSchema schema) {
    return schema.columns().stream().filter(MirroredColumn::isShown).toList();
  }

  static MirroredColumn of(Column column) {
    return new MirroredColumn(
        column.name(),
        column
            .type()
            .match(
                MirroredColumn::type,
                decimal -> "numeric(" + decimal.precision() + "," + decimal.scale() + ")",
                array -> "jsonb",
                map -> "jsonb",
                struct -> "jsonb"));
  }

  private static String type(Primitive type) {
    return switch (type) {
      case BOOLEAN -> "boolean";
      case TINYINT, SMALLINT -> "smallint";
      case INT -> "integer";
      case BIGINT -> "bigint";
      case FLOAT -> "real";
      case DOUBLE -> "double precision";
      case STRING -> "text";
      case BINARY -> "bytea";
      case DATE -> "date";
      case TIMESTAMP -> "timestamp with time zone";
    };
  }

  /** As it is written in a statement that makes it. */
  String ddl() {
    return Sql.quoted(name) + " " + type;
  }

  /** All of them as one text, equal for equal columns in whatever order. */
  static String text(List<MirroredColumn> columns) {
    return columns.stream().map(MirroredColumn::ddl).sorted().collect(Collectors.joining(", "));
  }
}
