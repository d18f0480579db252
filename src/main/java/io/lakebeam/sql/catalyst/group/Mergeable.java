package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.collection.immutable.Nil$;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Add;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.AttributeReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Cast;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Coalesce;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CreateArray;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CreateNamedStruct;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Divide;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.EqualTo;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.EvalMode$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GetArrayItem;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GetStructField;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.If;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.IsNull;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NumericEvalContext;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortArray;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Average;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.CollectSet;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.ImperativeAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Max;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.MaxBy;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.MaxMinBy;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Min;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.NoOp$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Sum;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.DecimalType;
import io.lakebeam.shaded.spark.sql.types.IntegralType;
import io.lakebeam.shaded.spark.sql.types.Metadata;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes accumulators of Spark's aggregates, by their own buffers. */
public final class Mergeable {
  private static final DataType COUNT = DataTypes.LongType;

  private Mergeable() {}

  /**
   * An accumulator of a function that {@link AggregateRefusals} lets pass.
   *
   * @param function over columns of the rows, and constants
   * @param filter column of the rows, or null
   */
  public static Accumulator of(AggregateFunction function, @Nullable Attribute filter) {
    String name = function.prettyName().toUpperCase(Locale.ROOT);
    if (function instanceof Sum sum && isExact(sum.child().dataType())) {
      boolean isTried = sum.evalContext().evalMode().toString().equals("TRY");
      return exactSum(name, filter, sum.child(), isTried ? sum.dataType() : null);
    }
    if (function instanceof Average average && isExact(average.child().dataType())) {
      return exactMean(name, filter, average.child(), average.dataType());
    }
    if (function instanceof MaxMinBy extreme) {
      return extremeBy(name, filter, extreme);
    }
    return function instanceof DeclarativeAggregate declared
        ? declared(name, filter, declared)
        : imperative(name, filter, (ImperativeAggregate) function);
  }

  private static boolean isExact(DataType type) {
    return type instanceof IntegralType || type instanceof DecimalType;
  }

  private static Accumulator exactSum(
      String name, @Nullable Attribute filter, Expression number, @Nullable DataType tried) {
    Attribute sum = attribute("sum", sumOf(number.dataType()));
    Attribute part = sum.newInstance();
    Attribute shown = attribute("shown", sumShown(number.dataType()));
    Attribute stored = sum.newInstance();
    return new Accumulator(
        name,
        filter,
        List.of(sum),
        List.of(nothing(sum.dataType())),
        filtered(filter, List.of(sum), List.of(added(sum, number))),
        List.of(part),
        List.of(merged(sum, part)),
        null,
        null,
        tried == null ? sum : fitting(sum, tried),
        tried == null ? List.of() : List.of(new Accumulator.State("sum", stored, sum)),
        shown,
        List.of(tried == null ? cast(shown, sum.dataType()) : stored));
  }

  private static Expression fitting(Expression sum, DataType type) {
    return type instanceof DecimalType decimal
        ? ExactSum.call("fitting", sum.dataType(), sum, literal(decimal.precision()))
        : ExactSum.call("fitting", sum.dataType(), sum);
  }

  private static Accumulator exactMean(
      String name, @Nullable Attribute filter, Expression number, DataType type) {
    Attribute sum = attribute("sum", sumOf(number.dataType()));
    Attribute count = attribute("count", COUNT);
    Attribute sumPart = sum.newInstance();
    Attribute countPart = count.newInstance();
    Attribute sumStored = attribute("sum", meanSumStored(number.dataType()));
    Attribute countStored = count.newInstance();
    Expression one = new If(new IsNull(number), literal(0L), literal(1L));
    return new Accumulator(
        name,
        filter,
        List.of(sum, count),
        List.of(nothing(sum.dataType()), literal(0L)),
        filtered(filter, List.of(sum, count), List.of(added(sum, number), plus(count, one))),
        List.of(sumPart, countPart),
        List.of(merged(sum, sumPart), plus(count, countPart)),
        null,
        null,
        type instanceof DecimalType decimal
            ? ExactSum.call("mean", type, sum, count, literal(decimal.scale()))
            : ExactSum.call("mean", type, sum, count),
        List.of(
            new Accumulator.State("sum", sumStored, sum),
            new Accumulator.State("count", countStored, count)),
        attribute("shown", type),
        List.of(cast(sumStored, sum.dataType()), countStored));
  }

