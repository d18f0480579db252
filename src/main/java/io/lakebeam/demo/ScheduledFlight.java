package io.lakebeam.demo;

import java.time.LocalDate;

/**
 * A line of the timetable: flown on most days.
 *
 * @param index its place in the timetable
 * @param number unique within the carrier, so that carrier, number and day name one flight
 * @param departureMinute local time at the origin, minutes after midnight
 * @param blockMinutes from gate to gate, as scheduled
 * @param key {@code AA-1234}: the partition key, alike every day
 */
record ScheduledFlight(
    int index,
    Carrier carrier,
    int number,
    Airport origin,
    Airport destination,
    int departureMinute,
    int blockMinutes,
    int distanceMiles,
    String key) {
  /** Minutes after a day's midnight in UTC. */
  int departureUtcMinute(LocalDate date) {
    return origin.utcMinute(date, departureMinute);
  }
}
