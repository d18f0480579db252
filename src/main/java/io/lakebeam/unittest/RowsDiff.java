package io.lakebeam.unittest;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.spec.testcase.PipelineTest.Row;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How rows differ from those that were expected, whatever their order. Of each expected row only
 * the columns count that it names.
 */
final class RowsDiff {
  private static final int MOST = 5;

  private final List<String> lines = new ArrayList<>();

  private RowsDiff() {}

  /**
   * The differences as lines; none when there are none.
   *
   * @param rows as {@link io.lakebeam.row.JavaValues} has them
   */
  static List<String> of(List<Row> expected, List<Map<String, @Nullable Object>> rows) {
    List<Row> missing = new ArrayList<>();
    List<Map<String, @Nullable Object>> left = new ArrayList<>(rows);
    // The choosiest first: one that names few columns would take the row of another.
    List<Row> choosy = new ArrayList<>(expected);
    choosy.sort((one, other) -> other.values().size() - one.values().size());
    for (Row row : choosy) {
      if (!take(row, left)) {
        missing.add(row);
      }
    }
    RowsDiff diff = new RowsDiff();
    diff.tell(missing, left, columns(expected));
    return diff.lines;
  }

  private static boolean take(Row wanted, List<Map<String, @Nullable Object>> left) {
    for (Iterator<Map<String, @Nullable Object>> rows = left.iterator(); rows.hasNext(); ) {
      if (differing(wanted, rows.next()).isEmpty()) {
        rows.remove();
        return true;
      }
    }
    return false;
  }

  private static Set<String> columns(List<Row> expected) {
    Set<String> columns = new LinkedHashSet<>();
    expected.forEach(row -> columns.addAll(row.values().keySet()));
    return columns;
  }

  private static List<String> differing(Row wanted, Map<String, @Nullable Object> row) {
    List<String> differing = new ArrayList<>();
    wanted
        .values()
        .forEach(
            (column, value) -> {
              if (!row.containsKey(column) || !isSame(value, row.get(column))) {
                differing.add(column);
              }
            });
    return differing;
  }

  private void tell(
      List<Row> missing, List<Map<String, @Nullable Object>> left, Set<String> columns) {
    int told = 0;
    for (Row row : missing) {
      if (told++ == MOST) {
        lines.add("... and " + (missing.size() - MOST) + " more rows are missing");
        break;
      }
      nearest(row, left);
    }
    int unexpected = 0;
    for (Map<String, @Nullable Object> row : left) {
      if (unexpected++ == MOST) {
        lines.add("... and " + (left.size() - MOST) + " more rows are not expected");
        break;
      }
      lines.add("  not expected  " + text(row, columns.isEmpty() ? row.keySet() : columns));
    }
  }

  /** Tells of a row that is missing, beside the one that is most like it. */
  private void nearest(Row row, List<Map<String, @Nullable Object>> left) {
    lines.add("  expected      " + text(row));
    Map<String, @Nullable Object> like = null;
    int least = row.values().size();
    for (Map<String, @Nullable Object> each : left) {
      int differing = differing(row, each).size();
      if (differing < least) {
        least = differing;
        like = each;
      }
    }
    if (like != null) {
      left.remove(like);
      lines.add("  but found     " + text(like, row.values().keySet()));
      lines.add(
          "                ("
              + String.join(", ", differing(row, like))
              + " differ"
              + (least == 1 ? "s" : "")
              + ")");
    }
  }

  private static String text(Row row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    row.values().forEach((column, value) -> values.put(column, plain(value)));
    return text(values, values.keySet());
  }

  /** As values of rows are, so that both are printed alike. */
  private static @Nullable Object plain(JsonNode value) {
    if (value.isArray()) {
      List<@Nullable Object> list = new ArrayList<>();
      value.forEach(each -> list.add(plain(each)));
      return list;
    }
    if (value.isObject()) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      value.properties().forEach(each -> map.put(each.getKey(), plain(each.getValue())));
      return map;
    }
    return value.isNull() ? null : value.asText();
  }

  private static String text(Map<String, @Nullable Object> row, Set<String> columns) {
    StringBuilder text = new StringBuilder();
    for (String column : columns) {
      if (row.containsKey(column)) {
        Object value = row.get(column);
        text.append(text.isEmpty() ? "" : ", ")
            .append(column)
            .append(": ")
            .append(
                value instanceof byte[] bytes
                    ? Base64.getEncoder().encodeToString(bytes)
                    : value == null ? "NULL" : value);
      }
    }
    return text.toString();
  }

  /** True when a value is what a test expects. */
  private static boolean isSame(JsonNode expected, @Nullable Object value) {
    if (value == null || expected.isNull()) {
      return value == null && expected.isNull();
    }
    if (value instanceof Map<?, ?> map) {
      return isSame(expected, map);
    }
    if (value instanceof List<?> list) {
      return isSame(expected, list);
    }
    String text = expected.isValueNode() ? expected.asText() : expected.toString();
    if (value instanceof Number number) {
      return isSame(text, number);
    }
    if (value instanceof Instant time) {
      return time.equals(instant(text));
    }
    if (value instanceof LocalDate date) {
      return date.toString().equals(text);
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes).equals(text);
    }
    return value.toString().equals(text);
  }

  private static boolean isSame(String text, Number number) {
    try {
      return new BigDecimal(text).compareTo(new BigDecimal(number.toString())) == 0;
    } catch (NumberFormatException e) {
      return text.equals(number.toString()); // NaN, and what is no number
    }
  }

  private static @Nullable Instant instant(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }

  private static boolean isSame(JsonNode expected, Map<?, ?> map) {
    if (!expected.isObject()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> each : expected.properties()) {
      if (!map.containsKey(each.getKey()) || !isSame(each.getValue(), map.get(each.getKey()))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSame(JsonNode expected, List<?> list) {
    if (!expected.isArray() || expected.size() != list.size()) {
      return false;
    }
    for (int i = 0; i < list.size(); i++) {
      if (!isSame(expected.get(i), list.get(i))) {
        return false;
      }
    }
    return true;
  }
}
