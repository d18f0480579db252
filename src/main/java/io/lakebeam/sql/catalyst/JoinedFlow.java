package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.And;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.EqualTo;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Join;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Rows of a stream that meet rows of what stands still. */
public final class JoinedFlow {
  private JoinedFlow() {}

  /**
   * The left rows with what they meet.
   *
   * @param right rows of what stands still
   * @param isSwapped true when the query's author has them the other way round
   */
  public static RowFlow of(Join join, RowFlow left, RowFlow right, boolean isSwapped)
      throws RefusedQueryException {
    Step.Join.Kind kind = kind(join, isSwapped);
    List<Expression> leftKeys = new ArrayList<>();
    List<Expression> rightKeys = new ArrayList<>();
    RowFlow both =
        new RowFlow(
            left.input(),
            left.reads(),
            Stream.concat(left.layout().stream(), Origins.plain(right.layout()).stream()).toList(),
            left.steps());
    Expression rest = null;
    Option<Expression> whole = join.condition();
    if (whole.isDefined()) {
      for (Expression part : conjuncts(both.ready(whole.get()))) {
        if (!isKey(part, left, right, leftKeys, rightKeys)) {
          rest = rest == null ? part : new And(rest, part);
        }
      }
    }
    boolean keepsRight = kind == Step.Join.Kind.INNER || kind == Step.Join.Kind.LEFT_OUTER;
    Step step =
        new Step.Join(
            new Step.Rows(right.input().name(), right.steps(), right.layout().size()),
            kind,
            leftKeys,
            rightKeys,
            rest == null ? null : both.bind(rest));
    return left.with(step, keepsRight ? both.layout() : left.layout());
  }

  private static boolean isKey(
      Expression part,
      RowFlow left,
      RowFlow right,
      List<Expression> leftKeys,
      List<Expression> rightKeys) {
    if (!(part instanceof EqualTo equal)) {
      return false;
    }
    for (boolean isTurned : new boolean[] {false, true}) {
      Expression ofLeft = isTurned ? equal.right() : equal.left();
      Expression ofRight = isTurned ? equal.left() : equal.right();
      if (isOver(ofLeft, left) && isOver(ofRight, right)) {
        leftKeys.add(left.bind(ofLeft));
        rightKeys.add(right.bind(ofRight));
        return true;
      }
    }
    return false;
  }

  private static boolean isOver(Expression expression, RowFlow flow) {
    Set<Object> ids = new HashSet<>();
    flow.layout().forEach(a -> ids.add(a.exprId()));
    List<Attribute> references = new ArrayList<>(Scala.list(expression.references().toSeq()));
    return !references.isEmpty() && references.stream().allMatch(a -> ids.contains(a.exprId()));
  }

  private static List<Expression> conjuncts(Expression condition) {
    if (condition instanceof And and) {
      return Stream.concat(conjuncts(and.left()).stream(), conjuncts(and.right()).stream())
          .toList();
    }
    return List.of(condition);
  }

  private static Step.Join.Kind kind(Join join, boolean isSwapped) throws RefusedQueryException {
    String type = join.joinType().sql();
    Step.Join.@Nullable Kind kind =
        switch (type) {
          case "INNER", "CROSS" -> Step.Join.Kind.INNER;
          case "LEFT OUTER" -> isSwapped ? null : Step.Join.Kind.LEFT_OUTER;
          case "RIGHT OUTER" -> isSwapped ? Step.Join.Kind.LEFT_OUTER : null;
          case "LEFT SEMI" -> isSwapped ? null : Step.Join.Kind.LEFT_SEMI;
          case "LEFT ANTI" -> isSwapped ? null : Step.Join.Kind.LEFT_ANTI;
          default -> null;
        };
    if (kind == null) {
      throw new RefusedQueryException(
          join.origin(),
          "a " + type + " JOIN is not possible here",
          "reference data is looked up for each row of the stream; which of its rows no row of the"
              + " stream will ever match is never known",
          "use LEFT JOIN or JOIN, from the stream to the reference data");
    }
    return kind;
  }
}
