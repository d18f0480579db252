package io.lakebeam.doctor;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.ForeignCommit;
import io.lakebeam.delta.ForeignWork;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What other writers, such as a person in Databricks, have done to a pipeline's tables. */
final class OthersChecks {
  /** Properties that keep Lakebeam from its work, or have others give the table new features. */
  private static final List<String> PROPERTIES =
      List.of(
          "delta.appendOnly",
          "delta.enableDeletionVectors",
          "delta.enableRowTracking",
          "delta.enableChangeDataFeed",
          "delta.enableInCommitTimestamps",
          "delta.columnMapping.mode",
          "delta.checkpointPolicy");

  private final Map<String, Place> paths;

  /**
   * @param paths of tables, by name
   */
  OthersChecks(Map<String, Place> paths) {
    this.paths = new TreeMap<>(paths);
  }

  /** A failure when there is a table that Lakebeam cannot work with any more. */
  Optional<Outcome> closed() {
    for (Map.Entry<String, Place> table : paths.entrySet()) {
      ForeignWork work = ForeignWork.of(table.getValue());
      if (work.given().isPresent()) {
        return Optional.of(
            new Outcome.Failed(
                ErrorCode.TABLE_UNSUPPORTED,
                "table "
                    + table.getKey()
                    + " has what Lakebeam cannot work with: "
                    + String.join(", ", work.features()),
                work.given().get().toString(),
                capitalized(work.wayBack())));
      }
    }
    return Optional.empty();
  }

  private static String capitalized(String clause) {
    return Character.toUpperCase(clause.charAt(0)) + clause.substring(1);
  }

  /** A warning when others have changed rows or properties since Lakebeam's last commit. */
  Outcome outcome() {
    List<String> rows = new ArrayList<>();
    List<String> rest = new ArrayList<>();
    List<String> set = new ArrayList<>();
    paths.forEach(
        (name, path) -> {
          ForeignWork work = ForeignWork.of(path);
          work.commits()
              .forEach(commit -> (commit.changesRows() ? rows : rest).add(told(name, commit)));
          if (work.given().isEmpty()) {
            DeltaTable.at(path).latest().ifPresent(now -> set.addAll(properties(name, now)));
          }
        });
    if (!rows.isEmpty()) {
      return new Outcome.Warning(
          ErrorCode.TABLE_CHANGED,
          "somebody else has changed rows since the last commit of a run",
          some(rows),
          "Take back what was not meant, with RESTORE; a view is computed anew when its folder is"
              + " deleted. Grant others SELECT only");
    }
    if (!set.isEmpty()) {
      return new Outcome.Warning(
          ErrorCode.TABLE_UNSUPPORTED,
          "a table has properties that stop runs, or will",
          some(set),
          "ALTER TABLE ... UNSET TBLPROPERTIES takes them away");
    }
    return rest.isEmpty()
        ? new Outcome.Ok("nobody else has written since the last commit of a run")
        : new Outcome.Ok("no rows were changed; " + some(rest));
  }

  private static String told(String table, ForeignCommit commit) {
    return table + ": " + commit;
  }

  private static List<String> properties(String table, Snapshot now) {
    List<String> set = new ArrayList<>();
    for (String property : PROPERTIES) {
      String value = now.properties().getOrDefault(property, "");
      boolean isOff = List.of("", "false", "none", "classic").contains(value);
      if (!isOff) {
        set.add(table + ": " + property + " = " + value);
      }
    }
    now.properties().keySet().stream()
        .filter(property -> property.startsWith("delta.feature."))
        .sorted()
        .forEach(property -> set.add(table + ": " + property));
    return set;
  }

  private static String some(List<String> texts) {
    int shown = Math.min(3, texts.size());
    String more = texts.size() == shown ? "" : "; and " + (texts.size() - shown) + " more";
    return String.join("; ", texts.subList(0, shown)) + more;
  }
}
