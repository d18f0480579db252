package io.lakebeam.demo;

/**
 * One record to be sent.
 *
 * @param step counts the flight's events; two records of one step are the same record twice
 * @param steps the flight's events in all
 * @param time when it happened, seconds after the epoch
 * @param sent when it reaches the hub, seconds after the epoch; later than the time for records
 *     that come late
 */
record Occurrence(
    Flight flight, Status status, int step, int steps, long time, long sent, EventDefect defect) {
  static final int SECONDS_A_DAY = 86_400;
}
