package io.lakebeam.sql;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.extensions.sql.impl.CalciteQueryPlanner;
import org.apache.beam.sdk.extensions.sql.impl.JdbcConnection;
import org.apache.beam.sdk.extensions.sql.impl.QueryPlanner;
import org.apache.beam.sdk.extensions.sql.impl.rule.BeamCalcRule;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.plan.RelOptRule;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.schema.SchemaPlus;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.tools.FrameworkConfig;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.tools.Frameworks;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.tools.RuleSet;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.tools.RuleSets;

/**
 * Beam SQL's planner with the function library before, and instead of, its own functions of the
 * same names. Public because Beam makes it by its class name.
 */
public final class LibraryPlanner extends CalciteQueryPlanner {
  /** Found by Beam through reflection. */
  @SuppressWarnings("unused")
  public static final QueryPlanner.Factory FACTORY = LibraryPlanner::new;

  private LibraryPlanner(JdbcConnection connection, Collection<RuleSet> rules) {
    super(connection, rules.stream().map(LibraryPlanner::guarded).toList());
  }

  /** The rules, with Beam's calculations guarded against rows that they cannot evaluate. */
  private static RuleSet guarded(RuleSet rules) {
    List<RelOptRule> guarded = new ArrayList<>();
    for (RelOptRule rule : rules) {
      guarded.add(rule == BeamCalcRule.INSTANCE ? GuardedCalcRule.INSTANCE : rule);
    }
    return RuleSets.ofList(guarded);
  }

  @Override
  public FrameworkConfig defaultConfig(JdbcConnection connection, Collection<RuleSet> rules) {
    FrameworkConfig config = super.defaultConfig(connection, rules);
    SchemaPlus schema = connection.getCurrentSchemaPlus();
    return Frameworks.newConfigBuilder(config)
        .operatorTable(
            new LibraryOperators(config.getOperatorTable(), n -> !schema.getFunctions(n).isEmpty()))
        .build();
  }
}
