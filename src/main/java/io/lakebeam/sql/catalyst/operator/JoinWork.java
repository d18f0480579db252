package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BasePredicate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.JoinedRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Predicate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.catalyst.GeneratedCode;
import io.lakebeam.sql.catalyst.JoinKey;
import io.lakebeam.sql.catalyst.operator.Operator.Join.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A join at work: right rows are in memory by their keys, left rows come one by one. */
final class JoinWork extends OperatorWork {
  private final Operator.Join join;
  private final JoinKey leftKey;
  private final JoinKey rightKey;
  private final @Nullable BasePredicate condition;
  private final InternalRow noLeft;
  private final InternalRow noRight;
  private final InternalRow isThere = new GenericInternalRow(new Object[] {true});
  private final InternalRow isNotThere = new GenericInternalRow(new Object[] {false});
  private final JoinedRow joined = new JoinedRow();

  JoinWork(Operator.Join join) {
    this.join = join;
    this.leftKey = new JoinKey(join.leftKeys());
    this.rightKey = new JoinKey(join.rightKeys());
    Expression rest = join.condition();
    this.condition = rest == null ? null : GeneratedCode.of(() -> Predicate.create(rest));
    this.noLeft = new GenericInternalRow(join.left());
    this.noRight = new GenericInternalRow(join.right());
  }

  /** A right row, and whether a left one has met it. */
  private static final class Right {
    private final UnsafeRow row;
    private boolean isMet;

    Right(UnsafeRow row) {
      this.row = row;
    }
  }

  @Override
  public void run(Rows rows, boolean isFirst, Consumer<InternalRow> out) {
    boolean keepsRight = join.kind() == Kind.RIGHT_OUTER || join.kind() == Kind.FULL_OUTER;
    Map<UnsafeRow, List<Right>> index = new HashMap<>();
    List<Right> withoutKey = new ArrayList<>();
    rows.forEach(
        1,
        row -> {
          UnsafeRow key = rightKey.of(row);
          if (key != null) {
            List<Right> others = index.get(key);
            if (others == null) {
              others = new ArrayList<>(1);
              index.put(key.copy(), others);
            }
            others.add(new Right(row.copy()));
          } else if (keepsRight) {
            withoutKey.add(new Right(row.copy()));
          }
        });
    rows.forEach(
        0,
        row -> {
          UnsafeRow key = leftKey.of(row);
          left(row, key == null ? List.of() : index.getOrDefault(key, List.of()), out);
        });
    if (keepsRight) {
      index.values().forEach(all -> all.forEach(right -> unmet(right, out)));
      withoutKey.forEach(right -> unmet(right, out));
    }
  }

  private void unmet(Right right, Consumer<InternalRow> out) {
    if (!right.isMet) {
      out.accept(joined.apply(noLeft, right.row));
    }
  }

  private void left(UnsafeRow row, List<Right> candidates, Consumer<InternalRow> out) {
    Kind kind = join.kind();
    boolean any = false;
    for (Right right : candidates) {
      if (condition != null && !condition.eval(joined.apply(row, right.row))) {
        continue;
      }
      if (any && kind == Kind.SINGLE) {
        throw new IllegalStateException("a query inside an expression gives more than one row");
      }
      any = true;
      right.isMet = true;
      if (kind == Kind.LEFT_SEMI || kind == Kind.LEFT_ANTI || kind == Kind.EXISTENCE) {
        break;
      }
      out.accept(joined.apply(row, right.row));
    }
    switch (kind) {
      case LEFT_OUTER, FULL_OUTER, SINGLE -> {
        if (!any) {
          out.accept(joined.apply(row, noRight));
        }
      }
      case LEFT_SEMI -> {
        if (any) {
          out.accept(row);
        }
      }
      case LEFT_ANTI -> {
        if (!any) {
          out.accept(row);
        }
      }
      case EXISTENCE -> out.accept(joined.apply(row, any ? isThere : isNotThere));
      case INNER, RIGHT_OUTER -> {}
    }
  }
}
