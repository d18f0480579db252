package io.lakebeam.simulation;

import io.lakebeam.simulation.LakeWatch.Version;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingSources.Record;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Compares a lake at rest, whose tables were computed anew now and then, with what the sources
 * hold. Every version of a table that says that it has an epoch has the rows of this and all epochs
 * before, each once, whether it has grown to that or has taken the place of another: so no reader
 * has ever seen a table that was not whole.
 */
final class RefreshCheck {
  private final LakeRows rows;
  private final LakeWatch watch;
  private final Map<String, Record> records = new HashMap<>();
  private final Set<String> expired = new HashSet<>();
  private final Map<String, Long> epochs;
  private int replaced;
  private int lessened;

  RefreshCheck(LakeRows rows, TestingSources sources) {
    this.rows = rows;
    this.watch = rows.watch();
    for (Record each : sources.all()) {
      records.put(each.position(), each);
      if (sources.isExpired(each)) {
        expired.add(each.position());
      }
    }
    this.epochs = PlannedRecords.of(watch, sources);
  }

  /**
   * @return how much of what was looked at
   */
  Map<String, Integer> check() {
    int least = SteadyPipeline.LIMITS.stream().mapToInt(limit -> limit).min().orElseThrow();
    int most = SteadyPipeline.LIMITS.stream().mapToInt(limit -> limit).max().orElseThrow();
    Predicate<Record> isEvent = each -> each.source().equals(TestingSources.EVENTS);
    Predicate<Record> isWhole = each -> each.amount() != null;
    Predicate<Record> isPositive = isWhole.and(each -> each.amount() > 0);
    table("bronze", isEvent.and(isWhole), isEvent.and(isWhole));
    table("bronze_quarantine", isEvent.and(isWhole.negate()), isEvent.and(isWhole.negate()));
    for (String table : List.of("silver", "all")) {
      // Which of the two rules an epoch was judged by is free.
      table(
          table,
          isPositive.and(each -> each.amount() < least),
          isPositive.and(each -> each.amount() < most));
    }
    Predicate<Record> isRefused =
        each -> isWhole.test(each) ? each.amount() <= 0 : !isEvent.test(each);
    table("silver_quarantine", isRefused, isRefused);
    table("all_quarantine", each -> false, each -> false);
    if (!now("all").equals(now("silver"))) {
      throw new Violation(
          "all is " + now("all") + " and follows silver, which is " + now("silver"));
    }
    new TotalsCheck(rows, records).check();
    WindowsCheck windows = new WindowsCheck(rows, records);
    windows.check();
    return Map.of(
        "epochs", watch.plans().size(),
        "rows compared", rows.count(),
        "tables computed anew", replaced,
        "tables computed anew without what is lost", lessened,
        "windows computed anew", windows.anew());
  }

  /** The rows of a table in the end. */
  private Set<String> now(String table) {
    return new TreeSet<>(rows.positions(table, rows.files(table, Long.MAX_VALUE)));
  }

  /**
   * Looks at each version of a table.
   *
   * @param isSure records that are in the table once their epoch is
   * @param mayBe records that may be
   */
  private void table(String table, Predicate<Record> isSure, Predicate<Record> mayBe) {
    Set<String> live = new TreeSet<>();
    Predicate<Record> isThere = isSure;
    for (Version version : watch.versions(table)) {
      live.addAll(version.added());
      live.removeAll(version.removed());
      if (version.application().startsWith("p/")) {
        if (!version.removed().isEmpty()) {
          replaced++;
          // What the topic has lost may be lost with the rows of it.
          isThere = isSure.and(each -> !expired.contains(each.position()));
          Set<String> said = new HashSet<>(rows.positions(table, live));
          lessened += said.containsAll(positions(version.epoch(), isSure)) ? 0 : 1;
        }
        compare(table, version.number(), version.epoch(), live, isThere, mayBe);
      }
    }
    compare(table, watch.versions(table).size() - 1, Long.MAX_VALUE, live, isThere, mayBe);
  }

  private void compare(
      String table,
      long version,
      long epoch,
      Set<String> live,
      Predicate<Record> isSure,
      Predicate<Record> mayBe) {
    List<String> said = rows.positions(table, live);
    Set<String> once = new TreeSet<>(said);
    Set<String> sure = positions(epoch, isSure);
    Set<String> may = positions(epoch, mayBe);
    if (once.size() != said.size() || !once.containsAll(sure) || !may.containsAll(once)) {
      throw new Violation(
          String.format(
              "version %d of %s has the epochs up to %d: %s; it is %s, and may be %s",
              version, table, epoch, said, sure, may));
    }
  }

  private Set<String> positions(long upTo, Predicate<Record> fit) {
    Set<String> positions = new TreeSet<>();
    records.forEach(
        (position, each) -> {
          if (epochs.get(position) <= upTo && fit.test(each)) {
            positions.add(position);
          }
        });
    return positions;
  }
}
