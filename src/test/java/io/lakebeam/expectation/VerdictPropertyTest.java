package io.lakebeam.expectation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.expectation.Verdict.Destination;
import io.lakebeam.graph.SourceLocation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random rules over random rows: every row ends in one place, and every number is right. */
class VerdictPropertyTest {
  private static Expectation rule(int i, OnViolation action) {
    return new Expectation("r" + i, "c", action, false, new SourceLocation("rules.yaml", 1, 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void everyRowEndsInOnePlace(long seed) {
    Random random = new Random(seed);
    List<Expectation> rules = new ArrayList<>();
    for (int i = random.nextInt(7); i > 0; i--) {
      OnViolation[] actions = OnViolation.values();
      rules.add(rule(rules.size(), actions[random.nextInt(actions.length)]));
    }
    long[] places = new long[Destination.values().length];
    long[] broken = new long[rules.size()];
    int rows = random.nextInt(500);
    List<RowCounts.Counter> bundles = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      bundles.add(new RowCounts.Counter(rules.size()));
    }
    for (int row = 0; row < rows; row++) {
      boolean[] passes = new boolean[rules.size()];
      Destination expected = Destination.ACCEPTED;
      List<String> names = new ArrayList<>();
      for (int i = 0; i < passes.length; i++) {
        passes[i] = random.nextInt(4) > 0;
        if (!passes[i]) {
          broken[i]++;
          names.add("r" + i);
          expected = worse(expected, rules.get(i).onViolation());
        }
      }
      Verdict verdict = Verdict.of(rules, i -> passes[i]);
      assertEquals(expected, verdict.destination(), "seed " + seed);
      assertEquals(names, verdict.failedNames(rules), "seed " + seed);
      places[expected.ordinal()]++;
      bundles.get(random.nextInt(bundles.size())).add(verdict);
    }
    Collections.shuffle(bundles, random);
    RowCounts counts = RowCounts.none(rules.size());
    for (RowCounts.Counter bundle : bundles) {
      counts = counts.plus(bundle.counts());
    }
    assertEquals(rows, counts.in(), "seed " + seed);
    assertEquals(
        List.of(places[0], places[1], places[2], places[3]),
        List.of(counts.accepted(), counts.dropped(), counts.quarantined(), counts.failed()),
        "seed " + seed);
    for (int i = 0; i < broken.length; i++) {
      assertEquals(broken[i], counts.brokenRules().get(i), "seed " + seed);
    }
  }

  private static Destination worse(Destination known, OnViolation action) {
    if (action == OnViolation.FAIL || known == Destination.FAILED) {
      return Destination.FAILED;
    }
    if (action == OnViolation.QUARANTINE || known == Destination.QUARANTINED) {
      return Destination.QUARANTINED;
    }
    return action == OnViolation.DROP ? Destination.DROPPED : known;
  }

  @Test
  void rowsThatNoRuleWasAskedOfCountAsQuarantined() {
    RowCounts.Counter counter = new RowCounts.Counter(1);
    counter.add(Verdict.of(List.of(rule(0, OnViolation.WARN)), i -> false));
    counter.addUnjudged();
    RowCounts counts = counter.counts().plus(RowCounts.undecoded(3, 1));
    assertEquals(new RowCounts(5, 1, 0, 4, 0, 1, List.of(1L)), counts);
  }

  @Test
  void countsThatDoNotAddUpAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new RowCounts(3, 1, 0, 1, 0, 3, List.of()));
  }
}
