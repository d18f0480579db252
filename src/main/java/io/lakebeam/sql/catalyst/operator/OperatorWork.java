package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import java.util.function.Consumer;

/**
 * An operator at work on one bucket after the other, with code generated for it; for one thread.
 */
public abstract class OperatorWork {
  OperatorWork() {}

  /** The rows of a bucket; they can be asked for more than once. */
  public interface Rows {
    /** Gives each row of a side; it is good until the next one. */
    void forEach(int side, Consumer<UnsafeRow> taker);
  }

  /**
   * Does a bucket. Whatever fails on a row is thrown.
   *
   * @param isFirst true for the bucket that is there when there are no rows
   * @param out takes rows that are good until it returns
   */
  public abstract void run(Rows rows, boolean isFirst, Consumer<InternalRow> out);
}
