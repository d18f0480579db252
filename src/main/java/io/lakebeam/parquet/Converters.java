package io.lakebeam.parquet;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/** From Parquet's fields, in every form in which writers store them, to the values of rows. */
final class Converters {
  private Converters() {}

  /**
   * @param target gets every value that is not null
   * @throws UnfitFileException when the file's type cannot become the table's
   */
  static Converter of(Type field, DataType type, Consumer<Object> target) {
    if (type instanceof DataType.Array array) {
      return list(field.asGroupType(), array.element(), target);
    }
    if (type instanceof DataType.Map map) {
      return new MapConverter(field.asGroupType(), map, target);
    }
    if (type instanceof DataType.Struct struct) {
      List<Column> fields = struct.fields();
      return new RowConverter(field.asGroupType(), fields, new Object[fields.size()], target);
    }
    return new ScalarConverter(ScalarDecoder.of(field.asPrimitiveType(), type), target);
  }

  /** For a field that the table does not know. */
  static Converter ignoring(Type field) {
    return field.isPrimitive() ? new IgnoredScalar() : new IgnoredGroup(field.asGroupType());
  }

  /**
   * The rules by which Parquet's format tells the three-level list of today from the two-level ones
   * that older writers left.
   */
  private static Converter list(GroupType list, DataType element, Consumer<Object> target) {
    Type repeated = list.getType(0);
    boolean elementItself =
        repeated.isPrimitive()
            || repeated.asGroupType().getFieldCount() > 1
            || repeated.getName().equals("array")
            || repeated.getName().equals(list.getName() + "_tuple");
    return new ListConverter(repeated, element, elementItself, target);
  }

  private static final class ListConverter extends GroupConverter {
    private final Consumer<Object> target;
    private final Converter repeated;
    private List<Object> elements;

    ListConverter(Type repeated, DataType element, boolean elementItself, Consumer<Object> target) {
      this.target = target;
      this.repeated =
          elementItself
              ? of(repeated, element, value -> elements.add(value))
              : new ElementConverter(repeated.asGroupType().getType(0), element);
    }

    @Override
    public Converter getConverter(int index) {
      return repeated;
    }

    @Override
    public void start() {
      elements = new ArrayList<>();
    }

    @Override
    public void end() {
      target.accept(elements);
    }

    /** The middle level: seen once for every element, null or not. */
    private final class ElementConverter extends GroupConverter {
      private final Converter element;
      private Object value;

      ElementConverter(Type field, DataType type) {
        element = of(field, type, read -> value = read);
      }

      @Override
      public Converter getConverter(int index) {
        return element;
      }

      @Override
      public void start() {
        value = null;
      }

      @Override
      public void end() {
        elements.add(value);
      }
    }
  }

  private static final class MapConverter extends GroupConverter {
    private final Consumer<Object> target;
    private final EntryConverter entry;
    private Map<Object, Object> entries;

    MapConverter(GroupType map, DataType.Map type, Consumer<Object> target) {
      this.target = target;
      this.entry = new EntryConverter(map.getType(0).asGroupType(), type);
    }

    @Override
    public Converter getConverter(int index) {
      return entry;
    }

    @Override
    public void start() {
      entries = new LinkedHashMap<>();
    }

    @Override
    public void end() {
      target.accept(entries);
    }

    private final class EntryConverter extends GroupConverter {
      private final Converter keys;
      private final Converter values;
      private Object key;
      private Object value;

      EntryConverter(GroupType entry, DataType.Map type) {
        keys = of(entry.getType(0), type.key(), read -> key = read);
        values = of(entry.getType(1), type.value(), read -> value = read);
      }

      @Override
      public Converter getConverter(int index) {
        return index == 0 ? keys : values;
      }

      @Override
      public void start() {
        key = null;
        value = null;
      }

      @Override
      public void end() {
        entries.put(key, value);
      }
    }
  }

  private static final class IgnoredGroup extends GroupConverter {
    private final GroupType group;

    IgnoredGroup(GroupType group) {
      this.group = group;
    }

    @Override
    public Converter getConverter(int index) {
      return ignoring(group.getType(index));
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }

  private static final class IgnoredScalar extends PrimitiveConverter {
    @Override
    public void addBinary(Binary value) {}

    @Override
    public void addBoolean(boolean value) {}

    @Override
    public void addDouble(double value) {}

    @Override
    public void addFloat(float value) {}

    @Override
    public void addInt(int value) {}

    @Override
    public void addLong(long value) {}
  }
}
