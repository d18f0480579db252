package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Says which relation of a query is read row by row, when it names several. */
final class StreamSide {
  private StreamSide() {}

  /** The plan with its first relation marked as the one that its author calls a STREAM. */
  static LogicalPlan marked(LogicalPlan plan) {
    boolean[] isDone = new boolean[1];
    return Scala.rewrite(
        plan,
        node -> {
          if (isDone[0] || !(node instanceof DataSourceV2Relation leaf)) {
            return node;
          }
          isDone[0] = true;
          return leaf.copy(
              ((Relation) leaf.table()).asStream(),
              leaf.copy$default$2(),
              leaf.copy$default$3(),
              leaf.copy$default$4(),
              leaf.copy$default$5(),
              leaf.copy$default$6());
        });
  }

  /**
   * What is called a STREAM; else what cannot be anything else; else the first in FROM.
   *
   * @param isReference true for what is never a stream
   * @param isStored true for what may as well stand still
   */
  static Optional<DataSourceV2Relation> of(
      LogicalPlan plan, Predicate<Relation> isReference, Predicate<Relation> isStored) {
    List<DataSourceV2Relation> candidates =
        leaves(plan).stream().filter(leaf -> !isReference.test(relation(leaf))).toList();
    return first(candidates, Relation::isStream)
        .or(() -> first(candidates, relation -> !isStored.test(relation)))
        .or(() -> candidates.stream().findFirst());
  }

  private static Optional<DataSourceV2Relation> first(
      List<DataSourceV2Relation> leaves, Predicate<Relation> test) {
    return leaves.stream().filter(leaf -> test.test(relation(leaf))).findFirst();
  }

  static Relation relation(DataSourceV2Relation leaf) {
    return (Relation) leaf.table();
  }

  private static List<DataSourceV2Relation> leaves(LogicalPlan plan) {
    List<LogicalPlan> leaves = Scala.list(plan.collectLeaves());
    return leaves.stream()
        .filter(DataSourceV2Relation.class::isInstance)
        .map(DataSourceV2Relation.class::cast)
        .toList();
  }
}
