package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.graph.Lineage;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import java.util.List;

/**
 * A query of any shape.
 *
 * @param output its columns, as its author selects them
 * @param lineage what they follow from
 */
public record TablePlan(OperatorPlan operators, List<Attribute> output, Lineage lineage) {
  public TablePlan {
    output = List.copyOf(output);
  }
}
