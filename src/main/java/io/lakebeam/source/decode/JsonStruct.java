package io.lakebeam.source.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.SerializedString;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of a JSON object into the columns of a record or of a struct. A name that comes twice
 * counts with its last value, as in Spark and in JavaScript; a column's exact name wins over one
 * that differs in case. The value that does not count is rescued, whether it comes first or last.
 */
final class JsonStruct implements JsonValue {
  private final DataType.Struct type;
  private final Column[] columns;
  private final SerializedString[] names;
  private final JsonValue[] readers;
  private final ColumnNames byName;
  private final JsonRescue rescue;
  private final String path;
  private final boolean[] required;

  /** Of the object being read; no struct holds itself, so there is only one at a time. */
  private final boolean[] exactlyNamed;

  /** The name of the field that each column was taken from; null before there was one. */
  private final String[] takenFrom;

  /** The text of each column's value, where it is read carefully. */
  private final String[] texts;

  JsonStruct(DataType.Struct type, JsonRescue rescue, String path) {
    this(type.fields(), type.fields().stream().map(Column::name).toList(), type, rescue, path);
  }

  /**
   * The columns of a whole record.
   *
   * @param namesInData what the data calls each of them
   */
  JsonStruct(List<Column> columns, List<String> namesInData, JsonRescue rescue) {
    this(columns, namesInData, new DataType.Struct(columns), rescue, "");
  }

  private JsonStruct(
      List<Column> columns,
      List<String> namesInData,
      DataType.Struct type,
      JsonRescue rescue,
      String path) {
    this.type = type;
    this.rescue = rescue;
    this.path = path.isEmpty() ? "" : path + ".";
    this.columns = columns.toArray(Column[]::new);
    this.byName = new ColumnNames(namesInData);
    this.names = namesInData.stream().map(SerializedString::new).toArray(SerializedString[]::new);
    this.readers =
        columns.stream()
            .map(c -> JsonValue.of(c.type(), rescue, this.path + c.name()))
            .toArray(JsonValue[]::new);
    this.required = new boolean[this.columns.length];
    this.exactlyNamed = new boolean[this.columns.length];
    this.takenFrom = new String[this.columns.length];
    this.texts = new String[this.columns.length];
    for (int i = 0; i < required.length; i++) {
      required[i] = !this.columns[i].nullable();
    }
  }

  @Override
  public Object read(JsonParser json, JsonToken token) throws IOException, BadRecord {
    if (token != JsonToken.START_OBJECT) {
      throw JsonValue.wrongType(json, token, type);
    }
    Object[] values = new Object[columns.length];
    readInto(json, values);
    return new GenericInternalRow(values);
  }

  /** Fills the first values, from behind the object's brace to its end. */
  void readInto(JsonParser json, Object[] values) throws IOException, BadRecord {
    Arrays.fill(exactlyNamed, false);
    Arrays.fill(takenFrom, null);
    int expected = 0;
    while (true) {
      int index;
      // Fields mostly come in the order of the schema; then their names need no look-up.
      if (expected < names.length && json.nextFieldName(names[expected])) {
        index = expected;
      } else {
        if (expected >= names.length) {
          json.nextToken();
        }
        if (json.currentToken() == JsonToken.END_OBJECT) {
          break;
        }
        String name = json.currentName();
        index = byName.exact(name);
        if (index == ColumnNames.UNKNOWN) {
          int variant = byName.ignoringCase(name);
          if (variant == ColumnNames.UNKNOWN || exactlyNamed[variant]) {
            json.nextToken();
            rescue.add(json, path, name);
            continue;
          }
          values[variant] = value(json, variant, name);
          expected = variant + 1;
          continue;
        }
      }
      values[index] = value(json, index, names[index].getValue());
      exactlyNamed[index] = true;
      expected = index + 1;
    }
    for (int i = 0; i < required.length; i++) {
      if (required[i] && values[i] == null) {
        throw new BadRecord("missing, but declared NOT NULL").inside(columns[i].name());
      }
    }
  }

  /**
   * The value of the parser's current field.
   *
   * @param name the field's
   */
  private Object value(JsonParser json, int index, String name) throws IOException, BadRecord {
    if (takenFrom[index] != null) {
      if (rescue.isCareful()) {
        rescue.addRaw(path + takenFrom[index], texts[index]);
      } else {
        rescue.sharedColumn();
      }
    }
    takenFrom[index] = name;
    JsonToken token = json.nextToken();
    if (!rescue.isCareful()) {
      return value(json, token, index);
    }
    long from = JsonRescue.startOf(json);
    Object value = value(json, token, index);
    texts[index] = rescue.textFrom(from, json);
    return value;
  }

  private Object value(JsonParser json, JsonToken token, int index) throws IOException, BadRecord {
    try {
      if (token == JsonToken.VALUE_NULL) {
        if (required[index]) {
          throw new BadRecord("null, but declared NOT NULL");
        }
        return null;
      }
      return readers[index].read(json, token);
    } catch (BadRecord e) {
      throw e.inside(columns[index].name());
    }
  }
}
