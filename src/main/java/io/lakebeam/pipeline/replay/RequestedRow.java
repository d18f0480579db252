package io.lakebeam.pipeline.replay;

import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.STRING;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowFields;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayData;
import io.lakebeam.storage.Place;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A refused row that somebody has asked to take again, with what is corrected of it.
 *
 * @param id names it, as whoever reviews quarantines knows it
 * @param isPayloadNew true when the record is not the one that came
 * @param correction values by column as a JSON object; empty for none
 * @param stored the row as the quarantine has it, with the record corrected
 * @param table that has refused it
 */
public record RequestedRow(
    String id, boolean isPayloadNew, String correction, InternalRow stored, CompiledTable table) {
  private static final List<Column> OF_REQUEST =
      List.of(
          Column.nullable("_id", STRING),
          Column.nullable("_payload_is_new", BOOLEAN),
          Column.nullable("_correction", STRING));

  /** What the file of a request has in each row. */
  public static TableSchema schema(CompiledTable table) {
    return table.quarantineSchema().plus(OF_REQUEST);
  }

  /** Hands out the rows of a request's file, in their order. */
  public static void read(
      Place folder, DataFile file, CompiledTable table, Consumer<RequestedRow> out) {
    TableSchema schema = schema(table);
    int width = table.quarantineSchema().columns().size();
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(folder, file, schema, schema.names())) {
      while (rows.hasNext()) {
        InternalRow row = rows.next();
        out.accept(
            new RequestedRow(
                row.getUTF8String(width).toString(),
                row.getBoolean(width + 1),
                row.isNullAt(width + 2) ? "" : row.getUTF8String(width + 2).toString(),
                row,
                table));
      }
    }
  }

  /** As the file of a request has it. */
  public InternalRow row() {
    TableSchema schema = schema(table);
    int width = table.quarantineSchema().columns().size();
    @Nullable Object[] values =
        Arrays.copyOf(new RowFields(schema).first(stored, width), schema.columns().size());
    values[width] = Utf8.of(id);
    values[width + 1] = isPayloadNew;
    values[width + 2] = correction.isEmpty() ? null : Utf8.of(correction);
    return new GenericInternalRow(values);
  }

  private int columns() {
    return table.columns().columns().size();
  }

  private String text(int at) {
    return stored.isNullAt(at) ? "" : stored.getUTF8String(at).toString();
  }

  /** The name of the source of its record; empty when nothing says it. */
  public String source() {
    return text(columns());
  }

  /** Where its record stands in the source; empty when nothing says it. */
  public String position() {
    return text(columns() + 1);
  }

  /** When the epoch was planned that has refused it; empty when nothing says it. */
  public Optional<Instant> refusedAt() {
    int at = columns() + 2;
    return stored.isNullAt(at)
        ? Optional.empty()
        : Optional.of(Microseconds.instant(stored.getLong(at)));
  }

  /** The record as text; null when nothing says it. */
  public @Nullable String rawText() {
    int at = columns() + HiddenColumns.CARRIED.size() - 1;
    return stored.isNullAt(at) ? null : stored.getUTF8String(at).toString();
  }

  /** The record's bytes, where text cannot show them; null elsewhere. */
  public byte @Nullable [] rawBytes() {
    int at = columns() + HiddenColumns.CARRIED.size();
    return stored.isNullAt(at) ? null : stored.getBinary(at);
  }

  /** The record; empty when the quarantine has it not. */
  public Optional<byte[]> payload() {
    byte[] bytes = rawBytes();
    String text = rawText();
    return bytes != null
        ? Optional.of(bytes)
        : Optional.ofNullable(text).map(each -> each.getBytes(StandardCharsets.UTF_8));
  }

  /** True when it is there because of rules, so that all of its values are known. */
  public boolean breaksRules() {
    int at = columns() + HiddenColumns.CARRIED.size() + 1;
    if (stored.isNullAt(at)) {
      return false;
    }
    ArrayData rules = stored.getArray(at);
    return rules.numElements() > 0;
  }

  /** What was wrong beside rules; empty for nothing. */
  public String error() {
    return text(columns() + HiddenColumns.CARRIED.size() + 2);
  }

  /** True when something is known of the table's columns. */
  boolean hasValues() {
    for (int i = 0; i < columns(); i++) {
      if (!stored.isNullAt(i)) {
        return true;
      }
    }
    return false;
  }
}
