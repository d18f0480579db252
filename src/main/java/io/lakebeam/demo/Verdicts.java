package io.lakebeam.demo;

import io.lakebeam.expectation.OnViolation;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Counts what becomes of rows by the rules that they break. Not thread-safe.
 *
 * @param <R> the rules of a table
 */
public final class Verdicts<R extends Enum<R> & Verdicts.Judging> {
  private final Class<R> rules;
  private final Map<R, Long> broken;
  private long judged;
  private long quarantined;
  private long dropped;
  private long duplicates;

  /** A rule as its expectations file has it, in small letters. */
  public interface Judging {
    OnViolation onViolation();
  }

  public Verdicts(Class<R> rules) {
    this.rules = rules;
    this.broken = new EnumMap<>(rules);
  }

  /** Counts a row; true when its table takes it. */
  public boolean judge(Set<R> brokenOfRow) {
    judged++;
    brokenOfRow.forEach(rule -> broken.merge(rule, 1L, Long::sum));
    if (breaks(brokenOfRow, OnViolation.QUARANTINE)) {
      quarantined++;
      return false;
    }
    if (breaks(brokenOfRow, OnViolation.DROP)) {
      dropped++;
      return false;
    }
    return true;
  }

  private static <R extends Judging> boolean breaks(Set<R> rules, OnViolation onViolation) {
    return rules.stream().anyMatch(rule -> rule.onViolation() == onViolation);
  }

  /** Counts a row that its table has already. */
  public void addDuplicate() {
    duplicates++;
  }

  public long quarantined() {
    return quarantined;
  }

  public long dropped() {
    return dropped;
  }

  public long duplicates() {
    return duplicates;
  }

  /** How often each rule was kept and broken, by its name. */
  public Map<String, Expected.RuleCount> counts() {
    Map<String, Expected.RuleCount> counts = new LinkedHashMap<>();
    for (R rule : rules.getEnumConstants()) {
      long failed = broken.getOrDefault(rule, 0L);
      counts.put(
          rule.name().toLowerCase(Locale.ROOT), new Expected.RuleCount(judged - failed, failed));
    }
    return counts;
  }
}
