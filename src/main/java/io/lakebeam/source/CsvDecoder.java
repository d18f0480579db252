package io.lakebeam.source;

import io.lakebeam.graph.Column;
import io.lakebeam.spec.SourceSpec;
import java.util.List;

/** A record of separated values. */
final class CsvDecoder implements RecordDecoder {
  private final RowLayout layout;
  private final TextEncoding encoding;
  private final String nullValue;
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
  CsvDecoder(
      RowLayout layout,
      SourceSpec.Csv format,
      TextEncoding encoding,
      CsvHeader header,
      boolean message) {
    this.layout = layout;
    this.encoding = encoding;
    this.nullValue = format.nullValue();
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
    values[layout.raw()] = text;
    if (!header.fault().isEmpty()) {
      throw new BadRecord(header.fault());
    }
    List<String> found = fields.split(message ? oneRecord(text) : text);
    int named = header.columns().length;
    boolean trailing = found.size() == named + 1 && found.get(named).isEmpty();
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
      String field = found.get(i);
      if (column != ColumnNames.UNKNOWN) {
        values[column] = value(column, field);
      } else if (!isNull(field)) {
        rescue.addText(header.names().get(i), field);
      }
    }
    values[layout.rescued()] = rescue.text();
  }

  private Object value(int index, String field) throws BadRecord {
    Column column = layout.columns().get(index);
    if (isNull(field) || (!string[index] && field.isBlank())) {
      if (!column.nullable()) {
        throw new BadRecord("empty, but declared NOT NULL").inside(column.name());
      }
      return null;
    }
    try {
      return readers[index].parse(field);
    } catch (BadRecord e) {
      throw e.inside(column.name());
    }
  }

  private boolean isNull(String field) {
    return field.isEmpty() || field.equals(nullValue);
  }

  private String oneRecord(String text) throws BadRecord {
    String bare = text.startsWith("\uFEFF") ? text.substring(1) : text;
    if (bare.endsWith("\n")) {
      bare = bare.substring(0, bare.length() - 1);
    }
    if (bare.endsWith("\r")) {
      bare = bare.substring(0, bare.length() - 1);
    }
    if (bare.isEmpty()) {
      throw new BadRecord("the record is empty");
    }
    if (bare.indexOf('\n') >= 0 || bare.indexOf('\r') >= 0) {
      if (!fields.isOneRecord(bare)) {
        throw new BadRecord("more than one CSV record in a message: " + BadRecord.quoted(bare));
      }
    }
    return bare;
  }
}
