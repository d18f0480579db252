package io.lakebeam.quarantine;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Rows of quarantines, counted by table and reason. A row that breaks several rules counts for each
 * of them; one that is there for another reason, for what is the same in errors of its kind.
 */
public final class ReasonCounts {
  /** More kinds of errors of a table are one. */
  private static final int MOST_ERRORS = 50;

  private static final String OTHERS = "other errors";

  /** What differs from row to row: what was found and where, what stands in quotes, numbers. */
  private static final Pattern FOUND = Pattern.compile("(?s),? (found|at byte)\\b.*");

  private static final Pattern VALUE =
      Pattern.compile("'[^']*'|\"[^\"]*\"|(?<![\\p{L}\\d_.-])-?\\d[\\d.,:TZ-]*");

  private static final int LONGEST = 90;

  private final Map<String, Map<String, Count>> tables = new LinkedHashMap<>();
  private long rows;

  /**
   * A reason.
   *
   * @param isRule true for the name of a rule
   */
  public record Reason(String table, String reason, boolean isRule, Count count) {}

  /** How many rows, and when they came. */
  public static final class Count {
    private final boolean isRule;
    private final TreeMap<LocalDate, Long> days = new TreeMap<>();
    private long rows;
    private long open;
    private @Nullable Instant first;
    private @Nullable Instant last;

    private Count(boolean isRule) {
      this.isRule = isRule;
    }

    private void add(@Nullable Instant at, boolean isOpen) {
      rows++;
      open += isOpen ? 1 : 0;
      if (at != null) {
        days.merge(at.atZone(ZoneOffset.UTC).toLocalDate(), 1L, Long::sum);
        first = first == null || at.isBefore(first) ? at : first;
        last = last == null || at.isAfter(last) ? at : last;
      }
    }

    public long rows() {
      return rows;
    }

    /** Those of which nobody has said what is to become of them. */
    public long open() {
      return open;
    }

    /** Rows of each day (UTC) that has some. */
    public TreeMap<LocalDate, Long> days() {
      return new TreeMap<>(days);
    }

    /** When the epoch of the first row was planned; null when no row says it. */
    public @Nullable Instant first() {
      return first;
    }

    /** When the epoch of the last row was planned; null when no row says it. */
    public @Nullable Instant last() {
      return last;
    }
  }

  /**
   * Counts a row.
   *
   * @param isOpen true when nobody has said what is to become of it
   */
  public void add(QuarantinedRow row, boolean isOpen) {
    rows++;
    Map<String, Count> reasons = tables.computeIfAbsent(row.table(), name -> new LinkedHashMap<>());
    Instant at = row.plannedAt().orElse(null);
    for (String rule : row.failedRules()) {
      reasons.computeIfAbsent(rule, name -> new Count(true)).add(at, isOpen);
    }
    if (row.failedRules().isEmpty()) {
      String kind = kind(row.error());
      boolean isNew = !reasons.containsKey(kind);
      long errors = reasons.values().stream().filter(each -> !each.isRule).count();
      reasons
          .computeIfAbsent(isNew && errors >= MOST_ERRORS ? OTHERS : kind, name -> new Count(false))
          .add(at, isOpen);
    }
  }

  /** How many rows there are, each once. */
  public long rows() {
    return rows;
  }

  /** Table by table, the most frequent first. */
  public List<Reason> reasons() {
    List<Reason> all = new ArrayList<>();
    tables.forEach(
        (table, reasons) ->
            reasons.entrySet().stream()
                .sorted(
                    Comparator.comparingLong(
                            (Map.Entry<String, Count> each) -> -each.getValue().rows)
                        .thenComparing(Map.Entry::getKey))
                .forEach(
                    each ->
                        all.add(
                            new Reason(
                                table, each.getKey(), each.getValue().isRule, each.getValue()))));
    return all;
  }

  /** An error without the values of its row. */
  public static String kind(String error) {
    String kind = VALUE.matcher(FOUND.matcher(error).replaceFirst("")).replaceAll("…");
    return kind.codePointCount(0, kind.length()) <= LONGEST
        ? kind
        : kind.substring(0, kind.offsetByCodePoints(0, LONGEST - 1)) + "…";
  }
}
