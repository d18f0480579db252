package io.lakebeam.review;

import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Refused rows that are to be closed, or to wait again: which. No row goes anywhere. Used by one
 * thread.
 */
public final class RowNote {
  private final QuarantineReader reader;
  private final RowFilter filter;
  private final Function<RowStates, Predicate<QuarantinedRow>> isAsked;
  private final Action action;
  private long meant;
  private long others;

  /**
   * @param isAsked tells, once it is known how rows stand, which of those that meet the filter are
   *     asked for
   * @param action not a replay
   */
  public RowNote(
      QuarantineReader reader,
      RowFilter filter,
      Function<RowStates, Predicate<QuarantinedRow>> isAsked,
      Action action) {
    this.reader = reader;
    this.filter = filter;
    this.isAsked = isAsked;
    this.action = action;
  }

  /** How many rows are meant, as of the last look. */
  public long meant() {
    return meant;
  }

  /** How many are asked for, and do not stand so that it could be done. */
  public long others() {
    return others;
  }

  /** Looks the rows up, as they stand. */
  public void rows(RowStates states, Consumer<RequestedRow> out) {
    meant = 0;
    others = 0;
    Predicate<QuarantinedRow> asked = isAsked.apply(states);
    reader.readStored(
        filter,
        (row, table, stored) -> {
          if (!asked.test(row)) {
            return;
          }
          if (states.of(row).allows(action)) {
            meant++;
            out.accept(new RequestedRow(row.id(), false, "", stored, table));
          } else {
            others++;
          }
        });
  }
}
