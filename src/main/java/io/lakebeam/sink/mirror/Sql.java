package io.lakebeam.sink.mirror;

import java.util.List;
import java.util.stream.Collectors;

/** Names in statements. */
final class Sql {
  private Sql() {}

  static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  static String quoted(String schema, String table) {
    return quoted(schema) + "." + quoted(table);
  }

  static String list(List<String> names) {
    return names.stream().map(Sql::quoted).collect(Collectors.joining(", "));
  }
}
