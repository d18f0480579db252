package io.lakebeam.sql;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Evaluates a program of Beam SQL row by row. A row on which it fails comes out as it came in, with
 * the reason; nothing is logged.
 */
final class GuardedCalc extends DoFn<Row, Row> {
  static final TupleTag<Row> ROWS = new TupleTag<>() {};
  static final TupleTag<Row> FAILURES = new TupleTag<>() {};

  private final DoFn<Row, Row> calc;
  private final Schema failureSchema;
  private transient MethodHandle evaluate;
  private transient Result result;

  /**
   * @param calc Beam's own, which throws for a row it cannot evaluate
   * @param failureSchema the row, then the reason
   */
  GuardedCalc(DoFn<Row, Row> calc, Schema failureSchema) {
    this.calc = calc;
    this.failureSchema = failureSchema;
  }

  /** The method that evaluates a row; empty for a DoFn that is none of Beam's calculations. */
  static Optional<Method> evaluator(Class<?> type) {
    try {
      return Optional.of(
          type.getMethod(
              "processElement", Row.class, OutputReceiver.class, MultiOutputReceiver.class));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  @Setup
  public void setup() throws ReflectiveOperationException {
    Method setup = calc.getClass().getMethod("setup");
    setup.setAccessible(true);
    setup.invoke(calc);
    Method method = evaluator(calc.getClass()).orElseThrow();
    method.setAccessible(true);
    evaluate = MethodHandles.lookup().unreflect(method).bindTo(calc);
    result = new Result();
  }

  @ProcessElement
  public void process(@Element Row row, MultiOutputReceiver out) {
    result.row = null;
    String problem = evaluate(row);
    if (problem != null) {
      out.get(FAILURES).output(Row.withSchema(failureSchema).attachValues(row, problem));
    } else if (result.row != null) {
      out.get(ROWS).output(result.row);
    }
  }

  /** Why the row cannot be evaluated, or null; what follows in the graph is not part of it. */
  private @Nullable String evaluate(Row row) {
    try {
      evaluate.invoke(row, (OutputReceiver<Row>) result, (MultiOutputReceiver) null);
      return null;
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      String message = reason.getMessage();
      return message == null || message.isBlank() ? reason.getClass().getSimpleName() : message;
    }
  }

  /** Holds the row that the program gives, if its condition holds. */
  private static final class Result implements OutputReceiver<Row> {
    private @Nullable Row row;

    @Override
    public void output(Row value) {
      row = value;
    }

    @Override
    public org.apache.beam.sdk.values.OutputBuilder<Row> builder(Row value) {
      throw new UnsupportedOperationException("programs give rows, and nothing else");
    }
  }
}
