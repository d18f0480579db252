package io.lakebeam.sql;

import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Packed;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.sql.catalyst.Evaluation;
import io.lakebeam.sql.catalyst.SparkProblem;
import io.lakebeam.sql.catalyst.Step;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A query at work: makes none, one or many rows of each row. A row on which the query fails is the
 * caller's to keep; nothing is logged. Serializable, so that it travels to workers.
 *
 * @param rows the steps, which only whoever evaluates them unpacks
 * @param mayMultiply true when it may make many rows of one
 * @param schema of the rows that come out
 */
public record RowProgram(Packed<Step.Rows> rows, boolean mayMultiply, TableSchema schema)
    implements Serializable {
  static RowProgram of(Step.Rows rows, TableSchema schema) {
    return new RowProgram(Packed.of(rows), rows.mayMultiply(), schema);
  }

  /** With code generated for it; for one thread, and the tables that {@link Lookups} holds now. */
  public Evaluator evaluator() {
    return mayMultiply ? new OneToMany(this) : new OneToOne(this);
  }

  /** Applies the query to rows, one at a time. */
  public abstract static sealed class Evaluator {
    private final Evaluation evaluation;

    private Evaluator(RowProgram program) {
      this.evaluation = new Evaluation(program.rows.unpack().steps(), Lookups.tables());
    }

    /**
     * Hands out the rows that the query makes of a row: all of them, or none when it fails. Each is
     * good until the receiver returns.
     *
     * @throws RowFailedException when the query fails on this row; the message says why
     */
    public abstract void evaluate(InternalRow row, Consumer<InternalRow> out)
        throws RowFailedException;

    final void compute(InternalRow row, Consumer<InternalRow> out) throws RowFailedException {
      try {
        evaluation.take(row, out);
      } catch (Throwable e) {
        throw failed(e);
      }
    }
  }

  private static final class OneToOne extends Evaluator {
    private @Nullable InternalRow result;

    OneToOne(RowProgram program) {
      super(program);
    }

    @Override
    public void evaluate(InternalRow row, Consumer<InternalRow> out) throws RowFailedException {
      result = null;
      compute(row, value -> result = value);
      if (result != null) {
        out.accept(result);
      }
    }
  }

  /** Rows of one record have positions of their own: the record's, and #2, #3, ... behind it. */
  private static final class OneToMany extends Evaluator {
    private static final UTF8String NUMBER = UTF8String.fromString("#");

    private final int position;

    OneToMany(RowProgram program) {
      super(program);
      this.position = program.schema.names().indexOf(HiddenColumns.POSITION.name());
    }

    @Override
    public void evaluate(InternalRow row, Consumer<InternalRow> out) throws RowFailedException {
      List<InternalRow> results = new ArrayList<>();
      compute(
          row,
          value -> {
            results.add(value.copy());
            if (results.size() > Limits.ROWS_OF_A_RECORD) {
              throw new IllegalStateException(
                  "it gives more than " + Limits.ROWS_OF_A_RECORD + " rows, which is the limit");
            }
          });
      for (int i = 1; position >= 0 && i < results.size(); i++) {
        InternalRow result = results.get(i);
        if (!result.isNullAt(position)) {
          result.update(
              position,
              UTF8String.concat(
                  result.getUTF8String(position),
                  NUMBER,
                  UTF8String.fromString(Integer.toString(i + 1))));
        }
      }
      results.forEach(out);
    }
  }

  /**
   * The row's failure; an error that says nothing of the row, such as lack of memory, is thrown. An
   * array that no memory could hold is the row's.
   */
  static RowFailedException failed(Throwable thrown) {
    if (thrown instanceof Error error
        && !(error instanceof StackOverflowError)
        && !(error instanceof AssertionError)
        && !"Requested array size exceeds VM limit".equals(error.getMessage())) {
      throw error;
    }
    return new RowFailedException(thrown);
  }

  /** A query cannot be evaluated on a row. */
  public static final class RowFailedException extends Exception {
    private RowFailedException(Throwable reason) {
      // Rows fail by the thousand: no stack trace.
      super(message(reason), reason, false, false);
    }

    private static String message(Throwable reason) {
      if (reason instanceof StackOverflowError) {
        return "it goes too deep (StackOverflowError), as a regular expression with a group that"
            + " repeats does on a long text";
      }
      String message = SparkProblem.of(reason).message();
      return message.substring(0, Math.min(message.length(), Limits.REASON_CHARACTERS));
    }
  }
}
