package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.List;
import java.util.Optional;

/**
 * What the clauses of APPLY CHANGES and AUTO CDC say of the table that they update.
 *
 * @param keys columns
 * @param sequence expressions: those of a STRUCT one by one
 * @param deleteWhen a condition
 * @param truncateWhen a condition
 * @param ignoredNulls columns in which NULL says that the value stays
 * @param columns empty for all
 * @param hasHistory true for {@code STORED AS SCD TYPE 2}
 * @param tracked empty for all
 */
record DltChanges(
    List<Piece> keys,
    List<Piece> sequence,
    Optional<Piece> deleteWhen,
    Optional<Piece> truncateWhen,
    Optional<Columns> ignoredNulls,
    Optional<Columns> columns,
    boolean hasHistory,
    Optional<Columns> tracked,
    SourceLocation at) {
  DltChanges {
    keys = List.copyOf(keys);
    sequence = List.copyOf(sequence);
  }

  /**
   * {@code *}, {@code (a, b)} or {@code * EXCEPT (a, b)}.
   *
   * @param areLeftOut true when all others are meant
   */
  record Columns(List<Piece> names, boolean areLeftOut) {
    Columns {
      names = List.copyOf(names);
    }
  }

  /** True when both say the same, wherever they stand. */
  boolean saysTheSame(DltChanges other) {
    return texts(keys).equals(texts(other.keys))
        && texts(sequence).equals(texts(other.sequence))
        && deleteWhen.map(Piece::text).equals(other.deleteWhen.map(Piece::text))
        && truncateWhen.map(Piece::text).equals(other.truncateWhen.map(Piece::text))
        && ignoredNulls.map(DltChanges::text).equals(other.ignoredNulls.map(DltChanges::text))
        && columns.map(DltChanges::text).equals(other.columns.map(DltChanges::text))
        && hasHistory == other.hasHistory
        && tracked.map(DltChanges::text).equals(other.tracked.map(DltChanges::text));
  }

  private static List<String> texts(List<Piece> pieces) {
    return pieces.stream().map(Piece::text).toList();
  }

  private static String text(Columns columns) {
    return columns.areLeftOut() + " " + texts(columns.names());
  }

  /** As {@code upsert:} of a pipeline file. */
  YamlNode node() {
    DltNodes.Builder upsert = new DltNodes.Builder(at);
    upsert.put("keys", list(keys));
    upsert.put(
        "sequence_by", sequence.size() == 1 ? DltNodes.text(sequence.get(0)) : list(sequence));
    deleteWhen.ifPresent(condition -> upsert.put("delete_when", DltNodes.text(condition)));
    truncateWhen.ifPresent(condition -> upsert.put("truncate_when", DltNodes.text(condition)));
    ignoredNulls.ifPresent(
        chosen ->
            upsert.put(
                "ignore_nulls",
                isAll(chosen) ? DltNodes.plain("true", at) : chosen(chosen, "on", "except")));
    columns
        .filter(chosen -> !isAll(chosen))
        .ifPresent(
            chosen ->
                upsert.put(
                    "columns",
                    chosen.areLeftOut() ? chosen(chosen, "on", "except") : list(chosen.names())));
    if (hasHistory) {
      upsert.put(
          "history",
          tracked
              .filter(chosen -> !isAll(chosen))
              .map(chosen -> chosen(chosen, "track", "track_except"))
              .orElse(DltNodes.text("full", at)));
    }
    return upsert.build();
  }

  private static boolean isAll(Columns chosen) {
    return chosen.areLeftOut() && chosen.names().isEmpty();
  }

  private YamlNode chosen(Columns chosen, String named, String others) {
    return new DltNodes.Builder(at)
        .put(chosen.areLeftOut() ? others : named, list(chosen.names()))
        .build();
  }

  private YamlNode list(List<Piece> pieces) {
    return DltNodes.list(pieces.stream().map(DltNodes::text).toList(), at);
  }
}
