package io.lakebeam.source.decode;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.spec.SourceSpec;
import java.util.List;

/**
 * Where each value stands in a row of a source: its own columns, those that unknown fields have
 * become, then the hidden ones.
 *
 * @param namesInData what the data calls each own column
 * @param added columns that fields have become which the schema does not know: decoders leave these
 *     fields in {@code _rescued}
 * @param named what comes only when a query names it, behind all others
 */
public record RowLayout(
    TableSchema own, List<String> namesInData, List<Column> added, List<Column> named) {
  public RowLayout {
    namesInData = List.copyOf(namesInData);
    added = List.copyOf(added);
    named = List.copyOf(named);
  }

  /** Of data that has the names of the schema. */
  public RowLayout(TableSchema own) {
    this(own, own.names(), List.of(), List.of());
  }

  public static RowLayout of(SourceSpec source) {
    TableSchema own = source.schema();
    List<String> names =
        own.names().stream().map(n -> source.namesInData().getOrDefault(n, n)).toList();
    return new RowLayout(own, names, source.newFields().addedColumns(), source.named());
  }

  public TableSchema rowSchema() {
    return own.plus(added)
        .plus(List.of(HiddenColumns.RESCUED))
        .plus(HiddenColumns.CARRIED)
        .plus(named);
  }

  public List<Column> columns() {
    return own.columns();
  }

  public int width() {
    return rescued() + 5 + named.size();
  }

  public boolean hasMessages() {
    return named.contains(HiddenColumns.KEY);
  }

  public boolean hasFile() {
    return named.contains(HiddenColumns.METADATA);
  }

  /** What is known of the row's file. */
  public int file() {
    return rescued() + 5 + named.indexOf(HiddenColumns.METADATA);
  }

  /** The first column of {@link HiddenColumns#OF_MESSAGES}. */
  public int message() {
    return rescued() + 5;
  }

  /** The first of the columns that unknown fields have become. */
  public int firstAdded() {
    return own.columns().size();
  }

  public int rescued() {
    return firstAdded() + added.size();
  }

  public int source() {
    return rescued() + 1;
  }

  public int position() {
    return rescued() + 2;
  }

  public int ingestedAt() {
    return rescued() + 3;
  }

  public int raw() {
    return rescued() + 4;
  }
}
