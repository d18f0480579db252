package io.lakebeam.lake;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.Column;
import io.lakebeam.pipeline.QuarantineLog;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.storage.Place;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The tables of a pipeline in its lake, for those who read them: no query of it is looked at. */
public final class LakeTables {
  private final PipelineSpec spec;

  /** What each is, by its name. */
  private final Map<String, String> kinds = new LinkedHashMap<>();

  public LakeTables(PipelineSpec spec) {
    this.spec = spec;
    for (DatasetSpec dataset : spec.datasets()) {
      if (dataset.isStored()) {
        kinds.put(dataset.name(), kind(dataset));
        dataset.quarantine().ifPresent(name -> kinds.put(name, "quarantine"));
      }
    }
    kinds.put(EventLog.TABLE, "event log");
    kinds.put(QuarantineLog.TABLE, "quarantine log");
  }

  /** The same without some of them, of which nobody is to know. */
  public LakeTables without(Set<String> names) {
    LakeTables others = new LakeTables(spec);
    others.kinds.keySet().removeAll(names);
    return others;
  }

  private static String kind(DatasetSpec dataset) {
    return dataset
        .definition()
        .match(
            table -> "streaming table",
            upsert -> "streaming table",
            view -> "materialized view",
            // Its query says that it is one, or it is not there.
            view -> "streaming table");
  }

  /** Every table that the pipeline has or will have, in the order of its file. */
  public Set<String> names() {
    return Collections.unmodifiableSet(kinds.keySet());
  }

  /** The table's name as it is declared, of one that is spelled in any case. */
  public Optional<String> named(String name) {
    return kinds.keySet().stream().filter(name::equalsIgnoreCase).findFirst();
  }

  /** What a table is: {@code streaming table}, {@code quarantine} and so on. */
  public String kind(String name) {
    return kinds.get(name);
  }

  /** The table as it stands now; empty when no run has made it yet. */
  public Optional<LakeTable> find(String name) {
    return find(name, TablePaths.of(spec, name), Optional.of(spec));
  }

  /**
   * The table as it stands now.
   *
   * @throws TableMissingException when no run has made it yet
   */
  public LakeTable open(String name) {
    return open(name, TablePaths.of(spec, name), Optional.of(spec));
  }

  public static LakeTable open(String name, Place place, Optional<PipelineSpec> pipeline) {
    return find(name, place, pipeline).orElseThrow(() -> new TableMissingException(place.uri()));
  }

  private static Optional<LakeTable> find(
      String name, Place place, Optional<PipelineSpec> pipeline) {
    boolean isThere;
    try {
      isThere = place.storage().status(place.child("_delta_log").path()).isPresent();
    } catch (IllegalArgumentException e) {
      throw new UsageException("'" + place + "' is no path: " + e.getMessage());
    }
    // Looked at first: opening a table that is not there would leave its name behind.
    Optional<Snapshot> snapshot = isThere ? DeltaTable.at(place).latest() : Optional.empty();
    return snapshot.map(s -> new LakeTable(name, DeltaTable.at(place), s, pipeline));
  }

  /** What {@code *} leaves out of a table: what queries of the pipeline hand on unseen. */
  public Set<String> onlyByName(LakeTable table) {
    boolean isQuarantine = "quarantine".equals(kind(table.name()));
    return isQuarantine
        ? Set.of()
        : table.snapshot().schema().columns().stream()
            .filter(TableRows::isHidden)
            .map(Column::name)
            .collect(Collectors.toSet());
  }
}
