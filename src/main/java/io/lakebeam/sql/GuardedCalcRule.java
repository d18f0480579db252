package io.lakebeam.sql;

import org.apache.beam.sdk.extensions.sql.impl.rel.BeamLogicalConvention;
import org.apache.beam.sdk.extensions.sql.impl.rule.BeamCalcRule;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.plan.Convention;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.plan.RelOptRuleCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.convert.ConverterRule;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.core.Calc;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.logical.LogicalCalc;

/** Stands in for {@link BeamCalcRule}. */
final class GuardedCalcRule extends ConverterRule {
  static final GuardedCalcRule INSTANCE =
      new GuardedCalcRule(
          Config.INSTANCE.withConversion(
              LogicalCalc.class,
              Convention.NONE,
              BeamLogicalConvention.INSTANCE,
              "GuardedCalcRule"));

  private GuardedCalcRule(Config config) {
    super(config);
  }

  @Override
  public boolean matches(RelOptRuleCall call) {
    return BeamCalcRule.INSTANCE.matches(call);
  }

  @Override
  public RelNode convert(RelNode rel) {
    Calc beams = (Calc) BeamCalcRule.INSTANCE.convert(rel);
    return new GuardedCalcRel(
        beams.getCluster(), beams.getTraitSet(), beams.getInput(), beams.getProgram());
  }
}
