package io.lakebeam.scaffold;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A rule that a person may well write, and that every record looked at keeps.
 *
 * @param column that it is about
 * @param condition that is TRUE for a row that keeps it
 * @param seen what was seen in the column, a sentence without a full stop
 */
record ProposedRule(String name, SampledColumn column, String condition, String seen) {
  private static final int MOST = 3;
  private static final int MOST_WORDS = 8;
  private static final int ROWS_A_WORD = 10;

  /** Words in names of numbers that are below zero as often as not, or at times. */
  private static final Set<String> MAY_BE_NEGATIVE =
      words(
          "lat latitude lon lng long longitude alt altitude elev elevation delay diff difference"
              + " delta change offset balance temp temperature zone tz utc x y z score growth profit"
              + " margin return returns net adjustment correction day week month quarter date time"
              + " year");

  /** Words in names of times that may well lie ahead. */
  private static final Set<String> MAY_BE_TO_COME =
      words(
          "due expires expiry expiration until valid scheduled schedule planned plan next end ends"
              + " eta deadline renewal renews delivery deliver departure departs arrival arrives start"
              + " starts begin begins booked booking appointment to");

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} _./+-]{0,29}");

  private static Set<String> words(String text) {
    return Set.of(text.split(" "));
  }

  /** Those for some rows, at most three; fewer where the columns say little. */
  static List<ProposedRule> of(
      List<SampledColumn> columns, List<SampleReader.Row> rows, Instant now) {
    return new Choice(columns, rows, now).rules();
  }

  private static final class Choice {
    private final List<SampledColumn> columns;
    private final List<SampleReader.Row> rows;
    private final Instant now;
    private final List<ProposedRule> rules = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> used = new HashSet<>();

    Choice(List<SampledColumn> columns, List<SampleReader.Row> rows, Instant now) {
      this.columns = columns;
      this.rows = rows;
      this.now = now;
    }

    List<ProposedRule> rules() {
      Optional<SampledColumn> key = key();
      key.ifPresent(this::hasKey);
      // One of each kind says more than three of one.
      first(this::plausibleNumber);
      first(this::notToCome);
      first(this::oneOfWords);
      columns.forEach(column -> maybe(plausibleNumber(column)));
      columns.forEach(column -> maybe(oneOfWords(column)));
      columns.forEach(column -> maybe(neverEmpty(column)));
      return List.copyOf(rules);
    }

    private interface Kind {
      Optional<ProposedRule> of(SampledColumn column);
    }

    private void first(Kind kind) {
      for (SampledColumn column : columns) {
        Optional<ProposedRule> rule =
            used.contains(column.name()) ? Optional.empty() : kind.of(column);
        if (rule.isPresent()) {
          maybe(rule);
          return;
        }
      }
    }

    private void maybe(Optional<ProposedRule> rule) {
      if (rules.size() < MOST && rule.isPresent() && used.add(rule.get().column().name())) {
        rules.add(rule.get());
      }
    }

    private List<Object> values(SampledColumn column) {
      return rows.stream()
          .map(row -> row.values().get(column.name()))
          .filter(Objects::nonNull)
          .toList();
    }

    private boolean isAlwaysThere(SampledColumn column) {
      return !rows.isEmpty() && values(column).size() == rows.size();
    }

    /** What names a record: another value in each, by the look of its name if there are several. */
    private Optional<SampledColumn> key() {
      SampledColumn best = null;
      int most = 0;
      for (SampledColumn column : columns) {
        int score = isScalar(column) && isAlwaysThere(column) ? keyScore(column) : 0;
        if (score > most) {
          most = score;
          best = column;
        }
      }
      return Optional.ofNullable(best);
    }

    private int keyScore(SampledColumn column) {
      boolean isKey = TextProfile.isKey(column.name());
      boolean isWhole =
          column.type() == Primitive.INT
              || column.type() == Primitive.BIGINT
              || column.type() instanceof DataType.Decimal number && number.scale() == 0;
      boolean isWord =
          column.type() == Primitive.STRING
              && (column.remark().isEmpty() || column.remark().endsWith("kept as text"));
      boolean isEachOther = new HashSet<>(values(column)).size() == rows.size();
      return (isKey ? 4 : 0)
          + (isEachOther && (isWhole || isWord) ? 2 : 0)
          + (column.equals(columns.get(0)) ? 1 : 0);
    }

    private static boolean isScalar(SampledColumn column) {
      return column.type() instanceof DataType.Primitive && column.type() != Primitive.BINARY
          || column.type() instanceof DataType.Decimal;
    }

    private void hasKey(SampledColumn column) {
      boolean isEachOther = new HashSet<>(values(column)).size() == rows.size();
      maybe(
          Optional.of(
              new ProposedRule(
                  name("has_", column, ""),
                  column,
                  SqlText.name(column.name()) + " IS NOT NULL",
                  isEachOther && rows.size() > 1
                      ? "never empty, and another one in each"
                      : "never empty")));
    }

    private Optional<ProposedRule> neverEmpty(SampledColumn column) {
      return isScalar(column) && isAlwaysThere(column) && !used.contains(column.name())
          ? Optional.of(
              new ProposedRule(
                  name("has_", column, ""),
                  column,
                  SqlText.name(column.name()) + " IS NOT NULL",
                  "never empty"))
          : Optional.empty();
    }

    private Optional<ProposedRule> plausibleNumber(SampledColumn column) {
      boolean isNumber =
          column.type() == Primitive.INT
              || column.type() == Primitive.BIGINT
              || column.type() == Primitive.FLOAT
              || column.type() == Primitive.DOUBLE
              || column.type() instanceof DataType.Decimal;
      List<Object> values = values(column);
      if (!isNumber || values.isEmpty() || used.contains(column.name())) {
        return Optional.empty();
      }
      String lower = column.name().toLowerCase(Locale.ROOT);
      List<BigDecimal> numbers = new ArrayList<>();
      for (Object value : values) {
        if (value instanceof Double d && !Double.isFinite(d)
            || value instanceof Float f && !Float.isFinite(f)) {
          return Optional.empty();
        }
        numbers.add(new BigDecimal(value.toString()));
      }
      BigDecimal least = numbers.stream().min(BigDecimal::compareTo).orElseThrow();
      BigDecimal most = numbers.stream().max(BigDecimal::compareTo).orElseThrow();
      Optional<int[]> bounds = bounds(lower);
      if (bounds.isPresent()) {
        int from = bounds.get()[0];
        int to = bounds.get()[1];
        boolean isWithin =
            least.compareTo(BigDecimal.valueOf(from)) >= 0
                && most.compareTo(BigDecimal.valueOf(to)) <= 0;
        return isWithin
            ? Optional.of(
                new ProposedRule(
                    name("plausible_", column, ""),
                    column,
                    orNull(column, SqlText.name(column.name()) + " BETWEEN " + from + " AND " + to),
                    between(least, most, column)))
            : Optional.empty();
      }
      boolean isQuantity =
          least.signum() >= 0
              && most.signum() > 0
              && !TextProfile.isKey(column.name())
              && !ProposedNames.hasWord(column.name(), MAY_BE_NEGATIVE);
      return isQuantity
          ? Optional.of(
              new ProposedRule(
                  name("", column, "_not_negative"),
                  column,
                  orNull(column, SqlText.name(column.name()) + " >= 0"),
                  between(least, most, column)))
          : Optional.empty();
    }

    /** What the numbers of a column can be, where everybody knows that. */
    private static Optional<int[]> bounds(String name) {
      return switch (name) {
        case "lat", "latitude" -> Optional.of(new int[] {-90, 90});
        case "lon", "lng", "long", "longitude" -> Optional.of(new int[] {-180, 180});
        case "month" -> Optional.of(new int[] {1, 12});
        case "day_of_month" -> Optional.of(new int[] {1, 31});
        case "hour" -> Optional.of(new int[] {0, 23});
        case "minute" -> Optional.of(new int[] {0, 59});
        default -> Optional.empty();
      };
    }

    private String between(BigDecimal least, BigDecimal most, SampledColumn column) {
      return "between " + least.toPlainString() + " and " + most.toPlainString() + empty(column);
    }

    private Optional<ProposedRule> notToCome(SampledColumn column) {
      boolean isTime = column.type() == Primitive.TIMESTAMP || column.type() == Primitive.DATE;
      List<Object> values = values(column);
      boolean mayBe = ProposedNames.hasWord(column.name(), MAY_BE_TO_COME);
      if (!isTime || values.isEmpty() || mayBe) {
        return Optional.empty();
      }
      List<Instant> times = new ArrayList<>();
      for (Object value : values) {
        times.add(
            value instanceof LocalDate date
                ? date.atStartOfDay(ZoneOffset.UTC).toInstant()
                : (Instant) value);
      }
      Instant last = times.stream().max(Instant::compareTo).orElseThrow();
      return last.isAfter(now)
          ? Optional.empty()
          : Optional.of(
              new ProposedRule(
                  name("", column, "_not_from_the_future"),
                  column,
                  orNull(
                      column, SqlText.name(column.name()) + " <= _ingested_at + INTERVAL '1' DAY"),
                  "the last one "
                      + (column.type() == Primitive.DATE
                          ? last.atOffset(ZoneOffset.UTC).toLocalDate()
                          : last)
                      + empty(column)
                      + ". A day of grace for clocks and time zones"));
    }

    private Optional<ProposedRule> oneOfWords(SampledColumn column) {
      List<Object> values = values(column);
      if (column.type() != Primitive.STRING || used.contains(column.name())) {
        return Optional.empty();
      }
      TreeMap<String, Integer> counts = new TreeMap<>();
      for (Object value : values) {
        if (!WORD.matcher(value.toString()).matches() || counts.size() > MOST_WORDS) {
          return Optional.empty();
        }
        counts.merge(value.toString(), 1, Integer::sum);
      }
      boolean isSet =
          counts.size() >= 2
              && counts.size() <= MOST_WORDS
              && values.size() >= 5L * ROWS_A_WORD
              && values.size() >= (long) ROWS_A_WORD * counts.size()
              && counts.values().stream().allMatch(count -> count > 2);
      return isSet
          ? Optional.of(
              new ProposedRule(
                  name("known_", column, ""),
                  column,
                  orNull(
                      column,
                      SqlText.name(column.name())
                          + " IN ("
                          + counts.keySet().stream()
                              .map(word -> "'" + word + "'")
                              .collect(Collectors.joining(", "))
                          + ")"),
                  "one of these " + counts.size() + empty(column)))
          : Optional.empty();
    }

    /** A rule that is NULL is broken: what may be empty has to be let through. */
    private String orNull(SampledColumn column, String condition) {
      return isAlwaysThere(column)
          ? condition
          : SqlText.name(column.name()) + " IS NULL OR " + condition;
    }

    private String empty(SampledColumn column) {
      int empty = rows.size() - values(column).size();
      return empty == 0 ? "" : String.format(Locale.ROOT, "; empty in %,d", empty);
    }

    private String name(String before, SampledColumn column, String behind) {
      String plain = ProposedNames.plain(column.name());
      String name =
          (before + (plain.isEmpty() ? "column" : plain) + behind).toLowerCase(Locale.ROOT);
      name = name.matches("[a-z].*") ? name : "rule_" + name;
      int number = 2;
      String one = name;
      while (!names.add(one)) {
        one = name + "_" + number++;
      }
      return one;
    }
  }

  /** The columns that a row needs to keep them. */
  static Set<String> columnsOf(List<ProposedRule> rules) {
    return rules.stream().map(rule -> rule.column().name()).collect(Collectors.toSet());
  }
}
