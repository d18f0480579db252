package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.trees.Origin;
import java.util.function.UnaryOperator;

/** A query that Catalyst takes and Lakebeam does not, or not yet. */
public final class RefusedQueryException extends Exception {
  private final int line;
  private final int column;
  private final String problem;
  private final String cause;
  private final String fix;

  RefusedQueryException(Origin at, String problem, String cause, String fix) {
    super(problem);
    this.line = number(at.line(), 1);
    this.column = number(at.startPosition(), 0) + 1;
    this.problem = problem;
    this.cause = cause;
    this.fix = fix;
  }

  private RefusedQueryException(
      RefusedQueryException other, String problem, String cause, String fix) {
    super(problem, other);
    this.line = other.line;
    this.column = other.column;
    this.problem = problem;
    this.cause = cause;
    this.fix = fix;
  }

  /** The same with each text in other words. */
  RefusedQueryException inOtherWords(UnaryOperator<String> words) {
    return new RefusedQueryException(
        this, words.apply(problem), words.apply(cause), words.apply(fix));
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

  /** What is wrong, as a sentence. */
  public String problem() {
    return problem;
  }

  /** Why; may be empty. */
  public String cause() {
    return cause;
  }

  /** What to do instead. */
  public String fix() {
    return fix;
  }
}
