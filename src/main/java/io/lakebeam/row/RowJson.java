package io.lakebeam.row;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.Column;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * Rows as JSON: dates and timestamps (UTC) as ISO-8601 texts, bytes as Base64, decimals as numbers
 * with all their digits, structs and maps as objects, NULL as null. NaN and the infinities, which
 * JSON has no numbers for, are texts.
 */
public final class RowJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.withExactBigDecimals(true);

  private RowJson() {}

  public static JsonNode of(InternalRow row, List<Column> columns) {
    return value(JavaValues.of(row, columns));
  }

  /** Of {@link JavaValues}. */
  public static JsonNode value(Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    if (value instanceof Integer number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Long number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Float number) {
      return Float.isFinite(number) ? JSON.numberNode(number) : JSON.textNode(number.toString());
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? JSON.numberNode(number) : JSON.textNode(number.toString());
    }
    if (value instanceof BigDecimal number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Boolean truth) {
      return JSON.booleanNode(truth);
    }
    if (value instanceof byte[] bytes) {
      return JSON.binaryNode(bytes);
    }
    if (value instanceof Iterable<?> elements) {
      ArrayNode array = JSON.arrayNode();
      elements.forEach(element -> array.add(value(element)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.objectNode();
      map.forEach((key, element) -> object.set(RowJson.value(key).asText(), value(element)));
      return object;
    }
    return JSON.textNode(value.toString());
  }
}
