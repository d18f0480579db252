package io.lakebeam.source.decode;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Names in data to columns: the exact name first, then ignoring case. */
public final class ColumnNames {
  public static final int UNKNOWN = -1;

  private final Map<String, Integer> exact = new HashMap<>();
  private final Map<String, Integer> folded = new HashMap<>();

  /**
   * @param names what the data calls each column
   */
  public ColumnNames(List<String> names) {
    for (int i = 0; i < names.size(); i++) {
      exact.put(names.get(i), i);
      // Names may differ in case only; the first one is as good as any other.
      folded.putIfAbsent(names.get(i).toLowerCase(Locale.ROOT), i);
    }
  }

  /** Index of the column, or {@link #UNKNOWN}. */
  public int exact(String name) {
    return exact.getOrDefault(name, UNKNOWN);
  }

  /** Index of the column, or {@link #UNKNOWN}. */
  int ignoringCase(String name) {
    return folded.getOrDefault(name.toLowerCase(Locale.ROOT), UNKNOWN);
  }

  /** Index of the column of that name, exact or else ignoring case, or {@link #UNKNOWN}. */
  public int find(String name) {
    int index = exact(name);
    return index != UNKNOWN ? index : ignoringCase(name);
  }
}
