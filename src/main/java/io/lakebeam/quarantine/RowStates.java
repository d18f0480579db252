package io.lakebeam.quarantine;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.epoch.ReviewRequests;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.QuarantineLog;
import io.lakebeam.pipeline.QuarantineLog.Outcome;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What became of refused rows, as requests and the quarantine log say at one moment.
 *
 * <pre>
 * open ── replay ── replaying ─┬─ replayed, dropped, left out
 *  │ │                         ├─ failed again: it is another row now, and that one is open
 *  │ └─────────────────────────┴─ not replayed: it is open
 *  └── discard ── discarded ── reopen ── open
 * </pre>
 */
public final class RowStates {
  private final Map<Key, List<Step>> steps = new HashMap<>();
  private final Map<Key, Long> pending = new HashMap<>();

  /** Two rows may have one id; hardly in one quarantine, of one record. */
  private record Key(String quarantine, String id, String position) {}

  /** What may be asked for a row. */
  public enum Status {
    OPEN,
    REPLAYING,
    CLOSED
  }

  /**
   * What somebody has asked for, and what came of it.
   *
   * @param epoch that has taken the row again; empty for none
   * @param correction as JSON; empty for none
   * @param error why it was not taken; empty when it was
   */
  public record Step(
      long request,
      Outcome outcome,
      Optional<Long> epoch,
      Instant at,
      String by,
      String reason,
      String correction,
      String error) {}

  /**
   * What became of a row.
   *
   * @param steps oldest first
   */
  public record State(Status status, List<Step> steps) {
    private static final String CLOSED = "closed";

    public State {
      steps = List.copyOf(steps);
    }

    /** What became of a row last; only of one that is closed. */
    public Outcome last() {
      return steps.get(steps.size() - 1).outcome();
    }

    /** True when that can be asked for. What a table has is not put back twice. */
    public boolean allows(Action action) {
      return switch (action) {
        case REPLAY, DISCARD -> status == Status.OPEN;
        case REOPEN ->
            status == Status.CLOSED
                && (last() == Outcome.DISCARDED
                    || last() == Outcome.DROPPED
                    || last() == Outcome.LEFT_OUT);
        case EXPIRE -> false;
      };
    }

    /** True when nothing can be asked for any more. */
    boolean isFinal() {
      return status == Status.CLOSED && last().isFinal();
    }

    /**
     * True in a state that people name.
     *
     * @param asked one of {@link #words}, also with {@code _} for a space, or {@code closed} for
     *     all but the first two; empty for any
     */
    public boolean isIn(String asked) {
      String said = asked.toLowerCase(Locale.ROOT).replace('_', ' ');
      return said.isEmpty()
          || word().equals(said)
          || said.equals(CLOSED) && status == Status.CLOSED;
    }

    /** True for what {@link #isIn} knows. */
    public static boolean isKnown(String asked) {
      String said = asked.toLowerCase(Locale.ROOT).replace('_', ' ');
      return said.isEmpty() || said.equals(CLOSED) || words().contains(said);
    }

    /** All that {@link #word} may say. */
    public static List<String> words() {
      List<String> words = new ArrayList<>(List.of("open", "replaying"));
      for (Outcome each : Outcome.values()) {
        if (!each.isOpen()) {
          words.add(each.word().replace('_', ' '));
        }
      }
      return words;
    }

    /** In a word or two, for people. */
    public String word() {
      return switch (status) {
        case OPEN -> "open";
        case REPLAYING -> "replaying";
        case CLOSED -> steps.get(steps.size() - 1).outcome().word().replace('_', ' ');
      };
    }
  }

  /** Other pipelines of the lake write to the log as well. */
  private final Set<String> quarantines = new HashSet<>();

  private RowStates(CompiledPipeline pipeline) {
    pipeline.streamingTables().forEach(table -> quarantines.add(table.quarantineName()));
  }

  /** As they are now. */
  public static RowStates of(CompiledPipeline pipeline) {
    ReviewRequests requests = new ReviewRequests(pipeline.lake(), pipeline.id());
    if (requests.last() == 0) {
      return new RowStates(pipeline);
    }
    long done = done(pipeline);
    while (true) {
      try {
        return look(pipeline, requests, done);
      } catch (DeltaException e) {
        // A run that is under way deletes the rows of a request once it is done.
        long now = done(pipeline);
        if (now == done) {
          throw e;
        }
        done = now;
      }
    }
  }

