package io.lakebeam.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NaturalOrderTest {
  @Test
  void numbersAreComparedAsNumbersWhateverTheirLength() {
    List<String> ordered =
        List.of(
            "",
            "a.csv:2",
            "a.csv:2#2",
            "a.csv:2#10",
            "a.csv:9",
            "a.csv:10",
            "a.csv:99999999999999999998",
            "a.csv:99999999999999999999",
            "a10.csv:1",
            "b",
            "t-0@7",
            "t-0@07",
            "t-0@8",
            "t-2@1",
            "t-10@1");
    for (int seed = 0; seed < 20; seed++) {
      List<String> shuffled = new ArrayList<>(ordered);
      Collections.shuffle(shuffled, new Random(seed));
      shuffled.sort(NaturalOrder.OF_TEXTS);
      assertEquals(sorted(ordered), shuffled);
    }
    assertEquals(-1, Integer.signum(NaturalOrder.OF_TEXTS.compare("a.csv:9", "a.csv:10")));
    assertEquals(0, NaturalOrder.OF_TEXTS.compare("t-0@7", "t-0@7"));
    assertEquals(
        NaturalOrder.OF_TEXTS.compare("t@7", "t@07"),
        -NaturalOrder.OF_TEXTS.compare("t@07", "t@7"));
  }

  /** The two spellings of a number stand beside each other, whichever is first. */
  private static List<String> sorted(List<String> texts) {
    List<String> sorted = new ArrayList<>(texts);
    if (NaturalOrder.OF_TEXTS.compare("t-0@7", "t-0@07") > 0) {
      Collections.swap(sorted, sorted.indexOf("t-0@7"), sorted.indexOf("t-0@07"));
    }
    return sorted;
  }
}
