package io.lakebeam.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUtil;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Conditions that are TRUE on no row, whatever is in it: comparisons with a NULL that is written
 * out, and conditions of literals. Finds few of them, and only such.
 */
final class NeverTrue extends SqlBasicVisitor<Void> {
  private final List<SqlNode> comparisons = new ArrayList<>();

  private NeverTrue() {}

  /** Comparisons with NULL, anywhere in a condition. */
  static List<SqlNode> comparisonsWithNull(SqlNode condition) {
    NeverTrue found = new NeverTrue();
    condition.accept(found);
    return found.comparisons;
  }

  @Override
  public @Nullable Void visit(SqlCall call) {
    boolean isNever =
        switch (call.getKind()) {
          case EQUALS,
                  NOT_EQUALS,
                  LESS_THAN,
                  LESS_THAN_OR_EQUAL,
                  GREATER_THAN,
                  GREATER_THAN_OR_EQUAL,
                  SIMILAR ->
              call.getOperandList().stream().anyMatch(NeverTrue::isNull);
          case BETWEEN ->
              !call.getOperator().getName().startsWith("NOT")
                  && call.getOperandList().stream().anyMatch(NeverTrue::isNull);
          case IN ->
              call.operand(1) instanceof SqlNodeList list
                  && list.stream().allMatch(NeverTrue::isNull);
          default ->
              call.getOperator().getName().equals("LIKE_TEXT")
                  && call.getOperandList().stream().anyMatch(NeverTrue::isNull);
        };
    if (isNever) {
      comparisons.add(call);
    }
    return call.getOperator().acceptCall(this, call);
  }

  private static boolean isNull(SqlNode node) {
    return SqlUtil.isNullLiteral(node, true);
  }

  /** True when a condition is FALSE or NULL by its literals alone. */
  static boolean isConstant(SqlNode condition) {
    Truth truth = truth(condition);
    return truth == Truth.FALSE || truth == Truth.NULL;
  }

  private enum Truth {
    TRUE,
    FALSE,
    NULL,
    UNKNOWN;

    Truth not() {
      return this == TRUE ? FALSE : this == FALSE ? TRUE : this;
    }

    Truth and(Truth other) {
      if (this == FALSE || other == FALSE) {
        return FALSE;
      }
      if (this == UNKNOWN || other == UNKNOWN) {
        return this == NULL || other == NULL ? NULL : UNKNOWN;
      }
      return this == NULL || other == NULL ? NULL : TRUE;
    }

    static Truth of(boolean value) {
      return value ? TRUE : FALSE;
    }
  }

  /** NULL also stands for "FALSE or NULL": neither is TRUE, and NOT is not asked of it. */
  private static Truth truth(SqlNode node) {
    if (isNull(node)) {
      return Truth.NULL;
    }
    if (node instanceof SqlLiteral literal && literal.getValue() instanceof Boolean value) {
      return Truth.of(value);
    }
    if (!(node instanceof SqlCall call)) {
      return Truth.UNKNOWN;
    }
    return switch (call.getKind()) {
      case AND -> truth(call.operand(0)).and(truth(call.operand(1)));
      case OR -> {
        Truth left = truth(call.operand(0));
        Truth right = truth(call.operand(1));
        boolean bothNever = isNever(left) && isNever(right);
        yield left == Truth.TRUE || right == Truth.TRUE
            ? Truth.TRUE
            : bothNever ? (left == Truth.FALSE ? right : left) : Truth.UNKNOWN;
      }
      case NOT -> {
        Truth truth = truth(call.operand(0));
        yield truth == Truth.NULL ? Truth.UNKNOWN : truth.not();
      }
      default -> comparison(call).map(Truth::of).orElse(Truth.UNKNOWN);
    };
  }

  private static boolean isNever(Truth truth) {
    return truth == Truth.FALSE || truth == Truth.NULL;
  }

  private static Optional<Boolean> comparison(SqlCall call) {
    if (call.operandCount() != 2 || !SqlKind.COMPARISON.contains(call.getKind())) {
      return Optional.empty();
    }
    Optional<BigDecimal> left = Literals.number(call.operand(0));
    Optional<BigDecimal> right = Literals.number(call.operand(1));
    if (left.isPresent() && right.isPresent()) {
      return holds(call.getKind(), left.get().compareTo(right.get()));
    }
    Optional<String> text = Literals.text(call.operand(0));
    Optional<String> other = Literals.text(call.operand(1));
    return text.isPresent() && other.isPresent()
        ? holds(call.getKind(), text.get().compareTo(other.get()))
        : Optional.empty();
  }

  private static Optional<Boolean> holds(SqlKind kind, int order) {
    return switch (kind) {
      case EQUALS -> Optional.of(order == 0);
      case NOT_EQUALS -> Optional.of(order != 0);
      case LESS_THAN -> Optional.of(order < 0);
      case LESS_THAN_OR_EQUAL -> Optional.of(order <= 0);
      case GREATER_THAN -> Optional.of(order > 0);
      case GREATER_THAN_OR_EQUAL -> Optional.of(order >= 0);
      default -> Optional.empty();
    };
  }
}
