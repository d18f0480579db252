package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import java.io.Serializable;
import java.util.List;

/**
 * What is computed of the rows of each group.
 *
 * @param row columns of the rows
 * @param aggregates in the order of their results
 */
public record Aggregation(List<Attribute> row, List<Accumulator> aggregates)
    implements Serializable {
  public Aggregation {
    row = List.copyOf(row);
    aggregates = List.copyOf(aggregates);
  }
}
