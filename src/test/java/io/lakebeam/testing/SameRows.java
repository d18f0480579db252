package io.lakebeam.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.Row;

/** Our rows against those of others, value by value. */
public final class SameRows {
  private SameRows() {}

  /** The same rows with ids that tell them apart. */
  public static List<Row> numbered(TableSchema schema, List<Row> rows) {
    List<Row> numbered = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      List<Object> values = new ArrayList<>(rows.get(i).getValues());
      values.set(schema.names().indexOf("id"), (long) i);
      numbered.add(TestingRows.row(schema, values.toArray()));
    }
    return numbered;
  }

  /** Every value of every row, whatever the order. */
  public static void assertSame(List<Row> ours, List<Map<String, Object>> theirs) {
    Map<Object, Map<String, Object>> byId =
        theirs.stream().collect(Collectors.toMap(row -> row.get("id"), row -> row));
    assertEquals(ours.size(), byId.size());
    for (Row row : ours) {
      Map<String, Object> their = byId.get(row.getInt64("id"));
      plain(row).forEach((name, value) -> assertValue(name, value, their.get(name)));
    }
  }

  private static void assertValue(String name, Object ours, Object theirs) {
    if (ours instanceof byte[] bytes) {
      assertArrayEquals(bytes, (byte[]) theirs, name);
    } else if (ours instanceof Map<?, ?> map) {
      Map<?, ?> other = (Map<?, ?>) theirs;
      assertEquals(map.keySet(), other.keySet(), name);
      map.forEach((key, value) -> assertValue(name + "." + key, value, other.get(key)));
    } else if (ours instanceof List<?> list) {
      List<?> other = (List<?>) theirs;
      assertEquals(list.size(), other.size(), name);
      for (int i = 0; i < list.size(); i++) {
        assertValue(name + "[" + i + "]", list.get(i), other.get(i));
      }
    } else {
      assertEquals(ours, theirs, name);
    }
  }

  /** A row in the shapes of {@link SparkReader}. */
  public static Map<String, Object> plain(Row row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < row.getFieldCount(); i++) {
      values.put(row.getSchema().getField(i).getName(), plain(row.<Object>getValue(i)));
    }
    return values;
  }

  private static Object plain(Object value) {
    if (value instanceof Row row) {
      return plain(row);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> values = new LinkedHashMap<>();
      map.forEach((k, v) -> values.put(plain(k), plain(v)));
      return values;
    }
    if (value instanceof List<?> list) {
      List<Object> values = new ArrayList<>();
      list.forEach(element -> values.add(plain(element)));
      return values;
    }
    return value;
  }
}
