package io.lakebeam.source;

import io.lakebeam.graph.Column;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names in data to columns: the exact name first, then ignoring case. */
final class ColumnNames {
  static final int UNKNOWN = -1;

  private final Map<String, Integer> exact = new HashMap<>();
  private final Map<String, Integer> folded = new HashMap<>();

  ColumnNames(List<Column> columns) {
    for (int i = 0; i < columns.size(); i++) {
      exact.put(columns.get(i).name(), i);
      // Struct fields may differ in case only; the first one is as good as any other.
      folded.putIfAbsent(columns.get(i).name().toLowerCase(Locale.ROOT), i);
    }
  }

  /** Index of the column, or {@link #UNKNOWN}. */
  int exact(String name) {
    return exact.getOrDefault(name, UNKNOWN);
  }

  /** Index of the column, or {@link #UNKNOWN}. */
  int ignoringCase(String name) {
    return folded.getOrDefault(name.toLowerCase(Locale.ROOT), UNKNOWN);
  }

  /** Index of the column of that name, exact or else ignoring case, or {@link #UNKNOWN}. */
  int find(String name) {
    int index = exact(name);
    return index != UNKNOWN ? index : ignoringCase(name);
  }
}
