package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.runtime.CalciteContextException;

/** Calcite's complaints about a query, told so that its author can mend it. */
final class CalciteProblems {
  private static final Pattern COLUMN =
      Pattern.compile(
          "Column '([^']+)' not found in (?:any table|table '[^']*').*", Pattern.DOTALL);
  private static final Pattern TABLE =
      Pattern.compile("(?:Object|Table) '([^']+)' not found.*", Pattern.DOTALL);
  private static final Pattern FUNCTION =
      Pattern.compile("No match found for function signature ([^(]+)(\\(.*\\)).*", Pattern.DOTALL);

  /** Aggregates of Spark that somebody may look for. */
  private static final Set<String> AGGREGATES =
      Set.of(
          "ANY",
          "APPROX_PERCENTILE",
          "ARRAY_AGG",
          "BIT_XOR",
          "BOOL_AND",
          "BOOL_OR",
          "COLLECT_LIST",
          "COLLECT_SET",
          "CORR",
          "FIRST",
          "FIRST_VALUE",
          "HISTOGRAM_NUMERIC",
          "KURTOSIS",
          "LAST",
          "LAST_VALUE",
          "MAX_BY",
          "MEDIAN",
          "MIN_BY",
          "MODE",
          "PERCENTILE",
          "PERCENTILE_APPROX",
          "PERCENTILE_CONT",
          "PERCENTILE_DISC",
          "SKEWNESS",
          "STD",
          "TRY_AVG",
          "TRY_SUM");

  private CalciteProblems() {}

  static Problem explain(
      Positions positions, CalciteContextException e, Map<String, TableSchema> catalog) {
    String sentence = sentence(e);
    var at = positions.at(Math.max(1, e.getPosLine()), Math.max(1, e.getPosColumn()));
    Matcher column = COLUMN.matcher(sentence);
    if (column.matches()) {
      return new Problem(
          at,
          "there is no column " + column.group(1),
          "none of the relations in FROM has it",
          whereColumnIs(column.group(1), catalog));
    }
    Matcher table = TABLE.matcher(sentence);
    if (table.matches()) {
      String fix =
          nearest(table.group(1), List.copyOf(catalog.keySet()))
              .map(n -> "did you mean " + n + "?")
              .orElse("declare it under sources or datasets");
      return new Problem(
          at,
          "there is no source or dataset " + table.group(1),
          "the pipeline declares " + String.join(", ", catalog.keySet().stream().sorted().toList()),
          fix);
    }
    Matcher function = FUNCTION.matcher(sentence);
    if (function.matches() && AGGREGATES.contains(function.group(1).toUpperCase(Locale.ROOT))) {
      return new Problem(
          at,
          "there is no aggregate " + function.group(1),
          "views keep COUNT, SUM, MIN, MAX and AVG up to date",
          "use these, and compute the rest where the view is read");
    }
    if (function.matches()) {
      return new Problem(
          at,
          "there is no function " + function.group(1) + " for " + function.group(2),
          "neither Beam SQL nor Lakebeam's function library has it for these types",
          "see docs/reference/sql.md; add your own under functions:");
    }
    return new Problem(at, sentence, "", "");
  }

  /** The innermost message, without Calcite's prefix of line and column. */
  static String sentence(Throwable e) {
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = String.valueOf(innermost.getMessage()).strip();
    return message.endsWith(".") ? message.substring(0, message.length() - 1) : message;
  }

  static Optional<String> nearest(String wanted, List<String> known) {
    String lower = wanted.toLowerCase(Locale.ROOT);
    return known.stream()
        .map(name -> Map.entry(name, distance(lower, name.toLowerCase(Locale.ROOT))))
        .filter(entry -> entry.getValue() <= Math.max(1, wanted.length() / 3))
        .min(
            Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                .thenComparing(Map.Entry::getKey))
        .map(Map.Entry::getKey);
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] previous =
        Stream.iterate(0, i -> i + 1).limit(b.length() + 1L).mapToInt(i -> i).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
      }
      previous = current;
    }
    return previous[b.length()];
  }

  /** What to do about a column that is not there. */
  private static String whereColumnIs(String name, Map<String, TableSchema> catalog) {
    List<String> others =
        catalog.entrySet().stream()
            .filter(relation -> relation.getValue().column(name).isPresent())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    if (!others.isEmpty()) {
      return "select it from " + String.join(" or ", others) + ", or hand it on from there";
    }
    if (HiddenColumns.OF_MESSAGES.stream().anyMatch(c -> c.name().equalsIgnoreCase(name))) {
      return "only rows of kafka, event_hubs and captures of Event Hubs have it";
    }
    List<String> known =
        catalog.values().stream()
            .flatMap(schema -> schema.columns().stream().map(Column::name))
            .distinct()
            .toList();
    return nearest(name, known).map(near -> "did you mean " + near + "?").orElse("");
  }
}
