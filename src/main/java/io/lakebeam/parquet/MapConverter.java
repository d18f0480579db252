package io.lakebeam.parquet;

import io.lakebeam.row.RowMaps;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;

/** A map; of two values of a key the last one counts. */
final class MapConverter extends GroupConverter {
  private final RowInProgress row;
  private final Slot slot;
  private final boolean isDeclared;
  private final Entry entry;
  private Map<Object, Object> entries;

  /**
   * @param values null when the map has keys only
   */
  MapConverter(
      boolean isDeclared,
      ListConverter.Elements keys,
      ListConverter.Elements values,
      RowInProgress row,
      Slot slot) {
    this.isDeclared = isDeclared;
    this.row = row;
    this.slot = slot;
    this.entry = new Entry(keys, values);
  }

  @Override
  public Converter getConverter(int index) {
    return entry;
  }

  @Override
  public void start() {
    slot.arrive();
    entries = new LinkedHashMap<>();
    entry.isFirst = true;
    if (row.hasJson()) {
      row.json().append('{');
    }
  }

  @Override
  public void end() {
    if (row.hasJson()) {
      row.json().append('}');
    }
    slot.value(RowMaps.of(entries));
  }

  private final class Entry extends GroupConverter {
    private final Converter keyConverter;
    private final Converter valueConverter;
    private boolean isFirst;
    private boolean hasKey;
    private boolean hasValue;
    private Object key;
    private Object value;
    private int keyStart;

    Entry(ListConverter.Elements keys, ListConverter.Elements values) {
      keyConverter = keys.into(new Key());
      valueConverter = values == null ? null : values.into(new Value());
    }

    @Override
    public Converter getConverter(int index) {
      return index == 0 ? keyConverter : valueConverter;
    }

    @Override
    public void start() {
      hasKey = false;
      hasValue = false;
      key = null;
      value = null;
      if (row.hasJson()) {
        row.json().append(isFirst ? "" : ",");
        keyStart = row.json().length();
      }
      isFirst = false;
    }

    @Override
    public void end() {
      if (!hasValue) {
        endKey();
        if (row.hasJson()) {
          row.json().append("null");
        }
      }
      if (isDeclared && !hasKey) {
        row.unfit(slot.place(), "a key of the map is null");
      }
      if (isDeclared) {
        entries.put(key, value);
      }
    }

    /** A key is a name in JSON, whatever its type. */
    private void endKey() {
      if (row.hasJson()) {
        String name = hasKey ? row.json().substring(keyStart) : "null";
        row.json().setLength(keyStart);
        row.json().append(name.startsWith("\"") ? name : ScalarJson.quoted(name)).append(':');
      }
    }

    private final class Key implements Slot {
      @Override
      public void arrive() {
        hasKey = true;
      }

      @Override
      public void value(Object read) {
        key = read;
      }

      @Override
      public String place() {
        return slot.place();
      }
    }

    private final class Value implements Slot {
      @Override
      public void arrive() {
        hasValue = true;
        endKey();
      }

      @Override
      public void value(Object read) {
        value = read;
      }

      @Override
      public String place() {
        return slot.place() + "[" + key + "]";
      }
    }
  }
}
