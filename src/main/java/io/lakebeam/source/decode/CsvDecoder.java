package io.lakebeam.source.decode;

import io.lakebeam.graph.Column;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.spec.SourceSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A record of separated values. */
public final class CsvDecoder implements RecordDecoder {
  private static final int BOM_LENGTH = 3;

  private final RowLayout layout;
  private final TextEncoding encoding;
  private final UTF8String nullValue;
  private final boolean message;
  private final CsvFields fields;
  private final CsvHeader header;
  private final TextValue[] readers;
  private final boolean[] string;
  private final JsonRescue rescue = new JsonRescue();

  /**
   * @param message true for the value of a Kafka record: it brings its own line end, and nobody has
   *     looked yet whether it is one record
   */
  public CsvDecoder(
      RowLayout layout,
      SourceSpec.Csv format,
      TextEncoding encoding,
      CsvHeader header,
      boolean message) {
    this.layout = layout;
    this.encoding = encoding;
    this.nullValue = Utf8.of(format.nullValue());
    this.message = message;
    this.fields = new CsvFields(format);
    this.header = header;
    List<Column> columns = layout.columns();
    this.readers = columns.stream().map(c -> TextValue.of(c.type())).toArray(TextValue[]::new);
    this.string = new boolean[columns.size()];
    for (int i = 0; i < string.length; i++) {
      string[i] = columns.get(i).type() == io.lakebeam.graph.DataType.Primitive.STRING;
    }
  }

  @Override
  public void decode(byte[] bytes, int offset, int length, Object[] values) throws BadRecord {
    String text = encoding.text(bytes, offset, length);
    // A copy of the record, in which the texts of its row lie.
    byte[] record = encoding.utf8(text, bytes, offset, length);
    values[layout.raw()] = UTF8String.fromBytes(record);
    if (!header.fault().isEmpty()) {
      throw new BadRecord(header.fault());
    }
    List<UTF8String> found = message ? split(text, record) : fields.split(record, 0, record.length);
    int named = header.columns().length;
    boolean trailing = found.size() == named + 1 && found.get(named).numBytes() == 0;
    if (!trailing && (found.size() < header.required() || found.size() > named)) {
      String expected = (header.required() < named ? header.required() + " to " : "") + named;
      throw new BadRecord(
          "expected "
              + expected
              + " fields, found "
              + found.size()
              + ": "
              + BadRecord.quoted(text));
    }
    rescue.clear();
    int fieldCount = Math.min(named, found.size());
    for (int i = 0; i < fieldCount; i++) {
      int column = header.columns()[i];
      UTF8String field = found.get(i);
      if (column != ColumnNames.UNKNOWN) {
        values[column] = value(column, field);
      } else if (!isNull(field)) {
        rescue.addText(header.names().get(i), field.toString());
      }
    }
    values[layout.rescued()] = rescue.text();
  }

  private @Nullable Object value(int index, UTF8String field) throws BadRecord {
    Column column = layout.columns().get(index);
    if (isNull(field)) {
      return none(column);
    }
    if (string[index]) {
      return field;
    }
    String text = Utf8.text(field);
    if (text.isBlank()) {
      return none(column);
    }
    try {
      return readers[index].parse(text);
    } catch (BadRecord e) {
      throw e.inside(column.name());
    }
  }

  private static @Nullable Object none(Column column) throws BadRecord {
    if (!column.nullable()) {
      throw new BadRecord("empty, but declared NOT NULL").inside(column.name());
    }
    return null;
  }

  private boolean isNull(UTF8String field) {
    return field.numBytes() == 0 || field.equals(nullValue);
  }

  /** The fields of a message, which is one record with or without a byte order mark and an end. */
  private List<UTF8String> split(String text, byte[] record) throws BadRecord {
    int start = TextEncoding.bom(record, record.length).isPresent() ? BOM_LENGTH : 0;
    int end = record.length;
    if (end > start && record[end - 1] == '\n') {
      end--;
    }
    if (end > start && record[end - 1] == '\r') {
      end--;
    }
    if (end == start) {
      throw new BadRecord("the record is empty");
    }
    boolean hasLineEnd = text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    if (hasLineEnd && !fields.isOneRecord(record, start, end)) {
      String bare = new String(record, start, end - start, StandardCharsets.UTF_8);
      throw new BadRecord("more than one CSV record in a message: " + BadRecord.quoted(bare));
    }
    return fields.split(record, start, end);
  }
}
