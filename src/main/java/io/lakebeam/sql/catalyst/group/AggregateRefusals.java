package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.BitmapAndAgg;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BitmapConstructAgg;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BitmapOrAgg;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.RowOrdering;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.ApproximatePercentile;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Average;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.BitAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.CentralMomentAgg;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.CollectList;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.CollectSet;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Count;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.CountMinSketchAgg;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Covariance;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.First;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.HistogramNumeric;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.HllSketchAgg;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.HllUnionAgg;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.HyperLogLogPlusPlus;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Last;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.ListAgg;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Max;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.MaxMinBy;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.MaxMinByK;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Min;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Mode;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.PearsonCorrelation;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Percentile;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.PercentileDisc;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.RegrIntercept;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.RegrSlope;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.Sum;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Scala;
import java.util.List;
import java.util.Set;

/**
 * Says which aggregates a view can have: those whose parts add up to the same result however rows
 * are cut into parts, and in whatever order these are added. The list is of what is known to, so
 * that a Spark with new aggregates refuses them until somebody has looked.
 */
public final class AggregateRefusals {
  private static final String OF_PARTS =
      "a view adds up parts of its rows, and the result would depend on how they were cut";
  private static final String OF_ORDER =
      "the rows of a view come in no order that each replay and each runner keeps";

  /** Exact, but for those that are computed in DOUBLE: their last digits depend on the order. */
  private static final Set<Class<?>> ADD_UP =
      Set.of(
          Average.class,
          BitmapAndAgg.class,
          BitmapConstructAgg.class,
          BitmapOrAgg.class,
          CollectSet.class,
          Count.class,
          CountMinSketchAgg.class,
          HyperLogLogPlusPlus.class,
          Max.class,
          Min.class,
          Percentile.class,
          PercentileDisc.class,
          RegrIntercept.class,
          RegrSlope.class,
          Sum.class);

  private static final List<Class<?>> FAMILIES_THAT_ADD_UP =
      List.of(
          BitAggregate.class,
          CentralMomentAgg.class,
          Covariance.class,
          MaxMinBy.class,
          PearsonCorrelation.class);

  private AggregateRefusals() {}

  static void check(AggregateExpression call) throws RefusedQueryException {
    AggregateFunction function = call.aggregateFunction();
    if (call.isDistinct()) {
      throw new RefusedQueryException(
          call.origin(),
          call.sql() + " is not possible in a materialized view",
          "to know what is new it would have to keep every value",
          "group by the value too and count the view's rows where it is read, or count something"
              + " that occurs once, for instance a status that a flight has once; about as many are"
              + " what APPROX_COUNT_DISTINCT counts");
    }
    if (!addsUp(function)) {
      throw refused(call, function);
    }
    boolean isOrdered = function instanceof MaxMinBy || function instanceof CollectSet;
    Expression value = Scala.list(function.children()).get(0);
    if (isOrdered && !RowOrdering.isOrderable(value.dataType())) {
      throw new RefusedQueryException(
          call.origin(),
          function.prettyName()
              + " of a "
              + value.dataType().sql()
              + " is not possible in a materialized view",
          "of several values that it may take, each run has to take the same one, and these have no"
              + " order",
          "take it of something that stands for it, for instance to_json(...)");
    }
  }

  /** True when parts of the aggregate add up to one result, however rows are cut into them. */
  public static boolean addsUp(AggregateExpression call) {
    try {
      check(call);
      return true;
    } catch (RefusedQueryException e) {
      return false;
    }
  }

  private static boolean addsUp(AggregateFunction function) {
    return ADD_UP.contains(function.getClass())
        || FAMILIES_THAT_ADD_UP.stream().anyMatch(family -> family.isInstance(function))
        || function instanceof Mode mode && mode.reverseOpt().isDefined();
  }

  private static RefusedQueryException refused(
      AggregateExpression call, AggregateFunction function) {
    String problem = function.prettyName() + " is not possible in a materialized view";
    if (function instanceof First || function instanceof Last) {
      return new RefusedQueryException(
          call.origin(),
          problem,
          OF_ORDER,
          "write MIN_BY(value, time) or MAX_BY(value, time), or MIN(value) where any will do");
    }
    if (function instanceof CollectList || function instanceof ListAgg) {
      return new RefusedQueryException(
          call.origin(),
          problem,
          OF_ORDER,
          "write COLLECT_SET(value), which gives each value once, in their order");
    }
    if (function instanceof Mode) {
      return new RefusedQueryException(
          call.origin(),
          "mode without an order is not possible in a materialized view",
          "it takes any of several values that occur as often",
          "write MODE() WITHIN GROUP (ORDER BY value), which takes the least of them");
    }
    if (function instanceof MaxMinByK) {
      return new RefusedQueryException(
          call.origin(),
          problem + " with a number of values",
          "it takes any of several values that are beside equal ones",
          "write MAX_BY(value, order) or MIN_BY(value, order), or sort and limit where the table is"
              + " read");
    }
    return new RefusedQueryException(call.origin(), problem, OF_PARTS, instead(function));
  }

  private static String instead(AggregateFunction function) {
    String name = function.prettyName();
    if (function instanceof ApproximatePercentile || name.startsWith("kll_")) {
      return "write PERCENTILE(value, 0.5), which is exact";
    }
    if (function instanceof HistogramNumeric) {
      return "group by WIDTH_BUCKET(value, 0, 100, 10), and COUNT(*)";
    }
    if (function instanceof HllSketchAgg
        || function instanceof HllUnionAgg
        || name.startsWith("theta_")
        || name.startsWith("tuple_")) {
      return "write APPROX_COUNT_DISTINCT(value)";
    }
    if (name.startsWith("approx_top_k")) {
      return "group by the value too, and COUNT(*); sort and limit where the view is read";
    }
    return "compute it where the table is read";
  }
}
