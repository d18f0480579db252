package io.lakebeam.cli.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class TextTableTest {
  @Test
  void numbersStandToTheRightTextToTheLeft() {
    TextTable table = TextTable.of("name", ">rows").add("a", "1,000").add("longer", "7");
    assertEquals(
        List.of("name     rows", "a       1,000", "longer      7"),
        table.lines(OptionalInt.empty()));
  }

  @Test
  void theWidestTextGivesWay() {
    TextTable table = TextTable.of("name", "path", ">rows").add("a", "/a/very/long/path", "12345");
    assertEquals(
        List.of("name  path       rows", "a     /a/very…  12345"), table.lines(OptionalInt.of(21)));
  }

  @Test
  void numbersAreNeverCut() {
    TextTable table = TextTable.of(">rows").add("1234567890");
    assertEquals(List.of("      rows", "1234567890"), table.lines(OptionalInt.of(4)));
  }

  @Test
  void lettersOfTwoUnitsAreOneColumn() {
    TextTable table = TextTable.of("a", "b").add("\uD83D\uDE00\uD83D\uDE00", "x").add("yyy", "z");
    assertEquals(
        List.of("a    b", "\uD83D\uDE00\uD83D\uDE00   x", "yyy  z"),
        table.lines(OptionalInt.empty()));
  }

  @Test
  void aRowHasACellForEachColumn() {
    assertThrows(IllegalArgumentException.class, () -> TextTable.of("a", "b").add("1"));
  }
}