  private static long done(CompiledPipeline pipeline) {
    return ReviewRequests.done(new Ledger(pipeline.lake(), pipeline.id()).contents());
  }

  private static RowStates look(CompiledPipeline pipeline, ReviewRequests requests, long done) {
    RowStates states = new RowStates(pipeline);
    // In this order: what is no longer pending then is in the log.
    List<ReviewRequest> open = requests.after(done);
    Place log = QuarantineLog.in(pipeline.lake());
    Optional<Snapshot> snapshot = DeltaTable.at(log).latest();
    snapshot.ifPresent(each -> each.files().forEach(file -> states.read(log, file, each.schema())));
    long noted = ReviewLog.lastNoted(pipeline);
    for (ReviewRequest request : open) {
      for (ReviewRequest.Rows rows : request.rows()) {
        Optional<CompiledTable> table = pipeline.table(rows.table());
        if (request.action() == Action.REPLAY && table.isPresent()) {
          states.expect(requests.folder(), rows, table.get(), request.number());
        }
      }
    }
    for (ReviewRequest request : requests.after(noted)) {
      if (request.action() != Action.REPLAY) {
        request.rows().forEach(each -> states.read(log, each.file(), QuarantineLog.SCHEMA));
      }
    }
    states.steps.values().forEach(each -> each.sort(Comparator.comparingLong(Step::request)));
    return states;
  }

  private void read(Place place, DataFile file, TableSchema schema) {
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(place, file, schema, schema.names())) {
      while (rows.hasNext()) {
        add(JavaValues.of(rows.next(), schema.columns()));
      }
    }
  }

  private void add(Map<String, @Nullable Object> row) {
    if (!quarantines.contains(text(row, "quarantine"))) {
      return;
    }
    Outcome.of(text(row, "outcome"))
        .ifPresent(
            outcome ->
                steps
                    .computeIfAbsent(
                        new Key(text(row, "quarantine"), text(row, "id"), text(row, "_position")),
                        key -> new ArrayList<>())
                    .add(
                        new Step(
                            (Long) row.get("request"),
                            outcome,
                            Optional.ofNullable((Long) row.get("epoch")),
                            (Instant) row.get("requested_at"),
                            text(row, "requested_by"),
                            text(row, "reason"),
                            text(row, "correction"),
                            text(row, "error"))));
  }

  private static String text(Map<String, @Nullable Object> row, String column) {
    Object value = row.get(column);
    return value == null ? "" : value.toString();
  }

  private void expect(Place folder, ReviewRequest.Rows rows, CompiledTable table, long request) {
    RequestedRow.read(
        folder,
        rows,
        table,
        row -> {
          Key key = new Key(table.quarantineName(), row.id(), row.position());
          boolean isThere =
              steps.getOrDefault(key, List.of()).stream().anyMatch(s -> s.request() == request);
          if (!isThere) {
            pending.put(key, request);
          }
        });
  }

  /** Of a row. */
  public State of(QuarantinedRow row) {
    Key key = new Key(row.quarantine(), row.id(), row.position());
    List<Step> all = steps.getOrDefault(key, List.of());
    boolean isOpen = all.isEmpty() || all.get(all.size() - 1).outcome().isOpen();
    Status status =
        pending.containsKey(key) ? Status.REPLAYING : isOpen ? Status.OPEN : Status.CLOSED;
    return new State(status, all);
  }

  /**
   * What became last of rows of which nothing can be asked for any more, by their ids.
   *
   * @param id how they begin
   */
  public Map<String, Step> ended(String id) {
    Map<String, Step> ended = new TreeMap<>();
    steps.forEach(
        (key, all) -> {
          Step last = all.get(all.size() - 1);
          if (key.id().startsWith(id) && last.outcome().isFinal()) {
            ended.put(key.id(), last);
          }
        });
    return ended;
  }

  /** What a request has led to so far: how many rows by outcome. */
  public Map<Outcome, Long> outcomesOf(long request) {
    return steps.values().stream()
        .flatMap(List::stream)
        .filter(step -> step.request() == request)
        .collect(Collectors.groupingBy(Step::outcome, Collectors.counting()));
  }

  /** The requests of which rows are still to be taken again. */
  public SortedSet<Long> pending() {
    return new TreeSet<>(pending.values());
  }
}
