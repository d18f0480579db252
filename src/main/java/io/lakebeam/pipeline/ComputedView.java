package io.lakebeam.pipeline;

import io.lakebeam.delta.TableDefinition;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.NotIncremental;
import io.lakebeam.sql.RuleProgram;
import io.lakebeam.sql.TableQuery;
import io.lakebeam.sql.catalyst.operator.ResultKey;
import io.lakebeam.storage.Place;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A view whose rows are computed from tables as they stand, by a query of any shape.
 *
 * @param path where it is
 * @param tables what it reads, by name
 * @param why it is not kept up to date from new rows alone
 * @param rules that its rows are judged by
 * @param verdicts the rules at work
 */
public record ComputedView(
    String name,
    Place path,
    String comment,
    TreeMap<String, Table> tables,
    TableQuery query,
    List<String> partitionBy,
    NotIncremental why,
    List<Expectation> rules,
    RuleProgram verdicts)
    implements CompiledView {
  public ComputedView {
    partitionBy = List.copyOf(partitionBy);
    rules = List.copyOf(rules);
  }

  /** What says which of its rows change with rows of its one table; empty when nothing does. */
  public Optional<ResultKey> key() {
    Set<Integer> partitions =
        partitionBy.stream().map(query.columns().names()::indexOf).collect(Collectors.toSet());
    return query.key() == null || isFull()
        ? Optional.empty()
        : query.key().partitionedBy(partitions);
  }

  /** True when only those of its rows are computed again that rows of its table have changed. */
  public boolean isIncremental() {
    return key().isPresent();
  }

  /** True when its author wants it to be computed whole each time. */
  public boolean isFull() {
    return why == NotIncremental.REFRESH_FULL;
  }

  /**
   * A table that the view reads.
   *
   * @param path where it is
   * @param schema what it stores
   */
  public record Table(Place path, TableSchema schema) implements Serializable {}

  @Override
  public List<String> inputs() {
    return List.copyOf(tables.keySet());
  }

  @Override
  public Set<String> lookups() {
    return query.lookups();
  }

  @Override
  public TableSchema columns() {
    return query.columns();
  }

  @Override
  public Lineage lineage() {
    return query.lineage();
  }

  @Override
  public TableDefinition definition() {
    return new TableDefinition(
        query.columns(), partitionBy, comment, TableDefinition.LOG_KEPT_A_WEEK);
  }
}
