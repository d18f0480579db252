package io.lakebeam.demo;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * All records of a world from its first day on, in the order in which they reach the hub. Holds two
 * days at most.
 */
final class Occurrences implements Iterator<Occurrence> {
  private final World world;
  private List<Occurrence> pending = new ArrayList<>();
  private int next;
  private int safe;
  private int day;

  Occurrences(World world) {
    this.world = world;
  }

  @Override
  public boolean hasNext() {
    while (next == safe) {
      if (day > World.LAST_DAY) {
        return false;
      }
      loadDay();
    }
    return true;
  }

  @Override
  public Occurrence next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the demo's world ends with " + World.date(day - 1));
    }
    return pending.get(next++);
  }

  /**
   * Puts a day's records behind those left of the day before. What is sent before the following
   * midnight in UTC is in order then, because no day's records begin before its own midnight.
   */
  private void loadDay() {
    List<Occurrence> merged = new ArrayList<>(pending.subList(next, pending.size()));
    merged.addAll(world.day(day).occurrences());
    // A stable sort: records of one second keep the order in which they were made.
    merged.sort(Comparator.comparingLong(Occurrence::sent));
    LocalDate following = World.date(day + 1);
    long midnight = following.toEpochDay() * Occurrence.SECONDS_A_DAY;
    int end = merged.size();
    if (day < World.LAST_DAY) {
      end = 0;
      while (end < merged.size() && merged.get(end).sent() < midnight) {
        end++;
      }
    }
    pending = merged;
    next = 0;
    safe = end;
    day++;
  }
}
