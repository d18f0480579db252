package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionValuesTest {
  private static String folder(String value) {
    return PartitionValues.folder(Map.of("c", value), StandardCharsets.UTF_8);
  }

  /** Sixty units would end in the middle of the character. */
  @Test
  void cutsBetweenCharacters() {
    String start = "a".repeat(59);
    assertEquals("c=" + start + "\ud83d\ude00/", folder(start + "\ud83d\ude00tail"));
    assertEquals("c=" + start + "a/", folder(start + "a\ud83d\ude00"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d\ude00", "\u65e5", "\u00e9", "%", "x", "\u0000"})
  void folderNamesHaveRoomOnEveryDisk(String character) {
    String many = character.repeat(300);
    String folder = PartitionValues.folder(Map.of(many, many), StandardCharsets.UTF_8);
    assertTrue(folder.getBytes(StandardCharsets.UTF_8).length <= 255, folder);
    assertTrue(folder.length() > 30, folder);
  }

  /** As on a worker that is started without a locale. */
  @Test
  void escapesWhatTheDiskCannotName() {
    Map<String, String> value = Map.of("c", "S\u00e3o Paulo \ud83d\ude00");
    assertEquals("c=S\u00e3o Paulo \ud83d\ude00/", folder("S\u00e3o Paulo \ud83d\ude00"));
    assertEquals(
        "c=S%C3%A3o Paulo %F0%9F%98%80/", PartitionValues.folder(value, StandardCharsets.US_ASCII));
    assertEquals(
        "c=S\u00e3o Paulo %F0%9F%98%80/",
        PartitionValues.folder(value, StandardCharsets.ISO_8859_1));
  }

  /** The log's JSON has no halves of characters, and a column stores them as '?'. */
  @Test
  void halvesOfCharactersAreWhatColumnsMakeOfThem() {
    assertEquals("a?b", PartitionValues.text(Primitive.STRING, "a\ud83db"));
    assertEquals("\ud83d\ude00", PartitionValues.text(Primitive.STRING, "\ud83d\ude00"));
  }

  @Test
  void decimalsHaveTheScaleOfTheirType() {
    DataType type = new DataType.Decimal(10, 2);
    assertEquals("1.10", PartitionValues.text(type, new BigDecimal("1.1")));
    assertEquals("0.00", PartitionValues.text(type, new BigDecimal("1E-999999999")));
  }
}
