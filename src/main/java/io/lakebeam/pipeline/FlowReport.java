package io.lakebeam.pipeline;

import io.lakebeam.delta.DataFile;
import io.lakebeam.expectation.RowCounts;
import java.io.Serializable;
import java.util.List;

/**
 * What one bundle of a flow has written, to be committed with all others of the table and epoch:
 * the manifest.
 *
 * @param files of the table
 * @param quarantineFiles of the table's quarantine
 * @param violations rows that break a {@code fail} rule: a few, each as a sentence
 */
record FlowReport(
    String table,
    List<DataFile> files,
    List<DataFile> quarantineFiles,
    RowCounts counts,
    List<Violation> violations)
    implements Serializable {
  FlowReport {
    files = List.copyOf(files);
    quarantineFiles = List.copyOf(quarantineFiles);
    violations = List.copyOf(violations);
  }

  /** A row that stops the update. */
  record Violation(String rule, String row) implements Serializable {}
}
