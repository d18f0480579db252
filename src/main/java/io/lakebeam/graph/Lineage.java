package io.lakebeam.graph;

import java.io.Serializable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the result of a query follows from: columns of the sources and datasets that it reads.
 *
 * @param columns for each column of the result what its value follows from, in the result's order;
 *     a constant and {@code COUNT(*)} follow from nothing
 * @param rows what decides which rows there are, and so is behind every column
 */
public record Lineage(Map<String, List<ColumnUse>> columns, List<ColumnUse> rows)
    implements Serializable {
  private static final Lineage UNKNOWN = new Lineage(Map.of(), List.of());

  public Lineage {
    Map<String, List<ColumnUse>> sorted = new LinkedHashMap<>();
    columns.forEach((name, uses) -> sorted.put(name, inOrder(uses)));
    columns = Collections.unmodifiableMap(sorted);
    rows = inOrder(rows);
  }

  private static List<ColumnUse> inOrder(List<ColumnUse> uses) {
    return uses.stream().distinct().sorted(ColumnUse.IN_ORDER).toList();
  }

  /** Of what nobody can look into, such as a Beam transform. */
  public static Lineage unknown() {
    return UNKNOWN;
  }

  /** True when nobody can look into what makes the rows. */
  public boolean isUnknown() {
    return columns.isEmpty();
  }

  /** Of rows that are handed on as they are. */
  public static Lineage copy(String relation, List<String> columns) {
    Map<String, List<ColumnUse>> copied = new LinkedHashMap<>();
    columns.forEach(
        name ->
            copied.put(
                name,
                List.of(new ColumnUse(new ColumnOrigin(relation, name), Influence.IDENTITY))));
    return new Lineage(copied, List.of());
  }

  /** The columns that each column of the result is computed from, however. */
  public Map<String, List<ColumnOrigin>> origins() {
    Map<String, List<ColumnOrigin>> origins = new LinkedHashMap<>();
    columns.forEach((name, uses) -> origins.put(name, origins(uses)));
    return origins;
  }

  private static List<ColumnOrigin> origins(List<ColumnUse> uses) {
    return uses.stream().map(ColumnUse::origin).distinct().toList();
  }

  /** The names of all columns that it uses. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    columns.values().forEach(uses -> uses.forEach(use -> names.add(use.origin().column())));
    names.addAll(rows.stream().map(use -> use.origin().column()).collect(Collectors.toSet()));
    return names;
  }
}
