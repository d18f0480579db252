package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table's name with what stands before it.
 *
 * @param parts catalog, schema and name, or the last one or two of them
 */
public record TableName(List<String> parts, SourceLocation at) {
  public TableName {
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a name without parts");
    }
  }

  /** The name itself. */
  public String last() {
    return parts.get(parts.size() - 1);
  }

  /** Catalog and schema, as far as they are known. */
  public List<String> folders() {
    return parts.subList(0, parts.size() - 1);
  }

  /** True when the other may mean this one: its parts are the last ones of these. */
  public boolean endsWith(List<String> other) {
    int from = parts.size() - other.size();
    if (from < 0) {
      return false;
    }
    for (int i = 0; i < other.size(); i++) {
      if (!parts.get(from + i).equalsIgnoreCase(other.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The same name in that catalog and schema, unless it says its own. */
  public TableName in(List<String> folders) {
    int own = parts.size() - 1;
    if (own >= folders.size()) {
      return this;
    }
    List<String> all = new ArrayList<>(folders.subList(0, folders.size() - own));
    all.addAll(parts);
    return new TableName(all, at);
  }

  /** For comparing without regard to case. */
  public String key() {
    return String.join(".", parts).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return String.join(".", parts);
  }
}
