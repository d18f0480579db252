package io.lakebeam.pipeline;

import io.lakebeam.sql.LookupJoin;
import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * What adds rows to a streaming table.
 *
 * @param name unique within the table; names the flow in logs, plans and the event log
 * @param input what the flow's rows are made of
 * @param query makes the table's rows of the input's
 * @param lookups reference tables the SQL looks up
 */
public record CompiledFlow(String name, Input input, Query query, List<LookupJoin> lookups)
    implements Serializable {
  public CompiledFlow {
    lookups = List.copyOf(lookups);
  }

  /** What is asked of the input. */
  public sealed interface Query extends Serializable {}

  /** Nothing: the input's rows are the table's already, and no rule looks at them. */
  public record AsIs() implements Query {}

  /**
   * SQL that selects the table's row schema, then one verdict a rule.
   *
   * @param relation the name under which it reads the input
   * @param columns the row schema's, as a SELECT list
   * @param verdicts conditions over {@link #ROW}, which has the row schema's columns
   * @param from what the SELECT reads, called {@link #ROW}
   */
  public record Sql(String relation, String columns, List<String> verdicts, String from)
      implements Query {
    /** What a flow's own rows are called in the SQL around them. */
    static final String ROW = "t";

    public Sql {
      verdicts = List.copyOf(verdicts);
    }

    /** Rows and verdicts at once. */
    public String text() {
      StringBuilder items = new StringBuilder(columns);
      for (int i = 0; i < verdicts.size(); i++) {
        items.append(", ").append(verdicts.get(i)).append(" AS `_verdict_").append(i).append('`');
      }
      return select(items.toString(), from);
    }

    /** Rows without verdicts. */
    String rowsText() {
      return select(columns, from);
    }

    /** A rule's verdict on a row that {@link #rowsText} gives. */
    String verdictText(int rule) {
      return select(verdicts.get(rule) + " AS `_verdict`", "`" + JudgedQuery.RELATION + "`");
    }

    private static String select(String items, String from) {
      return "SELECT " + items + " FROM " + from + " AS `" + ROW + "`";
    }
  }

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
