package io.lakebeam.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.simulation.LakeWatch.Version;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingSources.Record;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;

/**
 * Compares a lake at rest, whose tables were computed anew now and then, with what the sources
 * hold. Every version of a table that says that it has an epoch has the rows of this and all epochs
 * before, each once, whether it has grown to that or has taken the place of another: so no reader
 * has ever seen a table that was not whole.
 */
final class RefreshCheck {
  private static final TableSchema POSITION =
      TableSchema.of(Column.nullable("_position", Primitive.STRING));
  private static final TableSchema TOTALS =
      TableSchema.of(
          Column.nullable("k", Primitive.INT),
          Column.nullable("n", Primitive.BIGINT),
          Column.nullable("s", Primitive.BIGINT));

  private final String lake;
  private final LakeWatch watch;
  private final TestingSources sources;
  private final Map<String, Record> records = new HashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private final Map<String, List<InternalRow>> read = new HashMap<>();
  private int replaced;

  RefreshCheck(String lake, LakeWatch watch, TestingSources sources) {
    this.lake = lake;
    this.watch = watch;
    this.sources = sources;
    sources.all().forEach(each -> records.put(each.position(), each));
  }

  LakeCheck.Compared check() {
    epochs();
    int least = SimulatedPipeline.LIMITS.stream().mapToInt(limit -> limit).min().orElseThrow();
    int most = SimulatedPipeline.LIMITS.stream().mapToInt(limit -> limit).max().orElseThrow();
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
    totals();
    int rows = read.values().stream().mapToInt(List::size).sum();
    return new LakeCheck.Compared(watch.plans().size(), rows, 0, replaced);
  }

  /** The rows of a table in the end. */
  private Set<String> now(String table) {
    Set<String> live = new TreeSet<>();
    for (Version version : watch.versions(table)) {
      live.addAll(version.added());
      live.removeAll(version.removed());
    }
    Set<String> positions = new TreeSet<>();
    for (String file : live) {
      rows(table, file, POSITION).forEach(row -> positions.add(row.getString(0)));
    }
    return positions;
  }

  /** Every record of the sources is new in one plan, and every plan is done. */
  private void epochs() {
    watch
        .plans()
        .forEach(
            (epoch, plan) -> {
              if (!watch.done().containsKey(epoch)) {
                throw new Violation("epoch " + epoch + " is not done");
              }
              for (JsonNode slice : plan.get("slices")) {
                if (!slice.has("into")) {
                  for (Record each : sources.of(LakeCheck.slice(slice))) {
                    if (epochs.put(each.position(), epoch) != null) {
                      throw new Violation(each.position() + " is planned twice");
                    }
                  }
                }
              }
            });
    if (!epochs.keySet().equals(records.keySet())) {
      throw new Violation("not every record is in a plan");
    }
  }

  /**
   * Looks at each version of a table.
   *
   * @param isSure records that are in the table once their epoch is
   * @param mayBe records that may be
   */
  private void table(String table, Predicate<Record> isSure, Predicate<Record> mayBe) {
    Set<String> live = new TreeSet<>();
    for (Version version : watch.versions(table)) {
      live.addAll(version.added());
      live.removeAll(version.removed());
      if (version.application().startsWith("p/")) {
        replaced += version.removed().isEmpty() ? 0 : 1;
        compare(table, version.number(), version.epoch(), live, isSure, mayBe);
      }
    }
    compare(table, watch.versions(table).size() - 1, Long.MAX_VALUE, live, isSure, mayBe);
  }

  private void compare(
      String table,
      long version,
      long epoch,
      Set<String> live,
      Predicate<Record> isSure,
      Predicate<Record> mayBe) {
    List<String> said = new ArrayList<>();
    for (String file : live) {
      rows(table, file, POSITION).forEach(row -> said.add(row.getString(0)));
    }
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

  /** Each version of the view is the query over the version of silver that it says it shows. */
  private void totals() {
    Set<String> live = new TreeSet<>();
    long shows = 0;
    for (Version version : watch.versions("totals")) {
      live.addAll(version.added());
      live.removeAll(version.removed());
      if (version.epoch() < 0 || version.application().endsWith("#asked")) {
        continue;
      }
      shows = version.epoch();
      Map<Integer, String> said = new TreeMap<>();
      for (String file : live) {
        rows("totals", file, TOTALS)
            .forEach(row -> said.put(row.getInt(0), row.getLong(1) + " " + row.getLong(2)));
      }
      if (!said.equals(query(shows))) {
        throw new Violation(
            String.format(
                "version %d of the view shows version %d of silver: %s; it is %s",
                version.number(), shows, said, query(shows)));
      }
    }
    if (!query(shows).equals(query(Long.MAX_VALUE))) {
      throw new Violation("the view has stayed behind, at version " + shows);
    }
  }

  private Map<Integer, String> query(long upTo) {
    Set<String> live = new TreeSet<>();
    for (Version version : watch.versions("silver")) {
      if (version.number() <= upTo) {
        live.addAll(version.added());
        live.removeAll(version.removed());
      }
    }
    Map<Integer, long[]> groups = new TreeMap<>();
    for (String file : live) {
      for (InternalRow row : rows("silver", file, POSITION)) {
        Record each = records.get(row.getString(0));
        long[] sums = groups.computeIfAbsent(each.amount() % 4, k -> new long[2]);
        sums[0]++;
        sums[1] += each.id();
      }
    }
    Map<Integer, String> result = new TreeMap<>();
    groups.forEach((k, sums) -> result.put(k, sums[0] + " " + sums[1]));
    return result;
  }

  private List<InternalRow> rows(String table, String file, TableSchema columns) {
    return read.computeIfAbsent(
        table + "/" + file,
        key -> {
          List<InternalRow> rows = new ArrayList<>();
          try (CloseableIterator<InternalRow> each =
              DataFileReader.read(TestingFileSystem.FILES, new Path(lake + "/" + key), columns)) {
            each.forEachRemaining(rows::add);
          }
          return rows;
        });
  }
}
