package io.lakebeam.epoch;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.source.UnknownVersionException;
import org.apache.hadoop.fs.Path;

/**
 * A file of a ledger that does not say what it should: cut off, empty, or written by somebody else
 * or by a later version. The message is one sentence for a person, with the file and what to do.
 */
public final class DamagedLedgerException extends ExplainedException {
  DamagedLedgerException(Path file, Throwable cause) {
    this(
        ErrorCode.LEDGER_DAMAGED,
        "the ledger's file "
            + file
            + " is damaged: it is empty, cut off, or not what Lakebeam wrote; restore it from a copy"
            + " of the lake, for without it nobody knows what was read",
        cause);
  }

  /** Of a file that a later version wrote. */
  DamagedLedgerException(Path file, UnknownVersionException unknown) {
    this(
        ErrorCode.LEDGER_TOO_NEW,
        "the ledger's file "
            + file
            + " was written by a newer version of Lakebeam: it has "
            + unknown.getMessage()
            + ", which this version does not know; run the newer one",
        unknown);
  }

  private DamagedLedgerException(ErrorCode code, String sentence, Throwable cause) {
    super(sentence, Problem.of(code, sentence, "", ""), cause);
  }
}
