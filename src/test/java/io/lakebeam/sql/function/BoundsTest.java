package io.lakebeam.sql.function;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Limits;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No value of one row takes all time or all memory. */
class BoundsTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String LARGE = "ab".repeat(1 << 20);
  private static final int MANY = Integer.MAX_VALUE;

  private static String refused(Executable call) {
    return assertTimeoutPreemptively(
        SOON, () -> assertThrows(BadValueException.class, call).getMessage());
  }

  @Test
  void numbersOfAMillionDigits() {
    String digits = "1".repeat(4_000_000);
    String point = "0." + digits;
    assertTimeoutPreemptively(
        SOON,
        () -> {
          for (String text : List.of(digits, point, "-" + digits, " " + point + " ")) {
            assertNull(NumberText.decimal(text));
            assertNull(NumberText.floating(text));
            assertNull(NumberText.smallFloating(text));
            assertNull(NumberText.bigint(text));
            assertNull(Conversions.toDecimal(text, 10, 2));
          }
        });
    String longest = "0." + "0".repeat(Limits.NUMBER_CHARACTERS - 3) + "1";
    assertEquals(BigDecimal.ZERO.setScale(2), Conversions.toDecimal(longest, 10, 2));
    assertNull(Conversions.toDecimal(longest + "1", 10, 2));
  }

  @Test
  void numbersWithFarExponents() {
    assertTimeoutPreemptively(
        SOON,
        () -> {
          assertNull(NumberText.decimal("1E999999999"));
          assertEquals("0", Conversions.text(NumberText.decimal("1E-999999999")));
          assertEquals("0", Conversions.text(NumberText.decimal("0E-999999999")));
          assertEquals(new BigDecimal("0.00"), Conversions.toDecimal("1E-999999999", 10, 2));
          assertEquals("0.00001", Conversions.text(NumberText.decimal("1E-5")));
        });
  }

  @ParameterizedTest
  @CsvSource({MANY + "", Integer.MIN_VALUE + "", "1000000000", "-1000000000", "1101", "-1101"})
  void roundingToFarDigits(int scale) {
    assertTimeoutPreemptively(
        SOON,
        () -> {
          boolean isAll = scale > 0;
          assertEquals(isAll ? 1.5 : 0, Numbers.round(1.5, scale));
          assertEquals(isAll ? 15L : 0L, Numbers.round(15L, scale));
          assertEquals(
              0,
              Numbers.round(new BigDecimal("1.5"), scale)
                  .compareTo(isAll ? new BigDecimal("1.5") : BigDecimal.ZERO));
        });
  }

  @Test
  void roundingAtTheEdgeOfANumbersDigits() {
    assertEquals(new BigDecimal("100"), Numbers.round(new BigDecimal("50.1"), -2));
    assertEquals(BigDecimal.ZERO, Numbers.round(new BigDecimal("50.1"), -3));
    assertEquals(0L, Numbers.round(49L, -2));
    assertEquals(100L, Numbers.round(50L, -2));
  }

  static Stream<Object[]> patterns() {
    return Stream.of(
        new Object[] {"^(.*?,){25}P", "1,2,3,".repeat(20)},
        new Object[] {"^(a+)+\\1!$", "a".repeat(40)},
        new Object[] {"^[\\w.]+([\\w.]+)*@", "a".repeat(30_000)},
        new Object[] {"(x+x+)+y", "x".repeat(5000)});
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void expressionsThatGoBackAndForth(String regex, String text) {
    List<Executable> uses =
        List.of(
            () -> Patterns.like(text, regex),
            () -> Patterns.replace(text, regex, ""),
            () -> Patterns.extract(text, regex, 0),
            () -> Patterns.extractAll(text, regex, 0),
            () -> Patterns.count(text, regex),
            () -> Patterns.substring(text, regex),
            () -> Patterns.position(text, regex),
            () -> Patterns.split(text, regex));
    for (Executable use : uses) {
      String said = refused(use);
      assertTrue(said.startsWith("the regular expression '" + regex + "' takes too many"), said);
    }
  }

  /** What a regular expression would go over again for each place of each %. */
  @Test
  void aLikeOfManyPartsGoesOverALongTextOnce() {
    String text = "ab".repeat(2_000_000);
    assertFalse(LikePattern.matches(text, "%a%b%a%b%a%c%"));
    assertTrue(LikePattern.matches(text + "c", "%a%b%a%b%a%c%"));
    assertTrue(LikePattern.matches("a\ud83d\udeebb", "a_b"));
    assertThrows(BadValueException.class, () -> LikePattern.matches(text, "a".repeat(1000)));
    assertThrows(BadValueException.class, () -> LikePattern.matches("", "a\\b", "\\"));
    assertNull(LikePattern.matches("a", null));
  }

  @Test
  void longTextsAreSearchedAllTheSame() {
    assertTrue(Patterns.like(LARGE + "c", "[a-z]+c$|^c"));
    assertEquals(LARGE.length() / 2, Patterns.count(LARGE, "b"));
    assertEquals("cb".repeat(1 << 20), Patterns.replace(LARGE, "a", "c"));
  }

  static Stream<Executable> multiplied() {
    return Stream.of(
        () -> Text.repeat(LARGE, MANY),
        () -> Text.repeat(LARGE, 9),
        () -> Text.space(MANY),
        () -> Text.lpad("x", MANY),
        () -> Text.rpad("x", MANY, LARGE),
        () -> Text.replace(LARGE, "a", "0123456789012345678"),
        () -> Text.concat(LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE),
        () -> Text.concatWs(LARGE, "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"),
        () -> Elements.join(Collections.nCopies(100, LARGE), ","),
        () -> Elements.join(Arrays.asList(new String[100]), ",", LARGE),
        () -> Patterns.replace(LARGE, "a", "0123456789012345678"),
        () -> Patterns.split(LARGE, ""),
        () -> Patterns.split(LARGE, "b"),
        () -> Patterns.extractAll(LARGE, ".", 0),
        () -> Text.splitPart(LARGE, "b", 2),
        () -> Text.levenshtein(LARGE, LARGE),
        () -> Text.translate(LARGE, LARGE, ""),
        () -> Text.trim("c" + LARGE, LARGE),
        () -> Digests.hex(LARGE.repeat(5)),
        () -> Digests.base64(new byte[13 << 20]));
  }

  @ParameterizedTest
  @MethodSource("multiplied")
  void textsAndArraysThatGetTooLarge(Executable call) {
    String said = refused(call);
    assertTrue(Pattern.matches("[A-Z0-9_]+: .*", said), said);
  }

  @Test
  void whatIsSplitIsWhatJavaSplits() {
    for (String regex : List.of(",", ",?", "", "b*", "^", "$", "(?=b)", "x")) {
      for (String text : List.of("", ",", "a,b", ",a,,b,", "abb", "b")) {
        for (int limit : new int[] {-1, 1, 2, 3}) {
          if (!regex.isEmpty()) {
            assertEquals(
                Arrays.asList(text.split(regex, limit)),
                Patterns.split(text, regex, limit),
                regex + " of " + text + " by " + limit);
          }
        }
      }
    }
  }

  @Test
  void documentsThatAreTooDeepAreNoNull() {
    String deep = "[".repeat(Limits.NESTING + 1) + "]".repeat(Limits.NESTING + 1);
    assertTrue(refused(() -> Json.object(deep, "$[0]")).contains("more than 100 deep"));
    String fits = deep.substring(1, deep.length() - 1);
    assertEquals(fits, Json.object(fits, "$"));
    String digits = "{\"a\":" + "1".repeat(2000) + "}";
    assertTrue(refused(() -> Json.object(digits, "$.a")).contains("more than 1000 characters"));
  }

  @Test
  void whatAMessageQuotesIsCutBetweenCharacters() {
    assertEquals(
        "'" + "a".repeat(79) + "…'", BadValueException.quote("a".repeat(79) + "\ud83d\ude00b"));
  }
}
