package io.lakebeam.simulation;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.simulation.LakeWatch.Version;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingSources.Record;
import io.lakebeam.source.Slice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Compares a lake at rest with what the sources hold. Every version of every table is looked at, so
 * what holds here held for every reader at every moment.
 */
final class LakeCheck {
  private static final TableSchema EVENT = TableSchema.of(Column.nullable("id", Primitive.STRING));

  private final LakeRows rows;
  private final LakeWatch watch;
  private final TestingSources sources;
  private final Map<String, Record> records = new HashMap<>();

  LakeCheck(LakeRows rows, TestingSources sources) {
    this.rows = rows;
    this.watch = rows.watch();
    this.sources = sources;
    sources.all().forEach(each -> records.put(each.position(), each));
  }

  /** What an epoch must bring to a dataset. */
  private record Expected(Set<String> accepted, Set<String> quarantined, int in, int dropped) {
    List<Long> counts() {
      return List.of((long) in, (long) accepted.size(), (long) quarantined.size(), (long) dropped);
    }
  }

  /**
   * @return how much of what was looked at
   * @throws Violation when something is lost, doubled, or seen half
   */
  Map<String, Integer> check() {
    Map<Long, List<Record>> epochs = epochs();
    for (String table : List.of("bronze", "silver")) {
      Map<Long, Set<String>> accepted = new TreeMap<>();
      Map<Long, Set<String>> quarantined = new TreeMap<>();
      epochs.forEach(
          (epoch, read) -> {
            Expected expected = expected(table, read, limit(epoch, read));
            accepted.put(epoch, expected.accepted());
            quarantined.put(epoch, expected.quarantined());
            counted(epoch, table, expected);
          });
      committed(table, accepted);
      committed(table + "_quarantine", quarantined);
    }
    matched(epochs);
    late(epochs);
    long late = new WindowsCheck(rows, records).check();
    lateCounted(late);
    new TotalsCheck(rows, records).check();
    events();
    return Map.of(
        "epochs", epochs.size(),
        "rows compared", rows.count(),
        "rows late for a window", (int) late);
  }

  /** What the rule was when an attempt has decided what silver gets. */
  private int limit(long epoch, List<Record> read) {
    return SteadyPipeline.LIMITS.stream()
        .filter(limit -> isCounted(epoch, "silver", expected("silver", read, limit)))
        .findFirst()
        .orElse(SteadyPipeline.LIMITS.get(0));
  }

  /**
   * Each row of bronze once, whenever the table was declared; but for epochs of a run that does not
   * know the table, which came after the table had its first rows: what is out of the pipeline gets
   * nothing, all of an epoch or none of it.
   */
  private void late(Map<Long, List<Record>> epochs) {
    List<String> said = new ArrayList<>();
    long first = Long.MAX_VALUE;
    for (Version version : watch.versions("late")) {
      said.addAll(rows.positions("late", version.added()));
      if (!version.removed().isEmpty()) {
        throw new Violation("version " + version.number() + " of late takes rows away");
      }
      if (version.epoch() > 0) {
        first = Math.min(first, version.epoch());
      }
    }
    Set<String> there = new HashSet<>(said);
    List<String> right = new ArrayList<>();
    for (Map.Entry<Long, List<Record>> epoch : epochs.entrySet()) {
      List<String> positive =
          epoch.getValue().stream()
              .filter(each -> each.source().equals(TestingSources.EVENTS))
              .filter(each -> each.amount() != null && each.amount() > 0)
              .map(Record::position)
              .toList();
      boolean mayLack =
          epoch.getKey() > first
              && !positive.isEmpty()
              && !SteadyPipeline.hasLate(watch.decided(epoch.getKey(), "bronze").edition());
      if (!mayLack || positive.stream().anyMatch(there::contains)) {
        right.addAll(positive);
      }
    }
    Collections.sort(said);
    Collections.sort(right);
    if (!said.equals(right)) {
      throw new Violation("the table that is declared late has " + said + "; it is " + right);
    }
  }

