package io.lakebeam.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.row.RowJson;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowTextTest {
  @Test
  void everyTypeHasAText() {
    assertEquals("NULL", RowText.cell(null));
    assertEquals("1.50", RowText.cell(new BigDecimal("1.50")));
    assertEquals("2026-01-05", RowText.cell(LocalDate.of(2026, 1, 5)));
    assertEquals("2026-01-05T10:00:00Z", RowText.cell(Instant.parse("2026-01-05T10:00:00Z")));
    assertEquals("0x6869", RowText.cell("hi".getBytes(StandardCharsets.US_ASCII)));
    assertEquals("[\"a\",null]", RowText.cell(java.util.Arrays.asList("a", null)));
    assertEquals("{\"k\":1}", RowText.cell(Map.of("k", 1L)));
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("x", 1);
    nested.put("y", null);
    assertEquals("{\"x\":1,\"y\":null}", RowText.cell(nested));
  }

  @Test
  void whatATerminalWouldObeyIsShownAsItsEscape() {
    assertEquals("a\\nb\\u001b[31m", RowText.cell("a\nb\u001b[31m"));
    assertEquals("\\u009b31m\\u202e", RowText.cell("\u009b31m\u202e"));
  }

  @Test
  void longValuesAreCut() {
    String cell = RowText.cell("x".repeat(100));
    assertEquals(60, cell.length());
    assertEquals('…', cell.charAt(59));
  }

  @Test
  void jsonKeepsWhatNumbersAre() {
    assertEquals("1E+3", RowJson.value(new BigDecimal("1E+3")).toString());
    assertEquals("1.50", RowJson.value(new BigDecimal("1.50")).toString());
    assertEquals("\"NaN\"", RowJson.value(Double.NaN).toString());
    assertEquals("\"aGk=\"", RowJson.value("hi".getBytes(StandardCharsets.US_ASCII)).toString());
    assertEquals("[1,2]", RowJson.value(List.of(1, 2)).toString());
  }
}
