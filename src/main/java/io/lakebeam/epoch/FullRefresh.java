package io.lakebeam.epoch;

import io.lakebeam.source.Slice;
import io.lakebeam.source.SourcePosition;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tables that are computed anew, beside what their readers see, until they are whole. Durable
 * before the first epoch of it is planned; that it has begun, and that it has ended, plans say
 * among their positions, so whoever plans the next epoch knows it.
 *
 * @param number of the first epoch of it
 * @param attempt 1 for the first that was to begin with that epoch
 * @param replaces the {@link #id} of the one that it takes the place of; empty for none
 * @param asked the tables that somebody has asked for
 * @param tables these, and all that get rows of theirs
 * @param inputs fingerprints of these, as they were declared when it began
 * @param rereads what is read once more
 */
public record FullRefresh(
    long number,
    int attempt,
    String replaces,
    Set<String> asked,
    Set<String> tables,
    Map<String, String> inputs,
    List<Reading> rereads) {
  private static final String READS = " <- ";

  public FullRefresh {
    Objects.requireNonNull(replaces, "replaces");
    asked = new TreeSet<>(asked);
    tables = new TreeSet<>(tables);
    inputs = new TreeMap<>(inputs);
    rereads = List.copyOf(rereads);
    if (number < 1) {
      throw new IllegalArgumentException("epochs count from 1, not " + number);
    }
  }

  /**
   * What is read once more of one source or table.
   *
   * @param name of the source or table
   * @param into the tables that take its rows
   * @param slices of a source; none of a table, whose files its log tells
   */
  public record Reading(String name, Set<String> into, List<Slice> slices) {
    public Reading {
      Objects.requireNonNull(name, "name");
      into = new TreeSet<>(into);
      slices = List.copyOf(slices);
    }
  }

  /** The same, when another was to begin with that epoch. */
  FullRefresh next() {
    return new FullRefresh(number, attempt + 1, replaces, asked, tables, inputs, rereads);
  }

  /** Names it, and the folder below each table's in which its new rows are until it is whole. */
  public String id() {
    return attempt == 1
        ? String.format(Locale.ROOT, "refresh-%d", number)
        : String.format(Locale.ROOT, "refresh-%d-%d", number, attempt);
  }

  /** What positions in a reading are called in plans. */
  public String position(Reading reading) {
    return id() + READS + reading.name();
  }

  /** True when an epoch of it was planned. */
  public boolean hasBegun(Map<String, SourcePosition> positions) {
    return rereads.stream().map(this::position).anyMatch(positions::containsKey);
  }

  /** True when the epoch was planned in which its tables take their places. */
  public boolean hasEnded(Map<String, SourcePosition> positions) {
    return positions.containsKey(id());
  }

  /** Those that have begun and not ended, by their ids. */
  static SortedSet<String> open(Map<String, SourcePosition> positions) {
    SortedSet<String> open = new TreeSet<>();
    for (String name : positions.keySet()) {
      int reads = name.indexOf(READS);
      String id = reads < 0 ? "" : name.substring(0, reads);
      if (id.startsWith("refresh-") && !positions.containsKey(id)) {
        open.add(id);
      }
    }
    return open;
  }
}
