package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import java.util.List;
import java.util.Map;

/**
 * A query of any shape.
 *
 * @param output its columns, as its author selects them
 * @param lineage what each of them is computed from
 */
public record TablePlan(
    OperatorPlan operators, List<Attribute> output, Map<String, List<ColumnOrigin>> lineage) {
  public TablePlan {
    output = List.copyOf(output);
  }
}
