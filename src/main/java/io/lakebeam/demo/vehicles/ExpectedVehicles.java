package io.lakebeam.demo.vehicles;

import io.lakebeam.demo.Expected;
import io.lakebeam.demo.ExpectedTable;
import io.lakebeam.demo.Verdicts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What the pipeline of vehicles must make of positions. Not thread-safe. */
final class ExpectedVehicles {
  private static final int SECONDS_OF_A_MINUTE = 60;

  private final Verdicts<Rule> verdicts = new Verdicts<>(Rule.class);

  /** By vehicle and time: one that comes twice is there once. */
  private final Map<String, NavigableMap<Long, Position>> positions = new TreeMap<>();

  private long decoded;
  private long undecodable;
  private long taken;

  /**
   * A time in one fence, or outside of all.
   *
   * @param end null for one that goes on
   */
  private record Stay(
      String vehicle,
      Optional<Fence> fence,
      Instant start,
      Instant lastSeen,
      @Nullable Instant end) {
    long seconds() {
      return end == null ? 0 : end.getEpochSecond() - start.getEpochSecond();
    }
  }

  void take(Position position) {
    if (!position.defect().isDecodable()) {
      undecodable++;
      return;
    }
    decoded++;
    if (verdicts.judge(position.defect().broken())) {
      taken++;
      positions
          .computeIfAbsent(position.name(), unknown -> new TreeMap<>())
          .put(position.millis(), position);
    }
  }

  /** After n records. */
  Expected of(long n) {
    List<Stay> stays = stays();
    List<Stay> visits = stays.stream().filter(stay -> stay.fence().isPresent()).toList();
    Map<String, ExpectedTable> tables = new LinkedHashMap<>();
    tables.put("last_positions", lastPositions());
    tables.put("fence_visits", fenceVisits(stays));
    tables.put("fence_events", fenceEvents(visits));
    tables.put("dwell_by_fence", dwellByFence(visits));
    Map<String, Long> rows = new LinkedHashMap<>();
    rows.put("bronze_positions", decoded);
    rows.put("bronze_positions_quarantine", undecodable);
    rows.put("positions", taken);
    rows.put("positions_quarantine", verdicts.quarantined());
    rows.put("last_positions_changes", taken);
    rows.put("fence_visits_changes", taken);
    tables.forEach((name, table) -> rows.put(name, (long) table.rows().size()));
    return new Expected(
        List.of(new Expected.Input(n, "position")),
        List.of("bronze_positions"),
        "positions",
        rows,
        verdicts.counts(),
        verdicts.dropped(),
        verdicts.duplicates(),
        tables);
  }

  private List<Stay> stays() {
    List<Stay> stays = new ArrayList<>();
    positions.forEach(
        (vehicle, byTime) -> {
          Stay stay = null;
          for (Position position : byTime.values()) {
            Instant time = position.time();
            Optional<Fence> fence = Fence.at(position.place());
            if (stay != null && stay.fence().equals(fence)) {
              stay = new Stay(vehicle, fence, stay.start(), time, null);
              continue;
            }
            if (stay != null) {
              stays.add(new Stay(vehicle, stay.fence(), stay.start(), stay.lastSeen(), time));
            }
            stay = new Stay(vehicle, fence, time, time, null);
          }
          stays.add(stay);
        });
    return stays;
  }

  private ExpectedTable lastPositions() {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    positions.forEach(
        (vehicle, byTime) -> {
          Position last = byTime.lastEntry().getValue();
          rows.put(
              List.of(vehicle),
              () -> {
                Map<String, Object> row = new LinkedHashMap<>();
                row.put("recorded_at", last.time());
                row.put("latitude", last.place().latitudeDegrees());
                row.put("longitude", last.place().longitudeDegrees());
                row.put(
                    "speed_kmh", last.defect() == Defect.NO_SPEED ? null : (double) last.speed());
                row.putAll(fence(Fence.at(last.place())));
                return row;
              });
        });
    return new ExpectedTable(List.of("vehicle"), rows);
  }

  private static Map<String, Object> fence(Optional<Fence> fence) {
    Map<String, Object> columns = new LinkedHashMap<>();
    columns.put("fence", fence.map(Fence::id).orElse(null));
    columns.put("fence_name", fence.map(Fence::name).orElse(null));
    return columns;
  }

  private static ExpectedTable fenceVisits(List<Stay> stays) {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    for (Stay stay : stays) {
      rows.put(
          List.of(stay.vehicle(), stay.start()),
          () -> {
            Map<String, Object> row = fence(stay.fence());
            row.put("last_seen_at", stay.lastSeen());
            row.put("__END_AT", stay.end());
            return row;
          });
    }
    return new ExpectedTable(List.of("vehicle", "__START_AT"), rows);
  }

  private static ExpectedTable fenceEvents(List<Stay> visits) {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    for (Stay visit : visits) {
      rows.put(List.of(visit.vehicle(), visit.start(), "entry"), () -> fence(visit.fence()));
      if (visit.end() != null) {
        rows.put(List.of(visit.vehicle(), visit.end(), "exit"), () -> fence(visit.fence()));
      }
    }
    return new ExpectedTable(List.of("vehicle", "event_time", "event"), rows);
  }

  private static ExpectedTable dwellByFence(List<Stay> visits) {
    Map<Fence, List<Stay>> byFence = new HashMap<>();
    for (Stay visit : visits) {
      byFence.computeIfAbsent(visit.fence().orElseThrow(), unknown -> new ArrayList<>()).add(visit);
    }
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    byFence.forEach((fence, of) -> rows.put(List.of(fence.id()), () -> dwell(fence, of)));
    return new ExpectedTable(List.of("fence"), rows);
  }

  private static Map<String, Object> dwell(Fence fence, List<Stay> visits) {
    long ended = visits.stream().filter(visit -> visit.end() != null).count();
    long seconds = visits.stream().mapToLong(Stay::seconds).sum();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("fence_name", fence.name());
    row.put("visits", (long) visits.size());
    row.put("vehicles", visits.stream().map(Stay::vehicle).distinct().count());
    row.put("inside_now", visits.size() - ended);
    row.put("average_minutes", ended == 0 ? null : (double) seconds / ended / SECONDS_OF_A_MINUTE);
    row.put(
        "longest_minutes",
        ended == 0
            ? null
            : (double) visits.stream().mapToLong(Stay::seconds).max().orElseThrow()
                / SECONDS_OF_A_MINUTE);
    return row;
  }
}
