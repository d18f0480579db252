package io.lakebeam.pipeline;

import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.Row;

/** Rows on which a flow's SQL fails, on their way to the quarantine. */
final class ExplainSqlError extends DoFn<Row, RejectedRow> {
  @ProcessElement
  public void explain(@Element Row failure, OutputReceiver<RejectedRow> out) {
    out.output(RejectedRow.ofSqlError(failure));
  }
}
