package io.lakebeam.delta;

import io.lakebeam.delta.file.PartitionValues;
import io.lakebeam.graph.TableSchema;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a table is created with.
 *
 * @param partitionBy columns of the schema, at least one of which is not among them
 * @param comment what the table is, for its readers; may be empty
 * @param properties Delta's table properties, like {@code delta.appendOnly}
 */
public record TableDefinition(
    TableSchema schema, List<String> partitionBy, String comment, Map<String, String> properties)
    implements Serializable {
  /**
   * For tables that get a commit a minute: versions stay as long as files do that were removed.
   * Delta's own default is 30 days, and each look at a table lists its whole log.
   */
  public static final Map<String, String> LOG_KEPT_A_WEEK =
      Map.of("delta.logRetentionDuration", "interval 7 days");

  public TableDefinition {
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(comment, "comment");
    partitionBy = List.copyOf(partitionBy);
    properties = Map.copyOf(properties);
    if (partitionBy.size() >= schema.columns().size()) {
      throw new IllegalArgumentException(
          "a table needs a column that it is not partitioned by: " + schema.ddl());
    }
    for (String name : partitionBy) {
      if (!schema.names().contains(name)) {
        throw new IllegalArgumentException("partition column " + name + " is not in the schema");
      }
      PartitionValues.checkType(schema.column(name).orElseThrow());
    }
  }

  public static TableDefinition of(TableSchema schema) {
    return new TableDefinition(schema, List.of(), "", Map.of());
  }

  /** With further properties. */
  public TableDefinition with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(properties);
    all.putAll(more);
    return new TableDefinition(schema, partitionBy, comment, all);
  }

  public TableDefinition partitionedBy(String... columns) {
    return new TableDefinition(schema, List.of(columns), comment, properties);
  }
}
