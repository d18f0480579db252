package io.lakebeam.demo;

import java.time.Instant;
import java.util.Objects;

/**
 * A record of the demo's event hub.
 *
 * @param key names the flight; decides the partition
 * @param value the record's bytes: JSON mostly; not copied, not to be changed
 * @param at when it reaches the hub in the demo's own time; never before its predecessor
 */
@SuppressWarnings("ArrayRecordComponent") // millions a second: no copies, no wrappers
public record FlightEvent(String key, byte[] value, Instant at) {
  public FlightEvent {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(at, "at");
  }

  /**
   * The partition that this record goes to: the generator's own choice, so that the records of each
   * partition and their order are known.
   */
  public int partition(int partitions) {
    return partition(key, partitions);
  }

  static int partition(String key, int partitions) {
    // A string's hash is the same in every JDK; multiplied, because neighbours' hashes are alike.
    return Math.floorMod((key.hashCode() * 0x9E3779B9) >>> 8, partitions);
  }
}
