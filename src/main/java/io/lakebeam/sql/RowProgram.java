package io.lakebeam.sql;

import io.lakebeam.graph.Limits;
import java.io.Serializable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.OutputBuilder;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A query that makes at most one row of each row, as a function of that row: what Beam SQL plans
 * and generates for it, called directly instead of through a stage of its own. A row on which the
 * query fails is the caller's to keep; nothing is logged.
 *
 * <pre>{@code
 * RowProgram program = RowProgram.of(library, "events", schema, "SELECT a + 1 AS b FROM events");
 * RowProgram.Evaluator evaluator = program.evaluator();
 * Row result = evaluator.evaluate(row);
 * }</pre>
 *
 * Serializable, so that it travels to workers; generated code is compiled once in each JVM.
 */
public final class RowProgram implements Serializable {
  private static final String INPUT = "Input";

  /** Calculations that are ready, by program: compiling one takes tens of milliseconds. */
  private static final Map<String, List<MethodHandle>> READY = new ConcurrentHashMap<>();

  private final String id;
  private final boolean isNever;
  private final List<DoFn<Row, Row>> calculations;
  private final Schema rowSchema;

  private RowProgram(
      String id, boolean isNever, List<DoFn<Row, Row>> calculations, Schema rowSchema) {
    this.id = id;
    this.isNever = isNever;
    this.calculations = List.copyOf(calculations);
    this.rowSchema = rowSchema;
  }

  /**
   * Plans a query.
   *
   * @param relation the name in its FROM
   * @param input the schema of the rows it reads
   * @param sql row by row: no join, no grouping
   * @throws IllegalStateException when Beam SQL wants to see more than one row at a time
   */
  public static RowProgram of(
      FunctionLibrary functions, String relation, Schema input, String sql) {
    Pipeline plan = Pipeline.create();
    PCollection<Row> rows =
        PCollectionTuple.of(relation, plan.apply(INPUT, Create.empty(input)))
            .apply("Query", functions.register(SqlTransform.query(sql)));
    Producers producers = new Producers();
    plan.traverseTopologically(producers);
    Deque<DoFn<Row, Row>> calculations = new ArrayDeque<>();
    PValue value = rows;
    while (!producers.isInput(value)) {
      if (producers.isEmpty(value)) {
        return new RowProgram(newId(sql), true, List.of(), rows.getSchema());
      }
      ParDo.MultiOutput<?, ?> step = producers.step(value);
      calculation(step.getFn()).ifPresent(calculations::addFirst);
      value = producers.inputOf(value);
    }
    return new RowProgram(newId(sql), false, List.copyOf(calculations), rows.getSchema());
  }

  /**
   * A program that is planned when it is first asked for, once in each JVM: for what is rarely
   * needed. Serializable.
   */
  public static final class Later implements Serializable {
    /** Never holds more than there are queries in the pipelines of a JVM. */
    private static final Map<String, RowProgram> PLANNED = new ConcurrentHashMap<>();

    private final String id;
    private final FunctionLibrary functions;
    private final String relation;
    private final Schema input;
    private final String sql;

    /** Parameters as of {@link RowProgram#of}. */
    public Later(FunctionLibrary functions, String relation, Schema input, String sql) {
      this.id = newId(sql);
      this.functions = functions;
      this.relation = relation;
      this.input = input;
      this.sql = sql;
    }

    /** For one thread. */
    public Evaluator evaluator() {
      return PLANNED
          .computeIfAbsent(id, key -> RowProgram.of(functions, relation, input, sql))
          .evaluator();
    }
  }

  private static String newId(String sql) {
    return UUID.nameUUIDFromBytes(sql.getBytes(StandardCharsets.UTF_8)) + "/" + UUID.randomUUID();
  }

  /** The rows that come out. */
  public Schema rowSchema() {
    return rowSchema;
  }

  /** For one thread. */
  public Evaluator evaluator() {
    return new Evaluator(
        READY.computeIfAbsent(id, key -> calculations.stream().map(RowProgram::ready).toList()),
        isNever);
  }

  /** Applies the query to rows, one at a time. */
  public static final class Evaluator {
    private final List<MethodHandle> calculations;
    private final boolean isNever;
    private final Result result = new Result();

    private Evaluator(List<MethodHandle> calculations, boolean isNever) {
      this.calculations = calculations;
      this.isNever = isNever;
    }

    /**
     * The query's row, or null when its condition does not hold.
     *
     * @throws RowFailedException when the query fails on this row; the message says why
     */
    public @Nullable Row evaluate(Row row) throws RowFailedException {
      if (isNever) {
        return null;
      }
      Row value = row;
      for (MethodHandle calculation : calculations) {
        result.row = null;
        try {
          calculation.invokeExact(value, (OutputReceiver<Row>) result, (MultiOutputReceiver) null);
        } catch (Throwable e) {
          throw failed(e);
        }
        value = result.row;
        if (value == null) {
          return null;
        }
      }
      return value;
    }
  }

