package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.delta.DataFile;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.graph.plan.PackedCoder;
import io.lakebeam.row.Packed;
import io.lakebeam.source.BadFile;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.values.KV;

/**
 * What one bundle of a flow has written, to be committed with all others of the table and epoch:
 * the manifest.
 *
 * @param files of the table
 * @param quarantineFiles of the table's quarantine
 * @param violations rows that break a {@code fail} rule: a few, each as a sentence
 * @param waitsFor a table whose rows this one reads and that keeps some of them back; empty when
 *     there is none
 * @param setAside files that the quarantine has in place of their rows
 * @param logFiles of the quarantine log
 * @param origin of the rows
 */
public record FlowReport(
    String table,
    List<DataFile> files,
    List<DataFile> quarantineFiles,
    RowCounts counts,
    List<Violation> violations,
    String waitsFor,
    List<BadFile> setAside,
    List<DataFile> logFiles,
    Origin origin)
    implements Serializable {
  /** Where rows come from. */
  public enum Origin {
    /** They have come since the epoch before. */
    NEWS,
    /** They were there before: the table is new, or computed anew. */
    HISTORY,
    /** Either, where an epoch has rows of both. */
    MIXED
  }

  public FlowReport {
    files = List.copyOf(files);
    quarantineFiles = List.copyOf(quarantineFiles);
    violations = List.copyOf(violations);
    setAside = List.copyOf(setAside);
    logFiles = List.copyOf(logFiles);
  }

  /** What a bundle has written. */
  public FlowReport(
      String table,
      List<DataFile> files,
      List<DataFile> quarantineFiles,
      RowCounts counts,
      List<Violation> violations) {
    this(table, files, quarantineFiles, counts, violations, "", List.of(), List.of(), Origin.NEWS);
  }

  FlowReport withSetAside(List<BadFile> files) {
    return files.isEmpty()
        ? this
        : new FlowReport(
            table,
            this.files,
            quarantineFiles,
            counts,
            violations,
            waitsFor,
            files,
            logFiles,
            origin);
  }

  /** With what the quarantine log is to say. */
  FlowReport withLog(List<DataFile> files) {
    return new FlowReport(
        table, this.files, quarantineFiles, counts, violations, waitsFor, setAside, files, origin);
  }

  /** The same files, with other counts. */
  FlowReport counting(RowCounts others) {
    return new FlowReport(
        table, files, quarantineFiles, others, violations, waitsFor, setAside, logFiles, origin);
  }

  /**
   * Keeps a table from being committed, because rows are missing that a later attempt may bring:
   * what is committed once is never added to.
   */
  public static FlowReport waiting(CompiledTable table, String waitsFor) {
    return new FlowReport(
        table.name(),
        List.of(),
        List.of(),
        RowCounts.none(table.rules().size()),
        List.of(),
        waitsFor,
        List.of(),
        List.of(),
        Origin.NEWS);
  }

  /** The same, of rows of another origin. */
  FlowReport of(Origin other) {
    return new FlowReport(
        table, files, quarantineFiles, counts, violations, waitsFor, setAside, logFiles, other);
  }

  /** Counted for the runner, and ready to meet the other reports of its table. */
  public static KV<String, Packed<FlowReport>> counted(FlowReport report) {
    RowMetrics.count(report.table(), report.counts());
    return KV.of(report.table(), Packed.of(report));
  }

  public static KvCoder<String, Packed<FlowReport>> coder() {
    return KvCoder.of(StringUtf8Coder.of(), PackedCoder.of());
  }

  /** A row that stops the update. */
  public record Violation(String rule, String row) implements Serializable {}
}
