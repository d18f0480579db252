package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.ImperativeAggregate;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How an aggregate is computed of the rows of a group, some at a time: rows are added to a buffer,
 * buffers to each other in any order, and the table of the view holds what a buffer is made of
 * again.
 *
 * @param name of the aggregate, in upper case
 * @param filter column of the rows; only those count in which it is TRUE; null when all do
 * @param buffer what is known of the rows so far
 * @param initial the buffer of no row
 * @param updated the buffer with one row more, over the buffer and the columns of the row
 * @param part another buffer, in the form in which it travels
 * @param merged the buffer with the other one, over both
 * @param imperative what keeps the buffer itself, in place of the three lists of expressions; null
 *     when these say it
 * @param answer what {@code imperative} makes of the buffer
 * @param result over the buffer, or the answer
 * @param states what the view stores besides the result
 * @param shown the stored result
 * @param restored the buffer, over {@code shown} and the stored states
 */
public record Accumulator(
    String name,
    @Nullable Attribute filter,
    List<Attribute> buffer,
    List<Expression> initial,
    List<Expression> updated,
    List<Attribute> part,
    List<Expression> merged,
    @Nullable ImperativeAggregate imperative,
    @Nullable Attribute answer,
    Expression result,
    List<State> states,
    Attribute shown,
    List<Expression> restored)
    implements Serializable {
  /** Catalyst counts the columns that it names. */
  private static final Pattern NUMBERS = Pattern.compile("#\\d+L?");

  public Accumulator {
    buffer = List.copyOf(buffer);
    initial = List.copyOf(initial);
    updated = List.copyOf(updated);
    part = List.copyOf(part);
    merged = List.copyOf(merged);
    states = List.copyOf(states);
    restored = List.copyOf(restored);
  }

  /**
   * Something that the view stores besides the result.
   *
   * @param name behind that of the result's column
   * @param stored the column
   * @param value over the buffer
   */
  public record State(String name, Attribute stored, Expression value) implements Serializable {}

  /** What it computes, as a text that is the same for the same call in every process. */
  public String text() {
    String text =
        List.of(
                name,
                String.valueOf(filter),
                updated.toString(),
                merged.toString(),
                String.valueOf(imperative),
                result.toString())
            .toString();
    return NUMBERS.matcher(text).replaceAll("");
  }
}
