package io.lakebeam.parquet;

import io.lakebeam.graph.Column;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;

/**
 * A group with fields: the row itself, or a struct in it. Parquet hands out the values of a group
 * field by field and says nothing of NULLs, so those are written when a later field arrives.
 */
final class StructConverter extends GroupConverter {
  private static final int NONE = -1;

  private final RowInProgress row;
  private final List<Column> columns;
  private final Object[] template;
  private final Whole whole;
  private final boolean checksNulls;
  private final Field[] fields;

  /** Those that are declared: a list without a value is empty, not NULL. */
  private final List<Field> repeated;

  private Object[] values;
  private int current;

  /** What a group's values are put into. */
  interface Whole {
    void begin();

    void end(Object[] values);

    String place();
  }

  /**
   * @param columns what is declared; none when the group is not
   * @param names what the file calls each of them
   * @param template values of a row before anything is read
   * @param path of the group, for what is not declared; null when that is kept as part of more
   */
  StructConverter(
      GroupType group,
      List<Column> columns,
      List<String> names,
      Object[] template,
      String path,
      Whole whole,
      Converters converters) {
    this.row = converters.row();
    this.columns = columns;
    this.template = template;
    this.whole = whole;
    this.checksNulls = converters.isForeign();
    this.fields = new Field[group.getFieldCount()];
    Map<Integer, Integer> positions = positions(group, columns, names, converters);
    for (int i = 0; i < fields.length; i++) {
      int position = positions.getOrDefault(i, NONE);
      fields[i] = new Field(i, position, group.getType(i), path, converters);
    }
    this.repeated = Arrays.stream(fields).filter(f -> f.isRepeated && f.position != NONE).toList();
  }

  /** Columns by field. */
  private Map<Integer, Integer> positions(
      GroupType group, List<Column> columns, List<String> names, Converters converters) {
    Map<Integer, Integer> positions = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      Optional<Type> field = Converters.field(group, names.get(i));
      if (field.isPresent()) {
        positions.put(group.getFieldIndex(field.get().getName()), i);
      } else if (checksNulls && !column.nullable()) {
        converters.missing(column);
      }
    }
    return positions;
  }

  @Override
  public Converter getConverter(int index) {
    return fields[index].converter;
  }

  @Override
  public void start() {
    whole.begin();
    values = template.clone();
    for (Field each : repeated) {
      values[each.position] = new ArrayList<>();
    }
    if (row.hasJson()) {
      current = NONE;
      row.json().append('{');
    }
  }

  @Override
  public void end() {
    if (row.hasJson()) {
      moveTo(fields.length);
      row.json().append('}');
    }
    for (int i = 0; checksNulls && i < columns.size(); i++) {
      if (values[i] == null && !columns.get(i).nullable()) {
        String place = whole.place();
        String name = columns.get(i).name();
        row.unfit(place.isEmpty() ? name : place + "." + name, "null, but declared NOT NULL");
      }
    }
    for (Field each : repeated) {
      values[each.position] = new GenericArrayData(each.elements().toArray());
    }
    whole.end(values);
  }

  /** Ends the current field's JSON and writes that of those that have no value. */
  private void moveTo(int next) {
    if (current != NONE) {
      fields[current].end();
    }
    for (int i = current + 1; i < next; i++) {
      row.json().append(fields[i].prefix).append(fields[i].isRepeated ? "[]" : "null");
    }
    current = next;
  }

  private final class Field implements Slot {
    private final int index;
    private final int position;
    private final String prefix;
    private final String name;
    private final boolean isRepeated;
    private final String rescuedAs;
    private final Converter converter;
    private int jsonStart;

    Field(int index, int position, Type type, String path, Converters converters) {
      this.index = index;
      this.position = position;
      this.prefix = (index == 0 ? "" : ",") + ScalarJson.quoted(type.getName()) + ":";
      this.isRepeated = type.isRepetition(Repetition.REPEATED);
      Column column = position == NONE ? null : columns.get(position);
      this.name = column == null ? type.getName() : column.name();
      String inner = path == null ? null : path.isEmpty() ? name : path + "." + name;
      this.rescuedAs = column == null && row.hasJson() ? inner : null;
      this.converter =
          converters.ofField(
              type, column == null ? null : column.type(), column == null ? null : inner, this);
    }

    @Override
    public void arrive() {
      if (!row.hasJson()) {
        return;
      }
      if (current == index) {
        row.json().append(',');
        return;
      }
      moveTo(index);
      row.json().append(prefix);
      jsonStart = row.json().length();
      if (isRepeated) {
        row.json().append('[');
      }
    }

    @Override
    public void value(Object value) {
      if (position == NONE) {
        return;
      }
      if (isRepeated) {
        elements().add(value);
      } else {
        values[position] = value;
      }
    }

    @Override
    public String place() {
      String outer = whole.place();
      String own = outer.isEmpty() ? name : outer + "." + name;
      return isRepeated ? own + "[" + elements().size() + "]" : own;
    }

    @SuppressWarnings("unchecked")
    private List<Object> elements() {
      return (List<Object>) values[position];
    }

    /** Of the field's JSON. */
    private void end() {
      if (isRepeated) {
        row.json().append(']');
      }
      if (rescuedAs != null) {
        row.rescue(rescuedAs, row.json().substring(jsonStart));
      }
    }
  }
}
