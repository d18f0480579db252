package io.lakebeam.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.SparkConf;
import io.lakebeam.shaded.spark.sql.catalyst.QueryPlanningTracker;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.Analyzer;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.FunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.TableFunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedRelation;
import io.lakebeam.shaded.spark.sql.catalyst.catalog.InMemoryCatalog;
import io.lakebeam.shaded.spark.sql.catalyst.catalog.SessionCatalog;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.ComputeCurrentTime$;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.ReplaceExpressions$;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.RewriteWithExpression$;
import io.lakebeam.shaded.spark.sql.catalyst.parser.CatalystSqlParser$;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Queries as plans that only need to be executed. */
final class Catalyst {
  private final Analyzer analyzer =
      new Analyzer(
          new SessionCatalog(
              new InMemoryCatalog(new SparkConf(false), new Configuration(false)),
              FunctionRegistry.builtin(),
              TableFunctionRegistry.builtin()));
  private final Map<String, LogicalPlan> tables;

  /**
   * Reads tables.
   *
   * @param tables by their names
   */
  Catalyst(Map<String, LogicalPlan> tables) {
    this.tables = tables;
  }

  LogicalPlan plan(String sql) {
    LogicalPlan parsed = CatalystSqlParser$.MODULE$.parsePlan(sql);
    LogicalPlan read = (LogicalPlan) parsed.transformUp(Scala.where(this::table));
    LogicalPlan analyzed = analyzer.executeAndCheck(read, new QueryPlanningTracker(Option.empty()));
    LogicalPlan replaced = ReplaceExpressions$.MODULE$.apply(analyzed);
    return RewriteWithExpression$.MODULE$.apply(ComputeCurrentTime$.MODULE$.apply(replaced));
  }

  private Optional<LogicalPlan> table(LogicalPlan plan) {
    return plan instanceof UnresolvedRelation relation
        ? Optional.ofNullable(tables.get(relation.tableName()))
        : Optional.empty();
  }
}
