package io.lakebeam.powerbi;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/** Names and identifiers as the files have them. */
final class Names {
  private Names() {}

  /** A name in TMDL, in quotes where it needs them. */
  static String tmdl(String name) {
    return name.matches("[A-Za-z_][A-Za-z0-9_]*") ? name : "'" + name.replace("'", "''") + "'";
  }

  /** A text in M. */
  static String m(String text) {
    return "\"" + text.replace("#(", "#(#)(").replace("\"", "\"\"") + "\"";
  }

  /** A table in DAX. */
  static String daxTable(String table) {
    return "'" + table.replace("'", "''") + "'";
  }

  /** A column of a table in DAX. */
  static String dax(String table, String column) {
    return daxTable(table) + "[" + column.replace("]", "]]") + "]";
  }

  /** The same for the same parts, whenever and wherever it is asked. */
  static UUID uuid(String... parts) {
    String all = "lakebeam/power-bi/" + String.join("\u0000", List.of(parts));
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
  }

  /** As {@link #uuid}, short, for the folders of pages and visuals. */
  static String id(String... parts) {
    return uuid(parts).toString().replace("-", "").substring(0, 20);
  }
}
