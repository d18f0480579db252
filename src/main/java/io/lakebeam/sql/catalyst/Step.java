package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Generator;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One thing that a query does with a row. Expressions read the columns of the row by their number.
 */
public sealed interface Step extends Serializable {
  /** All that it computes. */
  List<Expression> expressions();

  /** Relations that the steps join with. */
  static Set<String> joined(List<Step> steps) {
    Set<String> relations = new LinkedHashSet<>();
    for (Step step : steps) {
      if (step instanceof Join join) {
        relations.add(join.right().relation());
        relations.addAll(joined(join.right().steps()));
      }
    }
    return relations;
  }

  /** Keeps a row on which the condition is TRUE. */
  record Filter(Expression condition) implements Step {
    @Override
    public List<Expression> expressions() {
      return List.of(condition);
    }
  }

  /** Makes a row of the expressions' values. */
  record Project(List<Expression> columns) implements Step {
    public Project {
      columns = List.copyOf(columns);
    }

    @Override
    public List<Expression> expressions() {
      return columns;
    }
  }

  /**
   * Puts each row that the generator gives behind the row.
   *
   * @param outer true when a row for which it gives none is kept, with NULLs behind it
   * @param columns how many it gives
   */
  record Generate(Generator generator, boolean outer, int columns) implements Step {
    @Override
    public List<Expression> expressions() {
      return List.of((Expression) generator);
    }
  }

  /** Makes a row of each of the lists of expressions. */
  record Expand(List<List<Expression>> rows) implements Step {
    public Expand {
      rows = rows.stream().map(List::copyOf).toList();
    }

    @Override
    public List<Expression> expressions() {
      return rows.stream().flatMap(List::stream).toList();
    }
  }

  /**
   * Puts each matching row of a table that is held in memory behind the row.
   *
   * @param right the table's rows
   * @param kind of join
   * @param leftKeys over the row
   * @param rightKeys over the table's rows; each is equal to the left key of its place
   * @param condition over both rows, one behind the other; null when the keys say all
   */
  record Join(
      Rows right,
      Kind kind,
      List<Expression> leftKeys,
      List<Expression> rightKeys,
      @Nullable Expression condition)
      implements Step {
    public Join {
      leftKeys = List.copyOf(leftKeys);
      rightKeys = List.copyOf(rightKeys);
    }

    @Override
    public List<Expression> expressions() {
      List<Expression> all = new ArrayList<>(leftKeys);
      all.addAll(rightKeys);
      if (condition != null) {
        all.add(condition);
      }
      right.steps().forEach(step -> all.addAll(step.expressions()));
      return all;
    }

    /** What becomes of a row that matches none, one or many. */
    public enum Kind {
      /** A row for each match. */
      INNER,
      /** A row for each match; with NULLs when there is none. */
      LEFT_OUTER,
      /** The row alone when there is a match. */
      LEFT_SEMI,
      /** The row alone when there is none. */
      LEFT_ANTI
    }
  }

  /**
   * Rows of a relation after some steps.
   *
   * @param relation a source or dataset
   * @param steps in their order
   * @param columns how many the rows have then
   */
  record Rows(String relation, List<Step> steps, int columns) implements Serializable {
    private static final Pattern NUMBERS = Pattern.compile("#\\d+L?");

    /** What may stand beside a text, too. */
    private static final Pattern UNCLEAR = Pattern.compile("[#,()=]");

    public Rows {
      steps = List.copyOf(steps);
    }

    /** What the steps compute, as a text that is the same for the same query in every process. */
    public String text() {
      // Names that Catalyst gives to what has none carry a number that it has counted up.
      return NUMBERS.matcher(steps.toString()).replaceAll("") + unclear(steps);
    }

    /** Texts that queries name, where what is around them could be taken for a part of them. */
    private static String unclear(List<Step> steps) {
      StringBuilder unclear = new StringBuilder();
      for (Step step : steps) {
        for (Expression expression : step.expressions()) {
          Scala.rewrite(
              expression,
              each -> {
                boolean isText =
                    each instanceof Literal literal && literal.value() instanceof UTF8String;
                String text = isText ? ((Literal) each).value().toString() : "";
                if (UNCLEAR.matcher(text).find()) {
                  unclear.append('\n').append(text.length()).append(':').append(text);
                }
                return each;
              });
        }
      }
      return unclear.toString();
    }

    /** True when one row may become many. */
    public boolean mayMultiply() {
      return steps.stream()
          .anyMatch(
              step ->
                  step instanceof Generate
                      || step instanceof Expand
                      || step instanceof Join join
                          && (join.kind() == Join.Kind.INNER
                              || join.kind() == Join.Kind.LEFT_OUTER));
    }
  }
}
