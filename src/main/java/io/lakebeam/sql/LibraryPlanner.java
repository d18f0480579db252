package io.lakebeam.sql;

import java.util.Collection;
import org.apache.beam.sdk.extensions.sql.impl.CalciteQueryPlanner;
import org.apache.beam.sdk.extensions.sql.impl.JdbcConnection;
import org.apache.beam.sdk.extensions.sql.impl.QueryPlanner;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.schema.SchemaPlus;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.tools.FrameworkConfig;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.tools.Frameworks;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.tools.RuleSet;

/**
 * Beam SQL's planner with the function library before, and instead of, its own functions of the
 * same names. Public because Beam makes it by its class name.
 */
public final class LibraryPlanner extends CalciteQueryPlanner {
  /** Found by Beam through reflection. */
  @SuppressWarnings("unused")
  public static final QueryPlanner.Factory FACTORY = LibraryPlanner::new;

  private LibraryPlanner(JdbcConnection connection, Collection<RuleSet> rules) {
    super(connection, rules);
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
