package io.lakebeam.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleTextTest {
  @ParameterizedTest
  @CsvSource({
    "001b, \\u001b", // escape: colours, titles, the clipboard
    "0007, \\u0007",
    "007f, \\u007f",
    "009b, \\u009b", // the same as escape and [ in one character
    "009d, \\u009d",
    "202e, \\u202e", // turns the text behind it round
    "2066, \\u2066",
    "200b, \\u200b", // takes no room
    "00ad, \\u00ad",
    "feff, \\ufeff",
    "2028, \\u2028",
    "e0041, \\udb40\\udc41", // a letter that nobody sees
    "d83d, \\ud83d", // half a character
    "000d, \\r"
  })
  void whatIsNotSeenIsShownAsItsEscape(String codePoint, String shown) {
    String text = "a" + new String(new int[] {Integer.parseInt(codePoint, 16)}, 0, 1) + "b";
    assertEquals("a" + shown + "b", VisibleText.line(text));
    assertEquals("a" + shown + "b", VisibleText.lines(text));
    assertEquals("a" + "?".repeat(text.length() - 2) + "b", VisibleText.ofSameLength(text, '?'));
  }

  @Test
  void whatIsSeenStays() {
    String text = "São Paulo 東京 \ud83d\udeeb €1,50 \\ \"q\"";
    assertSame(text, VisibleText.line(text));
    assertSame(text, VisibleText.lines(text));
    assertSame(text, VisibleText.ofSameLength(text, '?'));
  }

  @Test
  void linesStayWhereThereMayBeSeveral() {
    assertEquals("a\n\tb", VisibleText.lines("a\n\tb"));
    assertEquals("a\\n\\tb", VisibleText.line("a\n\tb"));
  }

  @Test
  void aJsonDocumentSaysTheSameAfterwards() throws JsonProcessingException {
    ObjectMapper json = new ObjectMapper();
    StringBuilder all = new StringBuilder();
    IntStream.rangeClosed(0, 0x10ffff)
        .filter(c -> c < 0xd800 || c > 0xdfff)
        .forEach(all::appendCodePoint);
    ObjectNode document = json.createObjectNode().put("all", all.toString());
    String shown = VisibleText.lines(document.toPrettyString());
    assertEquals(document, json.readTree(shown));
    assertFalse(shown.contains("\u009b"));
  }
}
