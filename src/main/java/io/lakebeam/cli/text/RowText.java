package io.lakebeam.cli.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.graph.VisibleText;
import io.lakebeam.row.RowJson;
import java.math.BigDecimal;
import java.util.HexFormat;

/** Values of rows as cells of a text table. */
public final class RowText {
  private static final int LONGEST = 60;
  private static final int MOST_BYTES = 24;

  private RowText() {}

  /** One line, without what a terminal would obey; long values cut. */
  public static String cell(Object value) {
    String text = VisibleText.line(text(value));
    if (text.codePointCount(0, text.length()) <= LONGEST) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }

  private static String text(Object value) {
    if (value == null) {
      return "NULL";
    }
    if (value instanceof byte[] bytes) {
      int shown = Math.min(bytes.length, MOST_BYTES);
      return "0x" + HexFormat.of().formatHex(bytes, 0, shown) + (shown < bytes.length ? "…" : "");
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof String || value instanceof Number || value instanceof Boolean) {
      return value.toString();
    }
    JsonNode json = RowJson.value(value);
    return json.isValueNode() ? json.asText() : json.toString();
  }
}