  /** The sum with a number more; NULLs add nothing. */
  private static Expression added(Expression sum, Expression number) {
    boolean isWhole = number.dataType() instanceof IntegralType;
    Expression term = isWhole ? cast(number, COUNT) : number;
    return new Coalesce(
        Scala.seq(
            List.of(
                ExactSum.call("plus", sum.dataType(), sum, term),
                sum,
                cast(number, sum.dataType()))));
  }

  private static Expression merged(Expression sum, Expression part) {
    return new Coalesce(
        Scala.seq(List.of(ExactSum.call("plus", sum.dataType(), sum, part), sum, part)));
  }

  private static Expression plus(Expression left, Expression right) {
    return new Add(left, right);
  }

  private static DataType sumOf(DataType number) {
    return DataTypes.createDecimalType(
        38, number instanceof DecimalType decimal ? decimal.scale() : 0);
  }

  private static DataType sumShown(DataType number) {
    return number instanceof DecimalType ? sumOf(number) : DataTypes.LongType;
  }

  /** So many INTs that a BIGINT has no room for their sum are in no table. */
  private static DataType meanSumStored(DataType number) {
    boolean isShort = number instanceof IntegralType && !number.equals(DataTypes.LongType);
    return isShort ? DataTypes.LongType : sumOf(number);
  }

  /**
   * The value beside the greatest or least of another, and of several such the greatest or least
   * one: Spark takes any of them.
   */
  private static Accumulator extremeBy(String name, @Nullable Attribute filter, MaxMinBy function) {
    Expression pair = pair(function.orderingExpr(), function.orderingExpr(), function.valueExpr());
    DeclarativeAggregate extreme = function instanceof MaxBy ? new Max(pair) : new Min(pair);
    Accumulator pairs = declared(name, filter, extreme);
    Attribute buffer = pairs.buffer().get(0);
    Attribute by = attribute("by", function.orderingExpr().dataType());
    Attribute shown = attribute("shown", function.valueExpr().dataType());
    return new Accumulator(
        name,
        filter,
        pairs.buffer(),
        pairs.initial(),
        pairs.updated(),
        pairs.part(),
        pairs.merged(),
        null,
        null,
        field(buffer, 1),
        List.of(new Accumulator.State("by", by, field(buffer, 0))),
        shown,
        List.of(pair(by, by, shown)));
  }

  private static Expression pair(Expression present, Expression by, Expression value) {
    Expression struct =
        new CreateNamedStruct(Scala.seq(List.of(literal("by"), by, literal("value"), value)));
    return new If(new IsNull(present), nothing(struct.dataType()), struct);
  }

  private static Expression field(Expression struct, int at) {
    return new GetStructField(struct, at, Option.empty());
  }

  private static Accumulator declared(
      String name, @Nullable Attribute filter, DeclarativeAggregate function) {
    List<Attribute> buffer = Scala.list(function.aggBufferAttributes());
    List<Attribute> part = Scala.list(function.inputAggBufferAttributes());
    Expression result = Scala.rewrite(function.evaluateExpression(), Mergeable::tried);
    boolean isItsResult = buffer.size() == 1 && result instanceof Attribute;
    Attribute shown =
        isItsResult ? buffer.get(0).newInstance() : attribute("shown", function.dataType());
    List<Accumulator.State> states = isItsResult ? List.of() : states(buffer);
    return new Accumulator(
        name,
        filter,
        buffer,
        Scala.list(function.initialValues()),
        filtered(filter, buffer, Scala.list(function.updateExpressions())),
        part,
        guarded(buffer, part, Scala.list(function.mergeExpressions())),
        null,
        null,
        result,
        states,
        shown,
        isItsResult ? List.of(shown) : states.stream().map(s -> (Expression) s.stored()).toList());
  }

