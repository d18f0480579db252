package io.lakebeam.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.Microseconds;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * An update that the event log tells of.
 *
 * @param mode {@code TRIGGERED} or {@code CONTINUOUS}
 * @param by who has started it; empty when nobody knows
 * @param state {@code RUNNING}, {@code COMPLETED}, {@code FAILED} or {@code CANCELED}
 * @param endedAt empty as long as nothing is told of its end
 * @param problem what it has failed with; empty otherwise
 */
public record PastUpdate(
    String id,
    Instant begunAt,
    String mode,
    String by,
    String state,
    Optional<Instant> endedAt,
    String problem) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> COLUMNS = List.of("timestamp", "details", "origin", "error");

  /** Those of an update's begin and end. */
  private static final List<String> TYPES = List.of("create_update", "update_progress");

  /** What is read of a log at most; the files that runs write have a few kilobytes each. */
  private static final long MOST_BYTES = 128L << 20;

  /** What is read so far of one. */
  private static final class Draft {
    private @Nullable Instant begunAt;
    private String mode = "";
    private String by = "";
    private String state = "RUNNING";
    private Optional<Instant> endedAt = Optional.empty();
    private String problem = "";

    private Optional<PastUpdate> finish(String id) {
      return Optional.ofNullable(begunAt)
          .map(at -> new PastUpdate(id, at, mode, by, state, endedAt, problem));
    }
  }

  /**
   * The last updates of a pipeline that have done something, the newest first. By the statistics of
   * the event log's files those are read that may tell of updates, whoever has written them, from
   * the newest to that in which the first of these updates begins. Of a log that somebody has
   * written into large files, 128 MB are read at most: what only the rest has is not found.
   *
   * @param id of the pipeline
   * @param most how many
   */
  public static List<PastUpdate> of(Place lake, String id, int most) {
    Place path = lake.child(EventLog.TABLE);
    Optional<Snapshot> log = DeltaTable.at(path).latest();
    if (log.isEmpty() || !log.get().schema().names().containsAll(COLUMNS)) {
      return List.of();
    }
    List<DataFile> newest =
        log.get().files().stream()
            .filter(PastUpdate::mayTellOfUpdates)
            .sorted(Comparator.comparingLong(PastUpdate::lastTold).reversed())
            .toList();
    Map<String, Draft> drafts = new LinkedHashMap<>();
    long left = MOST_BYTES;
    for (DataFile file : newest) {
      if (begun(drafts).skip(most - 1).anyMatch(first -> lastTold(file) < first)) {
        break;
      }
      if (file.bytes() <= left) {
        left -= file.bytes();
        read(path, log.get(), file, id, drafts);
      }
    }
    List<PastUpdate> updates = new ArrayList<>();
    drafts.forEach((update, draft) -> draft.finish(update).ifPresent(updates::add));
    updates.sort(Comparator.comparing(PastUpdate::begunAt).reversed());
    return updates.subList(0, Math.min(most, updates.size()));
  }

  /** When updates have begun, the newest first, in microseconds since 1970. */
  private static Stream<Long> begun(Map<String, Draft> drafts) {
    return drafts.values().stream()
        .flatMap(draft -> Optional.ofNullable(draft.begunAt).stream())
        .map(Microseconds::of)
        .sorted(Comparator.reverseOrder());
  }

  /** The time of a file's newest event; the greatest of all where it does not say. */
  private static long lastTold(DataFile file) {
    return TimeRange.of(file, "timestamp").greatest();
  }

  /** False when the statistics of a file say that it has no event of an update. */
  private static boolean mayTellOfUpdates(DataFile file) {
    JsonNode statistics;
    try {
      statistics = MAPPER.readTree(file.statistics());
    } catch (JsonProcessingException e) {
      return true; // somebody else's way to write them
    }
    JsonNode least = statistics.path("minValues").path("event_type");
    JsonNode greatest = statistics.path("maxValues").path("event_type");
    return !least.isTextual()
        || !greatest.isTextual()
        || TYPES.stream()
            .anyMatch(
                type ->
                    least.textValue().compareTo(type) <= 0
                        && greatest.textValue().compareTo(type) >= 0);
  }

  private static void read(
      Place path, Snapshot log, DataFile file, String id, Map<String, Draft> drafts) {
    List<Column> columns =
        COLUMNS.stream().map(name -> log.schema().column(name).orElseThrow()).toList();
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(path, file, log.schema(), COLUMNS)) {
      while (rows.hasNext()) {
        Map<String, @Nullable Object> event = JavaValues.of(rows.next(), columns);
        if (event.get("origin") instanceof Map<?, ?> origin
            && id.equals(origin.get("pipeline_id"))
            && origin.get("update_id") instanceof String update) {
          add(drafts.computeIfAbsent(update, each -> new Draft()), event);
        }
      }
    }
  }

  private static void add(Draft draft, Map<String, @Nullable Object> event) {
    JsonNode details;
    try {
      details = MAPPER.readTree(String.valueOf(event.get("details")));
    } catch (JsonProcessingException e) {
      return; // somebody else has written it
    }
    Instant at = (Instant) event.get("timestamp");
    JsonNode created = details.path("create_update");
    if (created.isObject()) {
      draft.begunAt = at;
      draft.mode = created.path("mode").asText();
      draft.by = created.path("user_name").asText();
    }
    String state = details.path("update_progress").path("state").asText();
    if (!state.isEmpty() && !state.equals("RUNNING")) {
      draft.state = state;
      draft.endedAt = Optional.of(at);
      draft.problem = problem(event.get("error"));
    }
  }

  private static String problem(@Nullable Object error) {
    return error instanceof Map<?, ?> of
            && of.get("exceptions") instanceof List<?> exceptions
            && !exceptions.isEmpty()
            && exceptions.get(0) instanceof Map<?, ?> first
        ? String.valueOf(first.get("message"))
        : "";
  }
}
