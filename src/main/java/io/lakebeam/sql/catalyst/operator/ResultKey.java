package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.EqualTo;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.If;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.DecimalType;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.Step;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Columns of a query's result that say which rows of its one table it is made of: rows that differ
 * in them never meet. When some rows of the table change, those of the result with the same values
 * in these columns are computed again, and no others.
 *
 * @param leaf the table's node
 * @param sent where the columns stand in the rows that its channel carries
 * @param shown where they stand in the result, in the same order
 * @param likeNull of which the empty text is taken for NULL, because files do not tell them apart
 */
public record ResultKey(
    int leaf, List<Integer> sent, List<Integer> shown, List<DataType> types, Set<Integer> likeNull)
    implements Serializable {
  /** Equal values of these have equal bytes. */
  private static final Set<DataType> COMPARABLE =
      Set.of(
          DataTypes.BooleanType,
          DataTypes.ByteType,
          DataTypes.ShortType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.StringType,
          DataTypes.BinaryType,
          DataTypes.DateType,
          DataTypes.TimestampType);

  public ResultKey {
    sent = List.copyOf(sent);
    shown = List.copyOf(shown);
    types = List.copyOf(types);
    likeNull = Set.copyOf(likeNull);
  }

  /**
   * The key of a view with partitions: what these say of a value is not all of it.
   *
   * @param partitions columns of the result
   * @return empty when nothing is left of it
   */
  public Optional<ResultKey> partitionedBy(Set<Integer> partitions) {
    List<Integer> left = new ArrayList<>();
    Set<Integer> texts = new HashSet<>();
    for (int i = 0; i < shown.size(); i++) {
      boolean isPartition = partitions.contains(shown.get(i));
      if (isPartition && types.get(i).equals(DataTypes.StringType)) {
        texts.add(left.size());
      }
      boolean isFloat =
          types.get(i).equals(DataTypes.FloatType) || types.get(i).equals(DataTypes.DoubleType);
      if (!isPartition || !isFloat) {
        left.add(i);
      }
    }
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ResultKey(
                leaf,
                left.stream().map(sent::get).toList(),
                left.stream().map(shown::get).toList(),
                left.stream().map(types::get).toList(),
                texts));
  }

  /** Of rows that the leaf sends. */
  RowKey ofSent() {
    return of(sent);
  }

  /** Of rows of the result. */
  RowKey ofShown() {
    return of(shown);
  }

  private RowKey of(List<Integer> at) {
    List<Expression> values = new ArrayList<>();
    for (int i = 0; i < at.size(); i++) {
      Expression value = new BoundReference(at.get(i), types.get(i), true);
      values.add(
          likeNull.contains(i)
              ? new If(
                  new EqualTo(value, Literal$.MODULE$.apply("")),
                  Literal$.MODULE$.create(null, types.get(i)),
                  value)
              : value);
    }
    return new RowKey(values);
  }

  /** Of a plan; empty when there are none, or when rows of several tables meet. */
  static Optional<ResultKey> of(OperatorPlan plan) {
    List<Integer> leaves = new ArrayList<>();
    for (int node = 0; node < plan.nodes().size(); node++) {
      if (plan.nodes().get(node) instanceof Leaf) {
        leaves.add(node);
      }
    }
    List<OperatorPlan.Channel> results =
        plan.channels().stream().filter(c -> c.to() == OperatorPlan.RESULT).toList();
    boolean isOfOneTable =
        leaves.size() == 1
            && plan.nodes().get(leaves.get(0)) instanceof Leaf.Table table
            && !table.isHeld();
    if (!isOfOneTable || results.size() != 1 || plan.asksTime()) {
      return Optional.empty();
    }
    int leaf = leaves.get(0);
    List<Integer> sent = new ArrayList<>();
    List<Integer> shown = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    List<DataType> columns = results.get(0).columns();
    for (int column = 0; column < columns.size(); column++) {
      Optional<Integer> at = sent(plan, results.get(0), column, leaf);
      if (at.isPresent() && isComparable(columns.get(column))) {
        sent.add(at.get());
        shown.add(column);
        types.add(columns.get(column));
      }
    }
    return sent.isEmpty()
        ? Optional.empty()
        : Optional.of(new ResultKey(leaf, sent, shown, types, Set.of()));
  }

  private static boolean isComparable(DataType type) {
    return COMPARABLE.contains(type) || type instanceof DecimalType;
  }

  /** Where a column of a channel's rows stands in those of the leaf's channel. */
  private static Optional<Integer> sent(
      OperatorPlan plan, OperatorPlan.Channel channel, int column, int leaf) {
    if (channel.from() == leaf) {
      return Optional.of(column);
    }
    return before(channel.steps(), column)
        .flatMap(at -> taken((Operator) plan.nodes().get(channel.from()), at))
        .flatMap(
            at -> {
              OperatorPlan.Channel into =
                  plan.channels().stream()
                      .filter(each -> each.to() == channel.from())
                      .findFirst()
                      .orElseThrow();
              return sent(plan, into, at, leaf);
            });
  }

  /** Where a column stands before the steps; empty when they compute it. */
  static Optional<Integer> before(List<Step> steps, int column) {
    int at = column;
    for (int i = steps.size() - 1; i >= 0; i--) {
      Step step = steps.get(i);
      if (step instanceof Step.Project project) {
        Expression value = project.columns().get(at);
        if (!(value instanceof BoundReference reference)) {
          return Optional.empty();
        }
        at = reference.ordinal();
      } else if (!(step instanceof Step.Filter)) {
        return Optional.empty();
      }
    }
    return Optional.of(at);
  }

  /** Which column of its rows an operator gives as this one, if rows meet that are equal in it. */
  private static Optional<Integer> taken(Operator operator, int column) {
    if (operator instanceof Operator.Group group) {
      return column < group.keys().size() ? Optional.of(column) : Optional.empty();
    }
    if (operator instanceof Operator.Windows windows) {
      boolean isOfPartition =
          windows.partition().stream()
              .anyMatch(each -> each instanceof BoundReference by && by.ordinal() == column);
      return isOfPartition ? Optional.of(column) : Optional.empty();
    }
    return Optional.empty();
  }
}