  /**
   * What has no value, such as the correlation with a column that is always the same, is NULL: one
   * group must not keep a view from showing the others.
   */
  private static Expression tried(Expression each) {
    return each instanceof Divide divide
        ? new Divide(
            divide.left(),
            divide.right(),
            NumericEvalContext.apply(EvalMode$.MODULE$.TRY(), NumericEvalContext.apply$default$2()))
        : each;
  }

  /** A state for each part of the buffer. */
  private static List<Accumulator.State> states(List<Attribute> buffer) {
    Map<String, Integer> seen = new HashMap<>();
    List<Accumulator.State> states = new ArrayList<>();
    for (Attribute each : buffer) {
      String name = each.name().replace("_", "");
      int times = seen.merge(name.toLowerCase(Locale.ROOT), 1, Integer::sum);
      states.add(new Accumulator.State(times == 1 ? name : name + times, each.newInstance(), each));
    }
    return states;
  }

  private static List<Expression> filtered(
      @Nullable Attribute filter, List<Attribute> buffer, List<Expression> updated) {
    if (filter == null) {
      return updated;
    }
    List<Expression> filtered = new ArrayList<>();
    for (int i = 0; i < buffer.size(); i++) {
      filtered.add(new If(filter, updated.get(i), buffer.get(i)));
    }
    return filtered;
  }

  /**
   * What Spark merges moments with rounds even where one side has no values: there the other side
   * is taken as it is. Their count is the attribute {@code n}, before those that it counts.
   */
  private static List<Expression> guarded(
      List<Attribute> buffer, List<Attribute> part, List<Expression> merged) {
    List<Expression> guarded = new ArrayList<>();
    int n = -1;
    for (int i = 0; i < buffer.size(); i++) {
      if (buffer.get(i).name().equals("n") && buffer.get(i).dataType() == DataTypes.DoubleType) {
        n = i;
      }
      guarded.add(
          n < 0
              ? merged.get(i)
              : new If(
                  isZero(part.get(n)),
                  buffer.get(i),
                  new If(isZero(buffer.get(n)), part.get(i), merged.get(i))));
    }
    return guarded;
  }

  private static Expression isZero(Expression number) {
    return new EqualTo(number, literal(0.0));
  }

  private static Accumulator imperative(
      String name, @Nullable Attribute filter, ImperativeAggregate function) {
    List<Attribute> buffer = Scala.list(function.aggBufferAttributes());
    List<Attribute> part = buffer.stream().map(Attribute::newInstance).toList();
    Attribute answer = attribute("answer", function.dataType());
    boolean isOne = buffer.size() == 1;
    Attribute state =
        isOne
            ? buffer.get(0).newInstance()
            : attribute("state", DataTypes.createArrayType(buffer.get(0).dataType()));
    Expression value = isOne ? buffer.get(0) : new CreateArray(Scala.<Expression>seq(buffer));
    List<Expression> restored = new ArrayList<>();
    for (int i = 0; i < buffer.size(); i++) {
      restored.add(isOne ? state : new GetArrayItem(state, literal(i), false));
    }
    List<Expression> nothing =
        buffer.stream().map(each -> (Expression) NoOp$.MODULE$).collect(Collectors.toList());
    return new Accumulator(
        name,
        filter,
        buffer,
        nothing,
        nothing,
        part,
        nothing,
        function,
        answer,
        function instanceof CollectSet ? new SortArray(answer) : answer,
        List.of(new Accumulator.State("state", state, value)),
        attribute("shown", function.dataType()),
        restored);
  }

  private static Expression cast(Expression value, DataType type) {
    return value.dataType().equals(type)
        ? value
        : new Cast(value, type, Option.apply("UTC"), Cast.apply$default$4());
  }

  private static Expression literal(Object value) {
    return Literal$.MODULE$.apply(value);
  }

  private static Expression nothing(DataType type) {
    return Literal$.MODULE$.create(null, type);
  }

  /** A column that nobody else has. */
  @SuppressWarnings("unchecked") // an empty sequence of anything
  public static Attribute attribute(String name, DataType type) {
    return new AttributeReference(
        name,
        type,
        true,
        Metadata.empty(),
        NamedExpression.newExprId(),
        (Seq<String>) (Seq<?>) Nil$.MODULE$);
  }
}