  /** Rows of silver that meet rows of bronze, as far as bronze had them before the epoch. */
  private void matched(Map<Long, List<Record>> epochs) {
    Map<Long, Set<String>> accepted = new TreeMap<>();
    Map<Long, Set<String>> none = new TreeMap<>();
    Set<Integer> stored = new HashSet<>();
    epochs.forEach(
        (epoch, read) -> {
          Set<String> meeting =
              new TreeSet<>(expected("silver", read, limit(epoch, read)).accepted());
          meeting.removeIf(position -> !stored.contains(records.get(position).amount()));
          accepted.put(epoch, meeting);
          none.put(epoch, Set.of());
          counted(epoch, "matched", new Expected(meeting, Set.of(), meeting.size(), 0));
          expected("bronze", read, 0)
              .accepted()
              .forEach(position -> stored.add(records.get(position).amount()));
        });
    committed("matched", accepted);
    committed("matched_quarantine", none);
  }

  /** Every record of the sources is in one plan, every plan is done. */
  private Map<Long, List<Record>> epochs() {
    Map<Long, List<Record>> epochs = new TreeMap<>();
    Map<String, Long> planned = new HashMap<>();
    watch
        .plans()
        .forEach(
            (epoch, plan) -> {
              if (!watch.done().containsKey(epoch)) {
                throw new Violation("epoch " + epoch + " is not done");
              }
              List<Record> read = new ArrayList<>();
              for (JsonNode slice : plan.get("slices")) {
                if (slice.has("into")) {
                  continue;
                }
                if (slice(slice) instanceof Slice.FileSlice file) {
                  Long before = planned.put(file.path(), epoch);
                  if (before != null) {
                    throw new Violation(file + " is planned in epochs " + before + " and " + epoch);
                  }
                  read.addAll(lines(file.path(), epoch));
                } else {
                  read.addAll(sources.of(slice(slice)));
                }
              }
              for (Record each : read) {
                Long before = planned.put(each.position(), epoch);
                if (before != null) {
                  throw new Violation(
                      each.position() + " is planned in epochs " + before + " and " + epoch);
                }
              }
              epochs.put(epoch, read);
            });
    for (Record each : sources.all()) {
      if (each.source().equals(TestingSources.EVENTS) && !planned.containsKey(each.position())) {
        throw new Violation(each.position() + " is in no plan");
      }
    }
    for (String file : sources.files()) {
      if (!planned.containsKey(file) && !sources.isGone(file)) {
        throw new Violation(file + " is in no plan");
      }
    }
    return epochs;
  }

  /**
   * What an epoch has read of a file: all of one of its versions, which the line tells that is in
   * the quarantine each time; nothing of a file that was removed before it was read.
   */
  private List<Record> lines(String name, long epoch) {
    Set<Integer> versions = new TreeSet<>();
    for (String table : List.of("silver", "silver_quarantine")) {
      for (Version version : watch.versions(table)) {
        if (version.epoch() == epoch && !version.application().equals(Simulation.STRANGER)) {
          for (String position : rows.positions(table, version.added())) {
            if (position.startsWith(name + "#")) {
              String number = position.substring(name.length() + 1, position.lastIndexOf(':'));
              versions.add(Integer.parseInt(number));
            }
          }
        }
      }
    }
    if (versions.size() > 1) {
      throw new Violation(
          "epoch " + epoch + " has rows of the versions " + versions + " of " + name);
    }
    if (versions.isEmpty() && !sources.isGone(name)) {
      throw new Violation("epoch " + epoch + " has no row of " + name);
    }
    return versions.isEmpty() ? List.of() : sources.lines(name, versions.iterator().next());
  }

  static Slice slice(JsonNode slice) {
    String source = slice.get("source").asText();
    return slice.has("topic")
        ? new Slice.KafkaRange(
            source,
            slice.get("topic").asText(),
            slice.get("partition").asInt(),
            slice.get("from").asLong(),
            slice.get("to").asLong())
        : new Slice.FileSlice(source, slice.get("path").asText(), 0, 1);
  }

