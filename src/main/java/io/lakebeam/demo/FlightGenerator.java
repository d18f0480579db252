package io.lakebeam.demo;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A small world of airlines, alike for alike seeds on every machine and at any time: what its
 * flights' events look like on the event hub, and its airports' on-time reports.
 *
 * <pre>{@code
 * FlightGenerator generator = new FlightGenerator(7);
 * generator.events(200_000).forEachRemaining(event -> ...);
 * generator.reports(200_000).forEach(report -> ...);
 * }</pre>
 *
 * <p>The first n events are the same whatever n is. Immutable; the iterators are not thread-safe.
 */
public final class FlightGenerator {
  /** About fifty thousand events a day. */
  public static final int FLIGHTS_PER_DAY = 7_000;

  private final World world;

  /** With {@link #FLIGHTS_PER_DAY}. */
  public FlightGenerator(long seed) {
    this(seed, FLIGHTS_PER_DAY);
  }

  /**
   * @param flightsPerDay about so many; days pass with fewer events where they are few
   */
  public FlightGenerator(long seed, int flightsPerDay) {
    this.world = new World(seed, flightsPerDay);
  }

  public long seed() {
    return world.seed();
  }

  /**
   * The first n events in the order in which they reach the hub, made as they are asked for.
   *
   * @throws IllegalArgumentException when n is negative
   * @throws NoSuchElementException from the iterator, behind the world's last day (about 18 million
   *     events)
   */
  public Iterator<FlightEvent> events(long n) {
    Iterator<Occurrence> occurrences = occurrences(n);
    EventJson json = new EventJson();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return occurrences.hasNext();
      }

      @Override
      public FlightEvent next() {
        Occurrence next = occurrences.next();
        return new FlightEvent(
            next.flight().scheduled().key(), json.bytes(next), Instant.ofEpochSecond(next.sent()));
      }
    };
  }

  /**
   * The reports that belong to the first n events: those of the days before the first, and of every
   * day whose report is delivered by the time of the nth event. In order of delivery.
   */
  public List<ReportFile> reports(long n) {
    int days = -1;
    Iterator<Occurrence> occurrences = occurrences(n);
    while (occurrences.hasNext()) {
      long sent = occurrences.next().sent();
      while (World.reported(days + 1).getEpochSecond() <= sent) {
        days++;
      }
    }
    List<ReportFile> reports = new ArrayList<>();
    for (int day = -World.DAYS_OF_HISTORY; day <= days; day++) {
      reports.add(report(day));
    }
    return reports;
  }

  /**
   * The report of one day.
   *
   * @param day counted from the first day with events; negative before it
   */
  ReportFile report(int day) {
    return new ReportFile(world, day);
  }

  /** The first n records with all that is known about them. */
  Iterator<Occurrence> occurrences(long n) {
    if (n < 0) {
      throw new IllegalArgumentException("cannot make " + n + " events");
    }
    Occurrences all = new Occurrences(world);
    return new Iterator<>() {
      private long left = n;

      @Override
      public boolean hasNext() {
        return left > 0;
      }

      @Override
      public Occurrence next() {
        if (left == 0) {
          throw new NoSuchElementException("all events are made");
        }
        left--;
        return all.next();
      }
    };
  }
}
