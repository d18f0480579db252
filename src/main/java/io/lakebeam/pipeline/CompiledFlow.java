package io.lakebeam.pipeline;

import io.lakebeam.graph.Lineage;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.catalyst.StoredTable;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What adds rows to a streaming table.
 *
 * @param name unique within the table; names the flow in logs, plans and the event log
 * @param input what the flow's rows are made of
 * @param query makes the table's rows of the input's
 * @param lookups reference tables the SQL looks up
 * @param joined tables of the lake that the SQL joins with, as they stand
 * @param lineage what the columns that it gives follow from
 */
public record CompiledFlow(
    String name,
    Input input,
    Query query,
    Set<String> lookups,
    List<StoredTable> joined,
    Lineage lineage)
    implements Serializable {
  public CompiledFlow {
    lookups = Set.copyOf(lookups);
    joined = List.copyOf(joined);
  }

  /** The sources and tables whose rows it takes, each row once. */
  public List<String> takes() {
    return input.match(
        source -> List.of(source.source()), table -> List.of(table.table()), FromTransform::from);
  }

  /** What is asked of the input. */
  public sealed interface Query extends Serializable {}

  /** Nothing: the input's rows are the table's already. */
  public record AsIs() implements Query {}

  /** A program that makes the table's rows. */
  public record Rows(RowProgram program) implements Query {}

  /** Where a flow's rows come from. */
  public sealed interface Input extends Serializable {
    /** An answer for an input of any kind. */
    <R> R match(
        Function<FromSource, R> ofSource,
        Function<FromTable, R> ofTable,
        Function<FromTransform, R> ofTransform);
  }

  /** The rows of a source. */
  public record FromSource(String source) implements Input {
    @Override
    public <R> R match(
        Function<FromSource, R> ofSource,
        Function<FromTable, R> ofTable,
        Function<FromTransform, R> ofTransform) {
      return ofSource.apply(this);
    }
  }

  /** The accepted rows of another streaming table, in the same epoch. */
  public record FromTable(String table) implements Input {
    @Override
    public <R> R match(
        Function<FromSource, R> ofSource,
        Function<FromTable, R> ofTable,
        Function<FromTransform, R> ofTransform) {
      return ofTable.apply(this);
    }
  }

  /** The rows of a Beam transform over sources and tables. */
  public record FromTransform(String className, List<String> from, Map<String, String> options)
      implements Input {
    /** What its rows are called. */
    public static final String RELATION = "_transformed";

    public FromTransform {
      from = List.copyOf(from);
      options = Map.copyOf(options);
    }

    @Override
    public <R> R match(
        Function<FromSource, R> ofSource,
        Function<FromTable, R> ofTable,
        Function<FromTransform, R> ofTransform) {
      return ofTransform.apply(this);
    }
  }
}
