package io.lakebeam.epoch;

import org.apache.hadoop.fs.Path;

/**
 * A file of a ledger that does not say what it should: cut off, empty, or written by somebody else.
 * The message is one sentence for a person, with the file and what to do.
 */
public final class DamagedLedgerException extends RuntimeException {
  DamagedLedgerException(Path file, Throwable cause) {
    super(
        "the ledger's file "
            + file
            + " is damaged: it is empty, cut off, or not what Lakebeam wrote; restore it from a copy"
            + " of the lake, for without it nobody knows what was read",
        cause);
  }
}
