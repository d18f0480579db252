package io.lakebeam.scaffold;

import io.lakebeam.spec.SourceSpec;
import java.util.List;

/**
 * Records that were looked at, and the columns in which a run reads them.
 *
 * @param columns in the order of the data
 * @param rows of the records, with a value for each column
 * @param refused how many records no column's type is to blame for: they are no records of the
 *     format
 * @param isWhole true when there are no other records
 * @param notes what their owner should know, a sentence each without a full stop
 */
record Sample(
    SourceSpec.Format format,
    List<SampledColumn> columns,
    List<SampleReader.Row> rows,
    int refused,
    boolean isWhole,
    List<String> notes) {
  Sample {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    notes = List.copyOf(notes);
  }
}
