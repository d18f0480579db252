package io.lakebeam.source;

import java.io.Serializable;
import java.util.Objects;

/**
 * A record that cannot become a row.
 *
 * @param source the source's name in the pipeline file
 * @param position {@code topic-partition@offset} or {@code file:line}
 * @param error why, one sentence without a full stop
 * @param raw the record's bytes exactly as they came; empty for a Kafka tombstone. Not copied.
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody; a copy a record would be waste.
public record Rejected(String source, String position, String error, byte[] raw)
    implements Serializable {
  public Rejected {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(position, "position");
    Objects.requireNonNull(error, "error");
    Objects.requireNonNull(raw, "raw");
  }
}
