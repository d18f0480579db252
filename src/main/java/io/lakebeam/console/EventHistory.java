package io.lakebeam.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.event.EventLog;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The newest events of a pipeline, kept in memory: each file of the event log is read once. Older
 * events than those are for {@code lakebeam events} and for SQL.
 */
final class EventHistory {
  /** An epoch writes a file. */
  private static final int MOST_FILES = 2_000;

  private static final int MOST_EVENTS = 20_000;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String pipelineId;
  private final Place path;
  private final DeltaTable table;
  private final Set<String> read = new HashSet<>();
  private final Set<String> ids = new HashSet<>();
  private List<Told> events = new ArrayList<>();
  private long version = -1;

  EventHistory(CompiledPipeline pipeline) {
    this.pipelineId = pipeline.id();
    this.path = pipeline.lake().child(EventLog.TABLE);
    this.table = DeltaTable.at(path);
  }

  /**
   * An event.
   *
   * @param columns as the event log has it
   * @param details of its type; missing where somebody else has written it
   */
  record Told(Map<String, @Nullable Object> columns, JsonNode details) {
    String id() {
      return String.valueOf(columns.get("id"));
    }

    Instant at() {
      return (Instant) columns.get("timestamp");
    }

    String type() {
      return String.valueOf(columns.get("event_type"));
    }

    /** Empty where it is of none. */
    String dataset() {
      Object name = columns.get("dataset_name");
      return name == null ? "" : name.toString();
    }

    /** The epoch; -1 where it is of none. */
    long epoch() {
      return columns.get("epoch") instanceof Long epoch ? epoch : -1;
    }

    /** The update; empty where it is of none. */
    String update() {
      return columns.get("origin") instanceof Map<?, ?> origin
              && origin.get("update_id") instanceof String update
          ? update
          : "";
    }

    /** What an update has failed with; empty otherwise. */
    String problem() {
      return columns.get("error") instanceof Map<?, ?> error
              && error.get("exceptions") instanceof List<?> exceptions
              && !exceptions.isEmpty()
              && exceptions.get(0) instanceof Map<?, ?> first
          ? String.valueOf(first.get("message"))
          : "";
    }
  }

  /** True for the history of this pipeline, in this lake. */
  boolean isOf(CompiledPipeline pipeline) {
    return pipelineId.equals(pipeline.id())
        && path.uri().equals(pipeline.lake().child(EventLog.TABLE).uri());
  }

  /** All that are known, the oldest first. */
  synchronized List<Told> all() {
    Optional<Snapshot> now = table.latest();
    if (now.isEmpty() || now.get().version() == version) {
      return events;
    }
    List<DataFile> newest =
        now.get().files().stream()
            .sorted(Comparator.comparingLong(DataFile::modifiedAt).reversed())
            .limit(MOST_FILES)
            .toList();
    List<Told> more = new ArrayList<>(events);
    for (DataFile file : newest) {
      if (read.add(file.path())) {
        read(now.get(), file, more);
      }
    }
    read.retainAll(newest.stream().map(DataFile::path).collect(Collectors.toSet()));
    more.sort(Comparator.comparing(Told::at).thenComparing(Told::id));
    int first = Math.max(0, more.size() - MOST_EVENTS);
    more.subList(0, first).forEach(event -> ids.remove(event.id()));
    events = List.copyOf(more.subList(first, more.size()));
    version = now.get().version();
    return events;
  }

  private void read(Snapshot log, DataFile file, List<Told> into) {
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(path, file, log.schema(), log.schema().names())) {
      while (rows.hasNext()) {
        Map<String, @Nullable Object> event = JavaValues.of(rows.next(), log.schema().columns());
        boolean isOurs =
            event.get("origin") instanceof Map<?, ?> origin
                && pipelineId.equals(origin.get("pipeline_id"));
        // A file that somebody has rewritten has events that are known.
        if (isOurs && ids.add(String.valueOf(event.get("id")))) {
          into.add(new Told(event, details(event)));
        }
      }
    }
  }

  private static JsonNode details(Map<String, @Nullable Object> event) {
    try {
      return MAPPER
          .readTree(String.valueOf(event.get("details")))
          .path(String.valueOf(event.get("event_type")));
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }
}
