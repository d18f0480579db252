package io.lakebeam.scaffold;

import io.lakebeam.graph.DataType;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names and types as queries and schemas have them. */
final class SqlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");

  /** Words of SQL that a query takes for something else than a name, here or in other engines. */
  private static final Set<String> KEYWORDS =
      Set.of(
          ("all and anti any as asc authorization between both by case cast check collate column"
                  + " constraint create cross current_catalog current_database current_date"
                  + " current_schema current_time current_timestamp current_user desc distinct else"
                  + " end escape except false fetch filter for foreign from full grant group having in"
                  + " inner intersect interval into is join lateral leading left like localtime"
                  + " localtimestamp minus natural not null offset on only or order outer overlaps"
                  + " primary references right select semi session_user some sql table then time to"
                  + " trailing true union unique unknown user using values when where with within")
              .split(" "));

  private SqlText() {}

  /** A column's name in a query or a schema, in back-ticks where it needs them. */
  static String name(String column) {
    boolean isPlain =
        PLAIN.matcher(column).matches() && !KEYWORDS.contains(column.toLowerCase(Locale.ROOT));
    return isPlain ? column : "`" + column.replace("`", "``") + "`";
  }

  /** A type in a schema. */
  static String type(DataType type) {
    return type.match(
        DataType::sql,
        DataType::sql,
        array -> "ARRAY<" + type(array.element()) + ">",
        map -> "MAP<" + type(map.key()) + ", " + type(map.value()) + ">",
        struct ->
            struct.fields().stream()
                .map(field -> name(field.name()) + ": " + type(field.type()))
                .collect(Collectors.joining(", ", "STRUCT<", ">")));
  }
}