  /**
   * The row's failure; an error that says nothing of the row, such as lack of memory, is thrown.
   */
  private static RowFailedException failed(Throwable thrown) {
    Throwable reason =
        thrown instanceof Error || thrown.getCause() == null ? thrown : thrown.getCause();
    if (reason instanceof Error error
        && !(error instanceof StackOverflowError)
        && !(error instanceof AssertionError)) {
      throw error;
    }
    return new RowFailedException(reason);
  }

  /** A query cannot be evaluated on a row. */
  public static final class RowFailedException extends Exception {
    private RowFailedException(Throwable reason) {
      // Rows fail by the thousand: no stack trace.
      super(message(reason), reason, false, false);
    }

    private static String message(Throwable reason) {
      String message = reason.getMessage();
      if (reason instanceof StackOverflowError) {
        return "it goes too deep (StackOverflowError), as a regular expression with a group that"
            + " repeats does on a long text";
      }
      if (reason instanceof ArithmeticException && isDivision(message)) {
        return "division by zero";
      }
      return message == null || message.isBlank()
          ? reason.getClass().getSimpleName()
          : message.substring(0, Math.min(message.length(), Limits.REASON_CHARACTERS));
    }
  }

  /** Java has a sentence for each type of number. */
  private static boolean isDivision(@Nullable String message) {
    return message != null
        && (message.equals("/ by zero")
            || message.equals("BigInteger divide by zero")
            || message.startsWith("Division "));
  }

  /** Holds the row that a calculation gives, if its condition holds. */
  private static final class Result implements OutputReceiver<Row> {
    private @Nullable Row row;

    @Override
    public void output(Row value) {
      row = value;
    }

    @Override
    public OutputBuilder<Row> builder(Row value) {
      throw new IllegalStateException("calculations give rows, and nothing else");
    }
  }

  /** Beam's calculation of a step; empty when the step hands rows on as they are. */
  @SuppressWarnings("unchecked") // rows in, rows out
  private static Optional<DoFn<Row, Row>> calculation(DoFn<?, ?> step) {
    if (evaluation(step.getClass()).isPresent()) {
      return Optional.of((DoFn<Row, Row>) step);
    }
    if (step.getClass().getName().startsWith("org.apache.beam.sdk.schemas.transforms.Convert")) {
      return Optional.empty();
    }
    throw new IllegalStateException("this Beam computes rows in another way: " + step.getClass());
  }

  private static Optional<Method> evaluation(Class<?> type) {
    try {
      return Optional.of(
          type.getMethod(
              "processElement", Row.class, OutputReceiver.class, MultiOutputReceiver.class));
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }

  /** The calculation's code, compiled; it keeps nothing between rows, so threads may share it. */
  private static MethodHandle ready(DoFn<Row, Row> calculation) {
    try {
      Method setup = calculation.getClass().getMethod("setup");
      setup.setAccessible(true);
      setup.invoke(calculation);
      Method method = evaluation(calculation.getClass()).orElseThrow();
      method.setAccessible(true);
      return MethodHandles.lookup()
          .unreflect(method)
          .bindTo(calculation)
          .asType(
              java.lang.invoke.MethodType.methodType(
                  void.class, Row.class, OutputReceiver.class, MultiOutputReceiver.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Beam computes rows in another way", e);
    }
  }

  /** Which step of a plan gives each collection. */
  private static final class Producers extends Pipeline.PipelineVisitor.Defaults {
    private final Map<PValue, TransformHierarchy.Node> steps = new HashMap<>();
    private final List<PValue> inputs = new ArrayList<>();
    private final List<PValue> empties = new ArrayList<>();

    @Override
    public void leaveCompositeTransform(TransformHierarchy.Node node) {
      PTransform<?, ?> transform = node.getTransform();
      if (node.getFullName().equals(INPUT)) {
        inputs.addAll(node.getOutputs().values());
      } else if (transform instanceof Create.Values<?> values
          && !values.getElements().iterator().hasNext()) {
        empties.addAll(node.getOutputs().values());
      }
    }

    @Override
    public void visitPrimitiveTransform(TransformHierarchy.Node node) {
      node.getOutputs().values().forEach(output -> steps.put(output, node));
    }

    boolean isInput(PValue value) {
      return inputs.contains(value);
    }

    boolean isEmpty(PValue value) {
      return empties.contains(value);
    }

    ParDo.MultiOutput<?, ?> step(PValue value) {
      TransformHierarchy.Node node = steps.get(value);
      if (node == null || !(node.getTransform() instanceof ParDo.MultiOutput<?, ?> step)) {
        throw new IllegalStateException(
            "this Beam computes rows in another way: "
                + (node == null ? value : node.getFullName()));
      }
      return step;
    }

    PValue inputOf(PValue value) {
      return steps.get(value).getInputs().values().iterator().next();
    }
  }
}
