package io.lakebeam.simulation;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.simulation.LakeWatch.Version;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingSources.Record;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Each version of the windows adds those that its watermark has closed, of the version of silver
 * that it says; the first behind a silver that was computed anew has them all anew.
 */
final class WindowsCheck {
  private static final TableSchema WINDOWS =
      TableSchema.of(
          Column.nullable("at", Primitive.TIMESTAMP),
          Column.nullable("k", Primitive.INT),
          Column.nullable("n", Primitive.BIGINT),
          Column.nullable("s", Primitive.BIGINT));
  private static final long SECOND = 1_000_000;

  private final LakeRows rows;
  private final LakeWatch watch;
  private final Map<String, Record> records;
  private int anew;

  /**
   * @param records by their positions
   */
  WindowsCheck(LakeRows rows, Map<String, Record> records) {
    this.rows = rows;
    this.watch = rows.watch();
    this.records = records;
  }

  /** How often they were computed anew. */
  int anew() {
    return anew;
  }

  /**
   * @return how many rows came late for a window, each counted once for each
   */
  long check() {
    long from = -1;
    long before = 0;
    long late = 0;
    boolean isAsked = false;
    Map<Long, Map<String, String>> quarantined = new TreeMap<>();
    Map<String, String> left = new TreeMap<>();
    for (Version version : watch.versions("closed")) {
      if (version.application().endsWith("#asked")) {
        isAsked = true;
      }
      if (version.epoch() < 0 || version.application().endsWith("#asked")) {
        continue;
      }
      boolean isAnew = isAnew(version, from, isAsked);
      if (isAnew) {
        isAsked = false;
        anew++;
        from = -1;
        before = 0;
        left.clear();
      }
      long until = before;
      for (Record each : added(from, version.epoch())) {
        until = Math.max(until, (each.id() - 3) * SECOND);
        for (long start : starts(each)) {
          late += (start + 4) * SECOND <= before ? 1 : 0;
        }
      }
      Map<String, String> right = windows(version.epoch(), before, until);
      Map<String, String> many = new TreeMap<>(right);
      many.values().removeIf(sums -> sums.startsWith("1 "));
      right.keySet().removeAll(many.keySet());
      Map<String, String> said = groups("closed", Set.copyOf(version.added()));
      if (version.mark() != until || !said.equals(right)) {
        throw new Violation(
            String.format(
                "version %d of the windows is of version %d of silver, up to %d: %s; it is %s, up"
                    + " to %d",
                version.number(), version.epoch(), version.mark(), said, right, until));
      }
      quarantined.put(version.epoch(), many);
      left.putAll(many);
      from = version.epoch();
      before = until;
    }
    if (isAsked) {
      throw new Violation("the windows are asked for anew, and are the old ones");
    }
    if (!added(from, Long.MAX_VALUE).isEmpty()) {
      throw new Violation("the windows have stayed behind, at version " + from);
    }
    quarantined(quarantined, left);
    return late;
  }

  /**
   * True when a version has taken the place of all windows there were.
   *
   * @param isAsked true when somebody has asked for that since the version before
   */
  private boolean isAnew(Version version, long from, boolean isAsked) {
    boolean isSilverAnew =
        watch.versions("silver").stream()
            .anyMatch(
                each ->
                    each.number() > from
                        && each.number() <= version.epoch()
                        && !each.removed().isEmpty()
                        && !each.application().equals(Simulation.STRANGER));
    Set<String> there = rows.files("closed", version.number() - 1);
    boolean hasAllAnew = !there.isEmpty() && version.removed().containsAll(there);
    if (version.removed().isEmpty() ? isSilverAnew && !there.isEmpty() : !hasAllAnew) {
      throw new Violation(
          String.format(
              "version %d of the windows, of version %d of silver after version %d, removes %s of"
                  + " %s",
              version.number(), version.epoch(), from, version.removed(), there));
    }
    // A run that slept since before may add what it has to the old ones.
    return hasAllAnew || isSilverAnew || isAsked && there.isEmpty();
  }

  /**
   * @param right what each version has quarantined
   * @param left what is there in the end
   */
  private void quarantined(Map<Long, Map<String, String>> right, Map<String, String> left) {
    Map<Long, Map<String, String>> said = new TreeMap<>();
    for (Version version : watch.versions("closed_quarantine")) {
      Set<String> files = Set.copyOf(version.added());
      Map<String, String> before =
          version.epoch() < 0
              ? null
              : said.put(version.epoch(), groups("closed_quarantine", files));
      if (before != null && !before.isEmpty() && version.removed().isEmpty()) {
        throw new Violation("windows of version " + version.epoch() + " are quarantined twice");
      }
    }
    // The table never got the windows of such a version, and has others in the end.
    said.keySet().removeIf(version -> !right.containsKey(version) && isTakenBack(version));
    right.values().removeIf(Map::isEmpty);
    said.values().removeIf(Map::isEmpty);
    if (!said.equals(right)) {
      throw new Violation("the quarantine of the windows has " + said + "; it is " + right);
    }
    Set<String> files = rows.files("closed_quarantine", Long.MAX_VALUE);
    Map<String, String> there = groups("closed_quarantine", files);
    if (!there.equals(left)) {
      throw new Violation(
          "the quarantine of the windows has " + there + " in the end; it is " + left);
    }
  }

  private boolean isTakenBack(long version) {
    Set<String> removed = new TreeSet<>();
    Set<String> added = new TreeSet<>();
    for (Version each : watch.versions("closed_quarantine")) {
      removed.addAll(each.removed());
      added.addAll(each.epoch() == version ? each.added() : List.of());
    }
    return removed.containsAll(added);
  }

  private Map<String, String> groups(String table, Set<String> files) {
    Map<String, String> groups = new TreeMap<>();
    for (InternalRow row : rows.of(table, files, WINDOWS)) {
      String group = row.getLong(0) / SECOND + " " + row.getInt(1);
      if (groups.put(group, row.getLong(2) + " " + row.getLong(3)) != null) {
        throw new Violation(table + " has the group " + group + " twice");
      }
    }
    return groups;
  }

  /** Rows of silver that came after one version, up to another; those that are there after none. */
  private List<Record> added(long from, long to) {
    Set<String> files = new TreeSet<>();
    for (Version version : watch.versions("silver")) {
      if (version.number() > from && version.number() <= to) {
        files.addAll(version.added());
      }
    }
    if (from < 0) {
      files.retainAll(rows.files("silver", to));
    }
    return records(files);
  }

  /** Windows are of four seconds, every two. */
  private static List<Long> starts(Record each) {
    long last = each.id() - each.id() % 2;
    return List.of(last, last - 2);
  }

  private Map<String, String> windows(long version, long before, long until) {
    Map<String, long[]> groups = new TreeMap<>();
    for (Record each : records(rows.files("silver", version))) {
      for (long start : starts(each)) {
        long end = (start + 4) * SECOND;
        if (end > before && end <= until) {
          long[] sums = groups.computeIfAbsent(start + " " + each.amount() % 2, key -> new long[2]);
          sums[0]++;
          sums[1] += each.id();
        }
      }
    }
    Map<String, String> result = new TreeMap<>();
    groups.forEach((group, sums) -> result.put(group, sums[0] + " " + sums[1]));
    return result;
  }

  /** Rows of some files of silver. */
  private List<Record> records(Set<String> files) {
    return rows.positions("silver", files).stream().map(records::get).toList();
  }
}
