package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.collection.Iterator;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BasePredicate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.JoinedRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.MutableProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Predicate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecificInternalRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import java.util.List;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Steps at work, with code generated for them; for one thread. Rows that it gives are good until
 * the next row is taken.
 */
public final class Evaluation {
  private final Stage first;
  private final Last last = new Last();

  /**
   * Generates the code.
   *
   * @param tables those that are joined with
   */
  public Evaluation(List<Step> steps, MemoryTables tables) {
    Stage stage = last;
    for (int i = steps.size() - 1; i >= 0; i--) {
      stage = stage(steps.get(i), stage, tables);
    }
    this.first = stage;
  }

  /** Takes one row; whatever fails on it is thrown. */
  public void take(InternalRow row, Consumer<InternalRow> out) {
    last.out = out;
    first.take(row);
  }

  private static Stage stage(Step step, Stage next, MemoryTables tables) {
    if (step instanceof Step.Filter filter) {
      BasePredicate predicate = GeneratedCode.of(() -> Predicate.create(filter.condition()));
      return row -> {
        if (predicate.eval(row)) {
          next.take(row);
        }
      };
    }
    if (step instanceof Step.Project project) {
      MutableProjection projection = projection(project.columns());
      return row -> next.take(projection.apply(row));
    }
    if (step instanceof Step.Expand expand) {
      List<MutableProjection> rows = expand.rows().stream().map(Evaluation::projection).toList();
      return row -> rows.forEach(each -> next.take(each.apply(row)));
    }
    if (step instanceof Step.Generate generate) {
      return new Generated(generate, next);
    }
    return new Joined((Step.Join) step, tables, next);
  }

  /** Gives the same row each time, with other values. */
  public static MutableProjection projection(List<Expression> columns) {
    List<DataType> types = columns.stream().map(Expression::dataType).toList();
    return GeneratedCode.of(() -> MutableProjection.create(Scala.seq(columns)))
        .target(new SpecificInternalRow(Scala.seq(types)));
  }

  /** What is done with a row. */
  private interface Stage {
    void take(InternalRow row);
  }

  /** Hands rows out. */
  private static final class Last implements Stage {
    private Consumer<InternalRow> out = row -> {};

    @Override
    public void take(InternalRow row) {
      out.accept(row);
    }
  }

  /** A row for each that a generator gives. */
  private static final class Generated implements Stage {
    private final Step.Generate step;
    private final InternalRow nothing;
    private final JoinedRow joined = new JoinedRow();
    private final Stage next;

    Generated(Step.Generate step, Stage next) {
      this.step = step;
      this.nothing = new GenericInternalRow(step.columns());
      this.next = next;
    }

    @Override
    public void take(InternalRow row) {
      boolean any = give(row, step.generator().eval(row).iterator());
      any |= give(row, step.generator().terminate().iterator());
      if (!any && step.outer()) {
        next.take(joined.apply(row, nothing));
      }
    }

    private boolean give(InternalRow row, Iterator<InternalRow> generated) {
      boolean any = false;
      while (generated.hasNext()) {
        any = true;
        next.take(joined.apply(row, generated.next()));
      }
      return any;
    }
  }

  /** A row for each that matches. */
  private static final class Joined implements Stage {
    private final Step.Join step;
    private final MemoryTables.Index index;
    private final JoinKey key;
    private final @Nullable BasePredicate condition;
    private final InternalRow nothing;
    private final JoinedRow joined = new JoinedRow();
    private final Stage next;

    Joined(Step.Join step, MemoryTables tables, Stage next) {
      this.step = step;
      this.index = tables.index(step);
      this.key = new JoinKey(step.leftKeys());
      Expression rest = step.condition();
      this.condition = rest == null ? null : GeneratedCode.of(() -> Predicate.create(rest));
      this.nothing = new GenericInternalRow(step.right().columns());
      this.next = next;
    }

    @Override
    public void take(InternalRow row) {
      boolean any = false;
      boolean isSemi =
          step.kind() == Step.Join.Kind.LEFT_SEMI || step.kind() == Step.Join.Kind.LEFT_ANTI;
      for (InternalRow match : index.matches(key.of(row))) {
        if (condition == null || condition.eval(joined.apply(row, match))) {
          any = true;
          if (isSemi) {
            break;
          }
          next.take(joined.apply(row, match));
        }
      }
      switch (step.kind()) {
        case LEFT_OUTER -> {
          if (!any) {
            next.take(joined.apply(row, nothing));
          }
        }
        case LEFT_SEMI -> {
          if (any) {
            next.take(row);
          }
        }
        case LEFT_ANTI -> {
          if (!any) {
            next.take(row);
          }
        }
        case INNER -> {}
      }
    }
  }
}
