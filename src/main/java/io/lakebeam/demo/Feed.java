package io.lakebeam.demo;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Iterator;
import java.util.Map;

/**
 * What a demo's world sends as lines of files, alike for alike seeds on every machine and at any
 * time. The first n records are the same whatever n is.
 */
public interface Feed {
  /**
   * The name of the files, and of their folder below the landing folder, such as {@code trades}.
   */
  String name();

  /** All records in the order in which they are sent, from the first on, without an end. */
  Iterator<? extends Message> messages();

  /**
   * Files that must be there before the records of a day, by their paths below the landing folder.
   */
  Map<String, String> filesBefore(LocalDate day);

  /** What the shipped pipeline must have made of the first n records. */
  Expected expected(long n);

  /** A record as it is sent. */
  interface Message {
    /** Milliseconds after the epoch, in the demo's own time. */
    long sent();

    /** The record's text, made when it is asked for. */
    String line();

    /** The day on which it is sent, in UTC. */
    default LocalDate day() {
      return LocalDate.ofEpochDay(Math.floorDiv(sent(), 86_400_000L));
    }

    /** {@link #sent}, as a moment. */
    default Instant at() {
      return Instant.ofEpochMilli(sent());
    }
  }
}
