package io.lakebeam.pipeline.replay;

import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.STRING;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.epoch.ReviewRequest;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A refused row that somebody has asked to take again, with what is corrected of it.
 *
 * @param id names it, as whoever reviews quarantines knows it
 * @param isPayloadNew true when the record is not the one that came
 * @param correction values by column as a JSON object; empty for none
 * @param stored the row as the quarantine has it, with the record corrected
 * @param changed columns whose values are not known, because they have another type by now
 * @param table that has refused it
 */
public record RequestedRow(
    String id,
    boolean isPayloadNew,
    String correction,
    InternalRow stored,
    List<String> changed,
    CompiledTable table) {
  private static final String ID = "_id";

  private static final List<Column> OF_REQUEST =
      List.of(
          Column.nullable(ID, STRING),
          Column.nullable("_payload_is_new", BOOLEAN),
          Column.nullable("_correction", STRING));

  public RequestedRow {
    changed = List.copyOf(changed);
  }

  /** A row that was just looked up. */
  public RequestedRow(
      String id, boolean isPayloadNew, String correction, InternalRow stored, CompiledTable table) {
    this(id, isPayloadNew, correction, stored, List.of(), table);
  }

  /** What the file of a request has in each row. */
  public static TableSchema schema(CompiledTable table) {
    return table.quarantineSchema().plus(OF_REQUEST);
  }

  /** The types of what the file of a request has in each row, as SQL. */
  public static Map<String, String> types(CompiledTable table) {
    Map<String, String> types = new TreeMap<>();
    schema(table).columns().forEach(each -> types.put(each.name(), each.type().sql()));
    return types;
  }

  /**
   * Hands out the rows of a request's file, in their order. Columns that have another type by now
   * are NULL, and among the {@link #changed} ones.
   */
  public static void read(
      Place folder, ReviewRequest.Rows rows, CompiledTable table, Consumer<RequestedRow> out) {
    TableSchema today = schema(table);
    List<Column> alike = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (Column column : today.columns()) {
      String type = rows.types().get(column.name());
      if (column.type().sql().equals(type)) {
        alike.add(column);
      } else if (type != null) {
        changed.add(column.name());
      }
    }
    TableSchema stored = new TableSchema(alike);
    RowFields fields = new RowFields(stored);
    int[] positions =
        today.columns().stream().mapToInt(each -> fields.position(each.name())).toArray();
    int width = table.quarantineSchema().columns().size();
    int id = fields.position(ID);
    try (CloseableIterator<InternalRow> read =
        DataFileReader.read(folder, rows.file(), stored, stored.names())) {
      while (read.hasNext()) {
        InternalRow row = read.next();
        @Nullable Object[] values = new Object[width];
        for (int i = 0; i < width; i++) {
          values[i] = positions[i] < 0 ? null : fields.value(row, positions[i]);
        }
        out.accept(
            new RequestedRow(
                row.getUTF8String(id).toString(),
                row.getBoolean(id + 1),
                row.isNullAt(id + 2) ? "" : row.getUTF8String(id + 2).toString(),
                new GenericInternalRow(values),
                changed,
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
