package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.trees.Origin;
import java.util.function.UnaryOperator;

/** A query that Catalyst takes and Lakebeam does not, or not yet. */
public final class RefusedQueryException extends Exception {
  private final int line;
  private final int column;
  private final transient Problem told;
  private final boolean ofMoreRows;

  public RefusedQueryException(Origin at, String problem, String cause, String fix) {
    super(problem);
    this.line = number(at.line(), 1);
    this.column = number(at.startPosition(), 0) + 1;
    this.told = Problem.of(ErrorCode.QUERY_INVALID, problem, cause, fix);
    this.ofMoreRows = false;
  }

  private RefusedQueryException(RefusedQueryException other, Problem told, boolean ofMoreRows) {
    super(told.problem(), other);
    this.line = other.line;
    this.column = other.column;
    this.told = told;
    this.ofMoreRows = ofMoreRows;
  }

  /** The same with each text in other words. */
  public RefusedQueryException inOtherWords(UnaryOperator<String> words) {
    return new RefusedQueryException(this, told.inOtherWords(words), ofMoreRows);
  }

  /** The same, as one that is refused because it looks at more than the row at hand. */
  public RefusedQueryException becauseOfMoreRows() {
    return new RefusedQueryException(this, told, true);
  }

  /** True when it is refused because it looks at more than the row at hand. */
  public boolean isOfMoreRows() {
    return ofMoreRows;
  }

  private static int number(Option<Object> value, int otherwise) {
    return value.isDefined() ? (Integer) value.get() : otherwise;
  }

  /** 1-based, in the query's text. */
  public int line() {
    return line;
  }

  /** 1-based. */
  public int column() {
    return column;
  }

  /** What is wrong, of no place in a file yet. */
  public Problem told() {
    return told;
  }
}
