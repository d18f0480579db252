package io.lakebeam.cli.quarantine;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;

/** Tells of rows on which a condition fails. */
final class LeftOut {
  private LeftOut() {}

  static void tell(QuarantineReader reader, Masks masks, Console console) {
    if (reader.failed() > 0) {
      console.warning(
          "left out "
              + Amounts.of(reader.failed(), "row")
              + " on which the condition fails: "
              + masks.failure(reader.firstFailure()));
    }
  }
}
