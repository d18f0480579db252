package io.lakebeam.parquet;

import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;

/** A list in a group of its own, of two levels or of three. */
final class ListConverter extends GroupConverter {
  private final RowInProgress row;
  private final Slot slot;
  private final Converter repeated;
  private List<Object> elements;

  /** Makes the converter of the elements, which hand their values to a slot. */
  interface Elements {
    Converter into(Slot slot);
  }

  /**
   * @param isDirect whether the repeated field is the element itself
   */
  ListConverter(boolean isDirect, Elements each, RowInProgress row, Slot slot) {
    this.row = row;
    this.slot = slot;
    Element element = new Element();
    Converter converter = each.into(element);
    this.repeated = isDirect ? converter : new Middle(element, converter);
  }

  @Override
  public Converter getConverter(int index) {
    return repeated;
  }

  @Override
  public void start() {
    slot.arrive();
    elements = new ArrayList<>();
    if (row.hasJson()) {
      row.json().append('[');
    }
  }

  @Override
  public void end() {
    if (row.hasJson()) {
      row.json().append(']');
    }
    slot.value(new GenericArrayData(elements.toArray()));
  }

  private final class Element implements Slot {
    private boolean isHere;

    @Override
    public void arrive() {
      isHere = true;
      if (row.hasJson() && !elements.isEmpty()) {
        row.json().append(',');
      }
    }

    @Override
    public void value(Object value) {
      elements.add(value);
    }

    @Override
    public String place() {
      return slot.place() + "[" + elements.size() + "]";
    }
  }

  /** The middle level: seen once for every element, NULL or not. */
  private final class Middle extends GroupConverter {
    private final Element element;
    private final Converter converter;

    Middle(Element element, Converter converter) {
      this.element = element;
      this.converter = converter;
    }

    @Override
    public Converter getConverter(int index) {
      return converter;
    }

    @Override
    public void start() {
      element.isHere = false;
    }

    @Override
    public void end() {
      if (!element.isHere) {
        element.arrive();
        if (row.hasJson()) {
          row.json().append("null");
        }
        element.value(null);
      }
    }
  }
}
