package io.lakebeam.delta.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.shaded.spark.sql.types.Decimal;
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

  @Test
  void decimalsHaveTheScaleOfTheirType() {
    DataType type = new DataType.Decimal(10, 2);
    assertEquals("1.10", PartitionValues.text(type, Decimal.apply("1.1")));
    assertEquals("0.00", PartitionValues.text(type, Decimal.apply(0L)));
  }

  /** As the log of another writer has them, too. */
  @Test
  void timestampsKeepTheirMicroseconds() {
    long micros = -62_135_596_799_999_999L;
    String text = "0001-01-01T00:00:00.000001Z";
    assertEquals(text, PartitionValues.text(Primitive.TIMESTAMP, micros));
    assertEquals(micros, PartitionValues.value(Primitive.TIMESTAMP, text));
    assertEquals(micros, PartitionValues.value(Primitive.TIMESTAMP, "0001-01-01 00:00:00.000001"));
  }
}