  private static Expected expected(String table, List<Record> read, int limit) {
    Set<String> accepted = new TreeSet<>();
    Set<String> quarantined = new TreeSet<>();
    int in = 0;
    int dropped = 0;
    for (Record each : read) {
      boolean isEvent = each.source().equals(TestingSources.EVENTS);
      if (table.equals("bronze") ? !isEvent : isEvent && each.amount() == null) {
        continue;
      }
      in++;
      if (each.amount() == null) {
        quarantined.add(each.position());
      } else if (table.equals("bronze") || each.amount() > 0 && each.amount() < limit) {
        accepted.add(each.position());
      } else if (each.amount() <= 0) {
        quarantined.add(each.position());
      } else {
        dropped++;
      }
    }
    return new Expected(accepted, quarantined, in, dropped);
  }

  private void counted(long epoch, String table, Expected expected) {
    if (!isCounted(epoch, table, expected)) {
      throw new Violation(
          String.format(
              "epoch %d says of %s: in, accepted, quarantined, dropped = %s; it is %s",
              epoch, table, said(epoch, table), expected.counts()));
    }
  }

  private boolean isCounted(long epoch, String table, Expected expected) {
    return said(epoch, table).equals(expected.counts());
  }

  /** Rows in, accepted, quarantined, dropped. */
  private List<Long> said(long epoch, String table) {
    for (JsonNode dataset : watch.done().get(epoch).get("datasets")) {
      if (dataset.get("dataset").asText().equals(table)) {
        return Stream.of("in", "accepted", "quarantined", "dropped")
            .map(count -> dataset.get(count).asLong())
            .toList();
      }
    }
    return List.of(0L, 0L, 0L, 0L);
  }

  /** Every version after the first adds one epoch, all of it, and no epoch comes twice. */
  private void committed(String table, Map<Long, Set<String>> epochs) {
    Set<Long> seen = new HashSet<>();
    for (Version version : watch.versions(table).subList(1, watch.versions(table).size())) {
      if (version.application().equals(Simulation.STRANGER)) {
        continue;
      }
      List<String> positions = rows.positions(table, version.added());
      Set<String> expected = epochs.get(version.epoch());
      if (!seen.add(version.epoch())) {
        throw new Violation("epoch " + version.epoch() + " is in table " + table + " twice");
      }
      if (!version.removed().isEmpty()
          || positions.size() != expected.size()
          || !expected.containsAll(positions)) {
        throw new Violation(
            String.format(
                "version %d of %s is to be epoch %d with %s and is %s",
                version.number(), table, version.epoch(), expected, positions));
      }
    }
    epochs.forEach(
        (epoch, rows) -> {
          if (!rows.isEmpty() && !seen.contains(epoch)) {
            throw new Violation("epoch " + epoch + " is not in table " + table);
          }
        });
  }

  private void lateCounted(long late) {
    long counted = 0;
    for (JsonNode result : watch.done().values()) {
      for (JsonNode dataset : result.get("datasets")) {
        counted += dataset.path("late").asLong();
      }
    }
    if (counted != late) {
      throw new Violation(late + " rows came late for their windows, " + counted + " are counted");
    }
  }

  /** One event for each dataset of each epoch, in one commit. */
  private void events() {
    Map<Long, Set<String>> epochs = new TreeMap<>();
    for (Version version :
        watch.versions("event_log").subList(1, watch.versions("event_log").size())) {
      if (!version.application().equals("p/event_log")) {
        continue; // that declarations have changed is told by itself
      }
      Set<String> ids = new TreeSet<>();
      rows.of("event_log", version.added(), EVENT).forEach(row -> ids.add(row.getString(0)));
      if (epochs.put(version.epoch(), ids) != null) {
        throw new Violation("the events of epoch " + version.epoch() + " are there twice");
      }
    }
    watch
        .done()
        .forEach(
            (epoch, result) -> {
              Set<String> ids = epochs.getOrDefault(epoch, Set.of());
              for (JsonNode dataset : result.get("datasets")) {
                String name = dataset.get("dataset").asText();
                // An attempt that was cut off may have refreshed the view and left its event.
                if (!name.equals("totals") && !ids.contains("p/" + epoch + "/" + name)) {
                  throw new Violation("no event of " + name + " in epoch " + epoch);
                }
              }
            });
  }
}
