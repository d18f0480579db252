package io.lakebeam.scaffold;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the values of one column look like as texts. Says which type they may have; whether the
 * readers take every one of them as that is tried afterwards.
 */
final class TextProfile {
  private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]*)");
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");
  private static final Pattern CODE = Pattern.compile("[+-]?0[0-9]+|\\+[0-9]+");
  private static final Pattern DECIMAL_COMMA = Pattern.compile("-?[0-9][0-9.]*,[0-9]+");
  private static final Pattern DATE = Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}");
  private static final Pattern TIMESTAMP =
      Pattern.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}.*");
  private static final Pattern OTHER_DATE =
      Pattern.compile("([0-9]{1,2})([/.-])([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})( .*)?");

  /** Words in names of amounts of money. */
  private static final Set<String> MONEY =
      Set.of(
          ("price amount amt cost costs fee fees fare tax vat salary revenue payment discount subtotal"
                  + " turnover preis betrag umsatz precio prix importe montant")
              .split(" "));

  /** Words in names of what tells one from the other. */
  private static final Set<String> KEY =
      Set.of("id", "ids", "key", "uuid", "guid", "nr", "no", "num", "number", "code");

  /** Words in names of what is written in digits, and nobody adds up. */
  private static final Set<String> CODES =
      Set.of(
          ("zip zipcode postcode postal plz phone telephone tel mobile fax ssn iban isbn ean gtin sku"
                  + " barcode")
              .split(" "));

  /** Room for numbers that are larger than any of the sample. */
  private static final long COMFORTABLE_INT = 100_000_000;

  private static final int LONGEST_NUMBER = 100;
  private static final int EXACT_DIGITS = 17;
  private static final int MONEY_DIGITS = 18;
  private static final int MOST_MONEY_SCALE = 6;

  private int values;
  private int words;
  private int wholes;
  private int numbers;
  private int codes;
  private int commas;
  private int points;
  private int thousands;
  private int dates;
  private int timestamps;
  private int zoneless;
  private int otherDates;
  private int exponents;
  private int longNumbers;
  private int wholeDigits;
  private int fractionDigits;
  private boolean isLarge;
  private boolean isBeyondLong;
  private boolean hasFirstAboveTwelve;
  private boolean hasSecondAboveTwelve;
  private final Set<String> separators = new HashSet<>();

  /** Takes a value in; not empty. */
  void add(String value) {
    values++;
    String text = value.strip();
    String lower = text.toLowerCase(Locale.ROOT);
    words += lower.equals("true") || lower.equals("false") ? 1 : 0;
    dates += DATE.matcher(text).matches() ? 1 : 0;
    if (TIMESTAMP.matcher(text).matches()) {
      timestamps++;
      zoneless += text.matches(".*(Z|z|[+-][0-9]{2}:?[0-9]{0,2})") ? 0 : 1;
    }
    codes += CODE.matcher(text).matches() ? 1 : 0;
    if (DECIMAL_COMMA.matcher(text).matches()) {
      commas++;
      points += text.indexOf('.') >= 0 ? 1 : 0;
      thousands += text.matches("-?[1-9][0-9]{0,2},[0-9]{3}") ? 1 : 0;
    }
    otherDate(text);
    if (text.length() <= LONGEST_NUMBER && NUMBER.matcher(text).matches()) {
      number(text);
    }
  }

  private void otherDate(String text) {
    var other = OTHER_DATE.matcher(text);
    if (text.length() <= LONGEST_NUMBER && other.matches()) {
      otherDates++;
      separators.add(other.group(2));
      hasFirstAboveTwelve |= Integer.parseInt(other.group(1)) > 12;
      hasSecondAboveTwelve |= Integer.parseInt(other.group(3)) > 12;
    }
  }

  private void number(String text) {
    numbers++;
    BigDecimal number = new BigDecimal(text);
    exponents += text.matches(".*[eE].*") ? 1 : 0;
    wholeDigits = Math.max(wholeDigits, Math.max(number.precision() - number.scale(), 1));
    fractionDigits = Math.max(fractionDigits, Math.max(number.scale(), 0));
    longNumbers += number.precision() > EXACT_DIGITS ? 1 : 0;
    if (WHOLE.matcher(text).matches()) {
      wholes++;
      isLarge |= number.abs().compareTo(BigDecimal.valueOf(COMFORTABLE_INT)) >= 0;
      isBeyondLong |= number.toBigInteger().bitLength() > Long.SIZE - 1;
    }
  }

  int values() {
    return values;
  }

  /** The type of texts. */
  DataType ofTexts() {
    if (values > 0 && dates == values) {
      return Primitive.DATE;
    }
    return values > 0 && timestamps == values ? Primitive.TIMESTAMP : Primitive.STRING;
  }

  /**
   * The type of what is written without saying whether it is a text, as in CSV.
   *
   * @param column its name: an amount of money has digits that count
   */
  DataType ofFields(String column) {
    if (values > 0 && words == values) {
      return Primitive.BOOLEAN;
    }
    return ProposedNames.hasWord(column, CODES)
        ? ofTexts()
        : ofNumbers(column).orElseGet(this::ofTexts);
  }

  /** The type of numbers; empty when not all are numbers, or no type keeps all of their digits. */
  Optional<DataType> ofNumbers(String column) {
    if (values == 0 || numbers < values) {
      return Optional.empty();
    }
    if (wholes == values) {
      if (isBeyondLong) {
        return exact(0);
      }
      boolean isSmall = !isLarge && !isKey(column);
      return Optional.of(isSmall ? Primitive.INT : Primitive.BIGINT);
    }
    int scale = Math.max(2, fractionDigits);
    boolean isMoney =
        ProposedNames.hasWord(column, MONEY)
            && exponents == 0
            && scale <= MOST_MONEY_SCALE
            && wholeDigits <= MONEY_DIGITS - MOST_MONEY_SCALE;
    if (isMoney) {
      return Optional.of(new DataType.Decimal(MONEY_DIGITS, scale));
    }
    return longNumbers > 0 ? exact(fractionDigits) : Optional.of(Primitive.DOUBLE);
  }

  private Optional<DataType> exact(int scale) {
    int most = DataType.Decimal.MAX_PRECISION;
    return wholeDigits + scale <= most && exponents == 0
        ? Optional.of(new DataType.Decimal(most, scale))
        : Optional.empty();
  }

  static boolean isKey(String column) {
    return ProposedNames.hasWord(column, KEY);
  }

  /**
   * What their author should know of a column with these values, of what says itself that it is
   * text.
   *
   * @param chosen the type that it has got
   */
  String remarkOfTexts(DataType chosen) {
    if (chosen == Primitive.TIMESTAMP && zoneless > 0) {
      return (zoneless == values ? "has no zone" : "has no zone in some records")
          + ": taken for UTC";
    }
    if (values == 0) {
      return "was empty in every record that was looked at";
    }
    if (chosen != Primitive.STRING) {
      return "";
    }
    if (otherDates == values) {
      boolean isDayFirst = hasFirstAboveTwelve && !hasSecondAboveTwelve;
      boolean isMonthFirst = hasSecondAboveTwelve && !hasFirstAboveTwelve;
      if (isDayFirst || isMonthFirst || separators.equals(Set.of("."))) {
        String separator = separators.iterator().next();
        String pattern =
            isMonthFirst
                ? "M" + separator + "d" + separator + "yyyy"
                : "d" + separator + "M" + separator + "yyyy";
        return "looks like a date: TO_DATE(..., '" + pattern + "') would make it one";
      }
      return "looks like a date, and the day or the month may come first: left as text";
    }
    if (commas == values && thousands == values) {
      return "has a comma, which may be a decimal one or stand between thousands: left as text";
    }
    if (commas == values) {
      String plain = points > 0 ? "REPLACE(..., '.', '')" : "...";
      return "has a decimal comma: CAST(REPLACE("
          + plain
          + ", ',', '.') AS DECIMAL(18,2)) would make it a number";
    }
    return "";
  }

  /** The same, of what is written without saying whether it is text. */
  String remarkOfFields(String column, DataType chosen) {
    String remark = remarkOfTexts(chosen);
    if (!remark.isEmpty() || chosen != Primitive.STRING || values == 0) {
      return remark;
    }
    if (wholes == values && ProposedNames.hasWord(column, CODES)) {
      return "is a code by its name, kept as text";
    }
    boolean hasZeros = codes > 0 && codes + numbers >= values;
    if (hasZeros) {
      return "has numbers with leading zeros or signs: a code, kept as text";
    }
    if (numbers > 0 && numbers < values && numbers * 4L >= values * 3L) {
      return "is a number in most rows, and something else in others";
    }
    return numbers == values ? "has numbers too large for any type" : "";
  }
}
