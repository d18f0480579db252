package io.lakebeam.spec.dlt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the tables of files are called in a pipeline: by the last part of their names, and where two
 * share it, by schema and name.
 */
final class DltNames {
  private final Map<String, String> byKey = new LinkedHashMap<>();
  private final List<TableName> declared = new ArrayList<>();

  /** Of all tables and views that are made. */
  DltNames(List<DltStatement.Create> creates) {
    Map<String, Integer> uses = new HashMap<>();
    for (DltStatement.Create create : creates) {
      if (declared.stream().noneMatch(name -> name.key().equals(create.name().key()))) {
        declared.add(create.name());
        uses.merge(lower(create.name().last()), 1, Integer::sum);
      }
    }
    for (TableName name : declared) {
      boolean shared = uses.get(lower(name.last())) > 1;
      byKey.put(name.key(), shared ? String.join("_", name.parts()) : name.last());
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** What a table that is made is called. */
  String of(TableName name) {
    return byKey.get(name.key());
  }

  /**
   * The table that a name means.
   *
   * @param from the table whose query names it: its own catalog and schema come first
   */
  Optional<String> meant(TableName name, TableName from) {
    List<TableName> found = declared.stream().filter(d -> d.endsWith(name.parts())).toList();
    Optional<TableName> near =
        found.stream().filter(d -> d.folders().equals(from.folders())).findFirst();
    return near.or(() -> found.stream().findFirst()).map(this::of);
  }

  /**
   * The table that a whole name may mean, which is made without catalog or schema: nothing in the
   * files says in which it is.
   */
  Optional<String> likely(TableName name, TableName from) {
    return declared.stream()
        .filter(d -> d.parts().size() < name.parts().size() && name.endsWith(d.parts()))
        .filter(d -> !d.key().equals(from.key()))
        .findFirst()
        .map(this::of);
  }

  /** What all of them are called. */
  Collection<String> all() {
    return byKey.values();
  }

  boolean isTaken(String name) {
    return byKey.values().stream().anyMatch(name::equalsIgnoreCase);
  }
}
