package io.lakebeam.sql.function;

import java.util.List;
import java.util.Map;

/** Elements of arrays and maps. */
public final class Elements {
  private Elements() {}

  /** Counted from 0; NULL outside. */
  public static Object at(Object values, Object key) {
    if (values == null || key == null) {
      return null;
    }
    if (values instanceof Map) {
      return ((Map<?, ?>) values).get(key);
    }
    List<?> list = (List<?>) values;
    long index = ((Number) key).longValue();
    return index < 0 || index >= list.size() ? null : list.get((int) index);
  }

  /** Counted from 1, or from the end when negative; NULL outside. */
  public static Object elementAt(Object values, Object key) {
    if (values == null || key == null || values instanceof Map) {
      return at(values, key);
    }
    long index = ((Number) key).longValue();
    if (index == 0) {
      throw new BadValueException("ELEMENT_AT: elements are counted from 1 or, backwards, from -1");
    }
    return at(values, index > 0 ? index - 1 : ((List<?>) values).size() + index);
  }

  /** -1 for NULL. */
  public static Integer size(Object values) {
    if (values == null) {
      return -1;
    }
    return values instanceof Map ? ((Map<?, ?>) values).size() : ((List<?>) values).size();
  }

  /** NULL when it is not there but a NULL is. */
  public static Boolean contains(Object values, Object value) {
    if (values == null || value == null) {
      return null;
    }
    boolean nulls = false;
    for (Object element : (List<?>) values) {
      if (value.equals(element)) {
        return true;
      }
      nulls |= element == null;
    }
    return nulls ? null : (Boolean) false;
  }

  public static String join(Object values, String separator) {
    return join(values, separator, null);
  }

  /** NULLs are skipped unless something stands for them. */
  public static String join(Object values, String separator, String nulls) {
    if (values == null || separator == null) {
      return null;
    }
    StringBuilder all = new StringBuilder();
    boolean first = true;
    for (Object element : (List<?>) values) {
      String text = element == null ? nulls : Conversions.text(element);
      if (text != null) {
        all.append(first ? "" : separator).append(text);
        Bounds.growing("ARRAY_JOIN", all);
        first = false;
      }
    }
    return all.toString();
  }
}
