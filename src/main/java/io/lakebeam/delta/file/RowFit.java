package io.lakebeam.delta.file;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Says of a row whether a {@link DataFileWriter} can store it, before anything of it is written: a
 * value that fails in the middle of a row leaves a file that nobody can finish. SQL, and Java of
 * the pipeline's author, compute without the limits of types and files.
 */
public final class RowFit implements Serializable {
  private final List<Column> columns;
  private final RowFields fields;
  private final ValueFit[] fits;
  private final boolean[] isPartition;

  /**
   * @param schema of the rows' first columns, which are stored
   * @param partitionBy columns of the schema
   */
  public RowFit(TableSchema schema, List<String> partitionBy) {
    this.columns = schema.columns();
    this.fields = new RowFields(schema);
    this.fits = columns.stream().map(c -> ValueFit.of(c.type())).toArray(ValueFit[]::new);
    this.isPartition = new boolean[fits.length];
    IntStream.range(0, fits.length)
        .forEach(i -> isPartition[i] = partitionBy.contains(columns.get(i).name()));
  }

  /** What cannot be stored: the column and why, as a sentence for people; empty when all can. */
  public Optional<String> problem(InternalRow row) {
    long bytes = 0;
    int largest = 0;
    long most = -1;
    for (int i = 0; i < fits.length; i++) {
      Object value = fields.value(row, i);
      String problem = problem(i, value);
      if (problem != null) {
        return Optional.of("column " + columns.get(i).name() + ": " + problem);
      }
      long size = fits[i].bytes(value);
      bytes += size;
      if (size > most) {
        most = size;
        largest = i;
      }
    }
    return bytes <= Limits.ROW_CHARACTERS
        ? Optional.empty()
        : Optional.of(
            "the row has "
                + bytes
                + " bytes, "
                + Limits.ROW_CHARACTERS
                + " is the limit; column "
                + columns.get(largest).name()
                + " alone has "
                + most);
  }

  /** The values of the row's first columns, NULL in place of those that cannot be stored. */
  public @Nullable Object[] fitting(InternalRow row) {
    @Nullable Object[] values = fields.first(row, fits.length);
    long bytes = 0;
    for (int i = 0; i < fits.length; i++) {
      boolean fits = problem(i, values[i]) == null;
      long size = fits ? this.fits[i].bytes(values[i]) : 0;
      if (fits && bytes + size <= Limits.ROW_CHARACTERS) {
        bytes += size;
      } else {
        values[i] = null;
      }
    }
    return values;
  }

  /** Bytes of all its texts and BINARYs. */
  long bytes(InternalRow row) {
    long bytes = 0;
    for (int i = 0; i < fits.length; i++) {
      bytes += fits[i].bytes(fields.value(row, i));
    }
    return bytes;
  }

  private @Nullable String problem(int i, @Nullable Object value) {
    if (value == null) {
      return columns.get(i).nullable() ? null : ValueFit.NO_NULL;
    }
    String problem = fits[i].problem(value);
    if (problem == null && isPartition[i]) {
      String text = PartitionValues.text(columns.get(i).type(), value);
      if (text != null && text.length() > Limits.PARTITION_CHARACTERS) {
        return "the table is partitioned by it, so that it may have "
            + Limits.PARTITION_CHARACTERS
            + " characters, not "
            + text.length();
      }
    }
    return problem;
  }
}
