package io.lakebeam.quarantine;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.ValueMask;
import io.lakebeam.spec.SourceSpec;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Refused rows as they are shown, and what somebody writes who saw them so. Of a record of JSON the
 * fields of masked names are hidden; any other, and one that cannot be read, as a whole. What is
 * stored has all values: this is no access control.
 */
public final class Masks {
  /** By the quarantine's name. */
  private final Map<String, ValueMask> masks = new HashMap<>();

  private final Set<String> sourcesOfJson = new HashSet<>();

  private Masks() {}

  /** Nothing is hidden. */
  public static Masks none() {
    return new Masks();
  }

  /** As the pipeline says. */
  public static Masks of(CompiledPipeline pipeline) {
    Masks masks = new Masks();
    for (CompiledTable table : pipeline.streamingTables()) {
      if (!table.mask().isEmpty()) {
        masks.masks.put(table.quarantineName(), table.mask());
      }
    }
    for (SourceSpec source : pipeline.spec().sources()) {
      if (source.format() != null && source.format().records() instanceof SourceSpec.Json) {
        masks.sourcesOfJson.add(source.name());
      }
    }
    return masks;
  }

  /** True when something of some row is hidden. */
  public boolean hideAny() {
    return !masks.isEmpty();
  }

  private ValueMask of(String quarantine) {
    return masks.getOrDefault(quarantine, ValueMask.NONE);
  }

  /** True when the values of a column are hidden. */
  public boolean hide(String quarantine, String column) {
    return of(quarantine).hides(column);
  }

  /** The row as it is shown. */
  public QuarantinedRow of(QuarantinedRow row) {
    ValueMask mask = of(row.quarantine());
    if (mask.isEmpty()) {
      return row;
    }
    Set<String> hidden = new HashSet<>();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    row.values().forEach((name, value) -> values.put(name, mask.value(name, value, hidden)));
    boolean hasRecord = !row.raw().isEmpty() || row.rawBytes() != null;
    String raw = hasRecord ? record(mask, row.source(), row.raw(), hidden) : "";
    return new QuarantinedRow(
        row.id(),
        row.table(),
        row.quarantine(),
        row.source(),
        row.position(),
        row.plannedAt(),
        row.epoch(),
        row.failedRules(),
        mask.error(row.error(), hidden),
        raw,
        null,
        values);
  }

  private String record(ValueMask mask, String source, String raw, Set<String> hidden) {
    return sourcesOfJson.contains(source) && !mask.hides(HiddenColumns.RAW.name())
        ? mask.json(raw, hidden).orElse(ValueMask.MASKED)
        : ValueMask.MASKED;
  }

  /**
   * A row of a quarantine's table as it is shown.
   *
   * @param row with all columns of the table, as {@link io.lakebeam.row.JavaValues} has them
   */
  public Map<String, @Nullable Object> stored(
      String quarantine, Map<String, @Nullable Object> row) {
    ValueMask mask = of(quarantine);
    if (mask.isEmpty()) {
      return row;
    }
    Set<String> hidden = new HashSet<>();
    Map<String, @Nullable Object> shown = new LinkedHashMap<>();
    row.forEach((name, value) -> shown.put(name, mask.value(name, value, hidden)));
    Object raw = row.get(HiddenColumns.RAW.name());
    String source = String.valueOf(row.get(HiddenColumns.SOURCE.name()));
    if (raw != null) {
      shown.put(HiddenColumns.RAW.name(), record(mask, source, raw.toString(), hidden));
    }
    if (row.get(QuarantineReader.RAW_BYTES) != null) {
      shown.put(QuarantineReader.RAW_BYTES, ValueMask.MASKED);
    }
    Object error = row.get(QuarantineReader.ERROR);
    if (error != null) {
      shown.put(QuarantineReader.ERROR, mask.error(error.toString(), hidden));
    }
    return shown;
  }

  /** What became of a row, as it is shown. */
  public RowStates.State of(QuarantinedRow row, RowStates.State state) {
    ValueMask mask = of(row.quarantine());
    if (mask.isEmpty()) {
      return state;
    }
    Set<String> hidden = new HashSet<>();
    row.values().forEach((name, value) -> mask.value(name, value, hidden));
    record(mask, row.source(), row.raw(), hidden);
    return new RowStates.State(
        state.status(),
        state.steps().stream()
            .map(
                step ->
                    new RowStates.Step(
                        step.request(),
                        step.outcome(),
                        step.epoch(),
                        step.at(),
                        step.by(),
                        step.reason(),
                        step.correction().isEmpty()
                            ? ""
                            : mask.json(step.correction(), hidden).orElse(ValueMask.MASKED),
                        mask.error(step.error(), hidden)))
            .toList());
  }

  /** What is wrong with a row of a quarantine, as it is shown. */
  public String error(String quarantine, String error) {
    return of(quarantine).error(error, Set.of());
  }

  /** What a condition over rows has failed with, as it is shown. */
  public String failure(String error) {
    Set<String> all = new HashSet<>();
    masks.values().forEach(mask -> all.addAll(mask.names()));
    return new ValueMask(all).failure(error);
  }

  /**
   * A record as somebody has written it who saw it {@link #of(QuarantinedRow) as it is shown}: what
   * is hidden there is as it was.
   *
   * @param row as it is stored
   * @return empty when nobody can say what was in the place of a mask
   */
  public Optional<String> restored(QuarantinedRow row, String written) {
    return of(row.quarantine()).isEmpty()
        ? Optional.of(written)
        : of(row.quarantine()).restored(written, of(row).raw(), row.raw());
  }

  /**
   * The same of a value of a column.
   *
   * @param shown as it is shown
   * @param stored as it is
   */
  public Optional<JsonNode> restored(
      String quarantine, String column, JsonNode written, JsonNode shown, JsonNode stored) {
    return of(quarantine).restored(column, written, shown, stored);
  }
}
