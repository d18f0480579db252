package io.lakebeam.pipeline;

import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.sql.RowProgram;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What adds rows to a streaming table.
 *
 * @param name unique within the table; names the flow in logs, plans and the event log
 * @param input what the flow's rows are made of
 * @param query makes the table's rows of the input's
 * @param lookups reference tables the SQL looks up
 * @param lineage what each column that it gives is computed from
 */
public record CompiledFlow(
    String name,
    Input input,
    Query query,
    Set<String> lookups,
    Map<String, List<ColumnOrigin>> lineage)
    implements Serializable {
  public CompiledFlow {
    lookups = Set.copyOf(lookups);
  }

  /** What is asked of the input. */
  public sealed interface Query extends Serializable {}

  /** Nothing: the input's rows are the table's already. */
  public record AsIs() implements Query {}

  /** A program that makes the table's rows. */
  public record Rows(RowProgram program) implements Query {}

  /** Where a flow's rows come from. */
  public sealed interface Input extends Serializable {}

  /** The rows of a source. */
  public record FromSource(String source) implements Input {}

  /** The accepted rows of another streaming table, in the same epoch. */
  public record FromTable(String table) implements Input {}

  /** The rows of a Beam transform over sources and tables. */
  public record FromTransform(String className, List<String> from, Map<String, String> options)
      implements Input {
    /** What its rows are called. */
    static final String RELATION = "_transformed";

    public FromTransform {
      from = List.copyOf(from);
      options = Map.copyOf(options);
    }
  }
}
