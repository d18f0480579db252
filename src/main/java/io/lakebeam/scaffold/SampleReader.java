package io.lakebeam.scaffold;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.NewFields;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the first records of some slices, in bounds, by the reader that a run uses: what is taken
 * or refused here is taken or refused there.
 */
final class SampleReader {
  /** Records in all. */
  static final int RECORDS = 1000;

  private static final long BYTES = 8 << 20;

  /** Names the source in what readers say; nobody has named it yet. */
  private static final String NAME = "data";

  private final SourceSpec.Connection connection;
  private final List<? extends Slice> slices;
  private final Function<SecretText, String> resolve;

  SampleReader(
      SourceSpec.Connection connection,
      List<? extends Slice> slices,
      Function<SecretText, String> resolve) {
    this.connection = connection;
    this.slices = List.copyOf(slices);
    this.resolve = resolve;
  }

  /** A record as a row. */
  record Row(Map<String, @Nullable Object> values, String raw, boolean hasRescued) {}

  /**
   * What came of records.
   *
   * @param isWhole false when there are more records than were read
   */
  record Read(List<Row> rows, List<Rejected> rejected, boolean isWhole) {
    int records() {
      return rows.size() + rejected.size();
    }
  }

  /** A source that reads these columns. */
  SourceSpec source(SourceSpec.Format format, List<SampledColumn> columns) {
    Map<String, String> names = new LinkedHashMap<>();
    boolean hasNames = !(format instanceof SourceSpec.Csv csv) || csv.header();
    for (SampledColumn column : columns) {
      if (hasNames && !column.inData().equals(column.name())) {
        names.put(column.name(), column.inData());
      }
    }
    TableSchema schema =
        new TableSchema(
            columns.stream().map(each -> Column.nullable(each.name(), each.type())).toList());
    return new SourceSpec(
        NAME,
        connection,
        format,
        schema,
        names,
        false,
        false,
        NewFields.RESCUE,
        SourceLocation.NOWHERE);
  }

  /**
   * Reads records as these columns.
   *
   * @throws SourceException when a slice cannot be read as a whole
   */
  Read read(SourceSpec.Format format, List<SampledColumn> columns) {
    return read(source(format, columns));
  }

  private Read read(SourceSpec source) {
    Bounded all = new Bounded(source);
    boolean isWhole = true;
    int share = (RECORDS + slices.size() - 1) / Math.max(1, slices.size());
    for (Slice slice : slices) {
      all.start(share);
      try {
        SourceReader.of(Storage.PLAIN, source, resolve, () -> false)
            .read(slice, Instant.EPOCH, all);
      } catch (EnoughException e) {
        isWhole = false;
      }
    }
    return new Read(all.rows, all.rejected, isWhole);
  }

  /** Leaves a slice that has more than is looked at. */
  private static final class EnoughException extends CancellationException {}

  private static final class Bounded implements RowOutput {
    private final List<Column> columns;
    private final List<Row> rows = new ArrayList<>();
    private final List<Rejected> rejected = new ArrayList<>();
    private int most;
    private long bytes;

    Bounded(SourceSpec source) {
      this.columns = SourceReader.rowSchema(source).columns();
    }

    void start(int records) {
      most = Math.min(RECORDS, rows.size() + rejected.size() + records);
    }

    @Override
    public void row(InternalRow row) {
      requireRoom();
      Map<String, @Nullable Object> values = JavaValues.of(row, columns);
      String raw = String.valueOf(values.get(HiddenColumns.RAW.name()));
      bytes += raw.length();
      rows.add(new Row(values, raw, values.get(HiddenColumns.RESCUED.name()) != null));
    }

    @Override
    public void rejected(Rejected record) {
      requireRoom();
      bytes += record.raw().length;
      rejected.add(record);
    }

    private void requireRoom() {
      if (rows.size() + rejected.size() >= most || bytes > BYTES) {
        throw new EnoughException();
      }
    }

    @Override
    public void warning(String text) {
      // Told by a run, when it matters.
    }
  }
}
