package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.Tuple8;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.planning.ExtractEquiJoinKeys$;
import io.lakebeam.shaded.spark.sql.catalyst.plans.ExistenceJoin;
import io.lakebeam.shaded.spark.sql.catalyst.plans.JoinType;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Join;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.JoinHint;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Relation;
import io.lakebeam.sql.catalyst.RowFlow;
import io.lakebeam.sql.catalyst.Scala;
import io.lakebeam.sql.catalyst.Translation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Translates joins: of rows that meet, and of rows with what is in memory whole. */
final class JoinTranslation {
  private final PlanDraft draft;
  private final Predicate<String> isHeld;

  JoinTranslation(PlanDraft draft, Predicate<String> isHeld) {
    this.draft = draft;
    this.isHeld = isHeld;
  }

  /** Rows of a table in memory that each left row can look into; null when they are none. */
  @Nullable RowFlow held(Join join) {
    boolean isLookup =
        !(join.joinType() instanceof ExistenceJoin)
            && Set.of("INNER", "CROSS", "LEFT OUTER", "LEFT SEMI", "LEFT ANTI")
                .contains(join.joinType().sql());
    List<LogicalPlan> leaves = Scala.list(join.right().collectLeaves());
    boolean isHeldWhole =
        leaves.stream()
            .allMatch(
                leaf ->
                    leaf instanceof DataSourceV2Relation relation
                        && isHeld.test(((Relation) relation.table()).name()));
    if (!isLookup || !isHeldWhole || !PlanDraft.queries(join).isEmpty()) {
      return null;
    }
    try {
      List<Expression> output = new ArrayList<>(Scala.<Attribute>list(join.right().output()));
      return Translation.ofOnly(join.right(), isHeld, output).flow();
    } catch (RefusedQueryException e) {
      return null; // it is a query of its own
    }
  }

  PlanDraft.Branch of(Join join, List<PlanDraft.Branch> lefts, List<PlanDraft.Branch> rights)
      throws RefusedQueryException {
    List<Attribute> leftColumns = lefts.get(0).flow().layout();
    List<Attribute> rightColumns = Scala.list(join.right().output());
    RowFlow left = PlanDraft.flow(leftColumns);
    RowFlow right = PlanDraft.flow(rightColumns);
    RowFlow both = PlanDraft.flow(PlanDraft.with(leftColumns, rightColumns));
    List<Expression> leftKeys = new ArrayList<>();
    List<Expression> rightKeys = new ArrayList<>();
    Option<Expression> rest = join.condition();
    Option<
            Tuple8<
                JoinType,
                Seq<Expression>,
                Seq<Expression>,
                Option<Expression>,
                Option<Expression>,
                LogicalPlan,
                LogicalPlan,
                JoinHint>>
        equal = ExtractEquiJoinKeys$.MODULE$.unapply(join);
    if (equal.isDefined()) {
      leftKeys.addAll(PlanDraft.comparable(draft.bound(Scala.list(equal.get()._2()), left)));
      rightKeys.addAll(draft.bound(Scala.list(equal.get()._3()), right));
      rest = equal.get()._4();
    }
    Operator.Join.Kind kind = kind(join.joinType());
    int node =
        draft.node(
            new Operator.Join(
                kind,
                leftKeys,
                rightKeys,
                rest.isDefined() ? draft.bound(rest.get(), both) : null,
                leftColumns.size(),
                rightColumns.size()));
    boolean isByKeys = !leftKeys.isEmpty();
    boolean needsAllLeft =
        kind == Operator.Join.Kind.RIGHT_OUTER || kind == Operator.Join.Kind.FULL_OUTER;
    OperatorPlan.Spread ofLeft =
        isByKeys
            ? OperatorPlan.Spread.BY_KEYS
            : needsAllLeft ? OperatorPlan.Spread.TOGETHER : OperatorPlan.Spread.ANYWHERE;
    OperatorPlan.Spread ofRight =
        isByKeys
            ? OperatorPlan.Spread.BY_KEYS
            : needsAllLeft ? OperatorPlan.Spread.TOGETHER : OperatorPlan.Spread.EVERYWHERE;
    for (PlanDraft.Branch branch : lefts) {
      draft.connect(draft.select(branch, leftColumns), node, 0, ofLeft, leftKeys);
    }
    for (PlanDraft.Branch branch : rights) {
      draft.connect(draft.select(branch, rightColumns), node, 1, ofRight, rightKeys);
    }
    List<Attribute> layout =
        switch (kind) {
          case LEFT_SEMI, LEFT_ANTI -> leftColumns;
          case EXISTENCE ->
              PlanDraft.with(leftColumns, List.of(((ExistenceJoin) join.joinType()).exists()));
          default -> both.layout();
        };
    return new PlanDraft.Branch(node, PlanDraft.flow(layout));
  }

  private static Operator.Join.Kind kind(JoinType type) {
    if (type instanceof ExistenceJoin) {
      return Operator.Join.Kind.EXISTENCE;
    }
    return switch (type.sql()) {
      case "INNER", "CROSS" -> Operator.Join.Kind.INNER;
      case "LEFT OUTER" -> Operator.Join.Kind.LEFT_OUTER;
      case "RIGHT OUTER" -> Operator.Join.Kind.RIGHT_OUTER;
      case "FULL OUTER" -> Operator.Join.Kind.FULL_OUTER;
      case "LEFT SEMI" -> Operator.Join.Kind.LEFT_SEMI;
      case "LEFT ANTI" -> Operator.Join.Kind.LEFT_ANTI;
      default -> Operator.Join.Kind.SINGLE;
    };
  }
}
