package io.lakebeam.doctor;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.file.FileColumns;
import io.lakebeam.source.file.ReferenceTable;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The way to files: their folder, their list, the columns that they name, the first records of the
 * first one.
 */
final class FileChecks {
  /** Enough to see whether a schema fits; a file may be large. */
  private static final int RECORDS = 100;

  private static final int NEWEST_FILES = 3;

  private final Storage storage;
  private final SourceSpec source;
  private final UnaryOperator<String> ofRecord;

  /**
   * @param ofRecord why a record cannot be read, as it is shown
   */
  FileChecks(Storage storage, SourceSpec source, UnaryOperator<String> ofRecord) {
    this.storage = storage;
    this.source = source;
    this.ofRecord = ofRecord;
  }

  void run(Checks checks) {
    if (source.reference()) {
      checks.check(
          "files",
          () ->
              new Outcome.Ok(ReferenceTable.load(storage, source).size() + " rows to look up in"));
      return;
    }
    List<Slice> files = checks.find("files", this::list).orElse(List.of());
    if (source.format().layout() == SourceSpec.FileLayout.COLUMNS && !files.isEmpty()) {
      checks.check("columns", () -> orSetAside(() -> columns(files)));
    }
    checks.check(
        "schema", () -> files.isEmpty() ? nothing() : orSetAside(() -> firstRecords(files.get(0))));
  }

  /** A bad file is no failure where a run would go on without it. */
  private Outcome orSetAside(Supplier<Outcome> check) {
    try {
      return check.get();
    } catch (SourceException e) {
      boolean goesOn =
          e.isOfOneFile()
              && ((SourceSpec.Files) source.connection()).badFiles()
                  == FileRules.BadFiles.SET_ASIDE;
      if (!goesOn) {
        throw e;
      }
      return new Outcome.Warning(
          e.told().withFix("A run sets it aside; mend it, and land it under another name"));
    }
  }

  private Checks.Found<List<Slice>> list() {
    Discovery found =
        SourceDiscovery.of(storage, source, SecretText::reference)
            .present(SourcePosition.start(source));
    int files = found.slices().size();
    String pattern = ((SourceSpec.Files) source.connection()).pattern();
    return new Checks.Found<>(
        found.slices(),
        new Outcome.Ok(
            (files == 0
                    ? "no file yet matches "
                    : files == 1 ? "1 file matches " : files + " files match ")
                + pattern));
  }

  /** Of the oldest file and the newest ones: writers change their minds with time. */
  private Outcome columns(List<Slice> files) {
    int newest = Math.max(1, files.size() - NEWEST_FILES);
    List<Slice> some = new ArrayList<>(files.subList(0, 1));
    some.addAll(files.subList(newest, files.size()));
    some.forEach(file -> FileColumns.check(storage, source, (Slice.FileSlice) file));
    return new Outcome.Ok(
        some.size() == 1
            ? "1 file has the declared columns"
            : some.size() + " of them have the declared columns");
  }

  private static Outcome nothing() {
    return new Outcome.Ok("nothing to decode yet");
  }

  private Outcome firstRecords(Slice file) {
    Sample sample = new Sample(new NamesBeside(source));
    try {
      SourceReader.of(storage, source, SecretText::reference, () -> sample.records >= RECORDS)
          .read(file, Instant.EPOCH, sample);
    } catch (CancellationException e) {
      if (sample.records < RECORDS) {
        throw e;
      }
    }
    if (sample.rejected == 0 && sample.names.outcome().isPresent()) {
      return sample.names.outcome().get();
    }
    if (sample.rejected == 0) {
      return new Outcome.Ok("decoded " + sample.records + " records of " + file);
    }
    return new Outcome.Warning(
        ErrorCode.INPUT_MISMATCHED,
        sample.rejected + " of the first " + sample.records + " records do not fit the schema",
        sample.first,
        "Correct format and schema of the source; such records go to the quarantine");
  }

  private final class Sample implements RowOutput {
    private final NamesBeside names;
    private int records;
    private int rejected;
    private String first = "";

    Sample(NamesBeside names) {
      this.names = names;
    }

    @Override
    public void row(InternalRow row) {
      records++;
      names.look(row);
    }

    @Override
    public void rejected(Rejected record) {
      records++;
      rejected++;
      if (rejected == 1) {
        first = record.position() + ": " + ofRecord.apply(record.error());
      }
    }

    @Override
    public void warning(String text) {
      first = text;
    }
  }
}
