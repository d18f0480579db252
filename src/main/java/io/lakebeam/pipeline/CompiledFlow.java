package io.lakebeam.pipeline;

import io.lakebeam.sql.LookupJoin;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What adds rows to a streaming table.
 *
 * @param name unique within the table; names the flow in logs, plans and the event log
 * @param input what the flow's rows are made of
 * @param sql reads the input under its name; selects the table's row schema and one verdict a rule.
 *     Empty when the input's rows are the table's already
 * @param lookups reference tables the SQL looks up
 */
public record CompiledFlow(String name, Input input, Optional<Sql> sql, List<LookupJoin> lookups)
    implements Serializable {
  public CompiledFlow {
    lookups = List.copyOf(lookups);
  }

  /** A query and the name of the relation it reads. */
  public record Sql(String relation, String text) implements Serializable {}

  /** Where a flow's rows come from. */
  public sealed interface Input extends Serializable {}

  /** The rows of a source. */
  public record FromSource(String source) implements Input {}

  /** The accepted rows of another streaming table, in the same epoch. */
  public record FromTable(String table) implements Input {}

  /** The rows of a Beam transform over sources and tables. */
  public record FromTransform(String className, List<String> from, Map<String, String> options)
      implements Input {
    /** The relation's name in the SQL that follows the transform. */
    static final String RELATION = "_transformed";

    public FromTransform {
      from = List.copyOf(from);
      options = Map.copyOf(options);
    }
  }
}
