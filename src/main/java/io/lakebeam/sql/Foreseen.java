package io.lakebeam.sql;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.sql.function.BadValueException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What fails on every row that comes to it, seen before there are rows: patterns that are none,
 * divisions by a zero that is written out, casts of a literal that has no such value. Looks at
 * literals only, so what it tells is certain; what it does not tell may fail nevertheless.
 */
final class Foreseen extends SqlBasicVisitor<Void> {
  private final Positions positions;
  private final Function<SqlNode, @Nullable RelDataType> types;
  private final List<Problem> problems = new ArrayList<>();

  private Foreseen(Positions positions, Function<SqlNode, @Nullable RelDataType> types) {
    this.positions = positions;
    this.types = types;
  }

  /**
   * What fails in a validated tree.
   *
   * @param types of the tree's nodes, where they are known
   */
  static List<Problem> in(
      SqlNode tree, Positions positions, Function<SqlNode, @Nullable RelDataType> types) {
    Foreseen foreseen = new Foreseen(positions, types);
    tree.accept(foreseen);
    return foreseen.problems;
  }

  @Override
  public @Nullable Void visit(SqlCall call) {
    if (call.getKind() == SqlKind.DIVIDE || call.getKind() == SqlKind.MOD) {
      division(call);
    } else if (LibraryOperators.isLibrary(call.getOperator())) {
      LiteralPatterns.of(call).ifPresent(cause -> tell(call.operand(1), "pattern", cause));
      cast(call);
    } else if (call.getKind() == SqlKind.CAST) {
      cast(call);
    }
    return call.getOperator().acceptCall(this, call);
  }

  private void tell(SqlNode at, String what, String cause) {
    add(
        at,
        "this " + what + " cannot be used",
        cause,
        "mend the " + what + "; it would fail on every row");
  }

  /** Numbers that are not exact give infinity. */
  private void division(SqlCall call) {
    boolean isZero =
        Literals.number(call.operand(1)).filter(number -> number.signum() == 0).isPresent();
    if (isZero && isExact(call.operand(0)) && isExact(call.operand(1))) {
      add(
          call.operand(1),
          "this divides by zero",
          "the divisor is 0 in every row",
          "divide by something else, or leave the expression out");
    }
  }

  private boolean isExact(SqlNode operand) {
    RelDataType type = types.apply(operand);
    if (type == null) {
      return Literals.number(operand).isPresent();
    }
    return switch (Kind.of(type)) {
      case SMALL, INT, BIGINT, DECIMAL -> true;
      default -> false;
    };
  }

  private void cast(SqlCall call) {
    Optional<Casts.Target> target = Casts.target(call);
    Optional<Object> value = target.isEmpty() ? Optional.empty() : Literals.value(call.operand(0));
    if (value.isEmpty()) {
      return;
    }
    try {
      target.get().check(value.get());
    } catch (BadValueException e) {
      String text =
          value.get() instanceof BigDecimal number
              ? number.toPlainString()
              : "'" + value.get() + "'";
      add(
          call.operand(0),
          text + " is not a valid " + target.get().sql(),
          "the cast would fail on every row",
          "write a value of the type, or compare with a value of another type");
    }
  }

  private void add(SqlNode at, String problem, String cause, String fix) {
    SqlParserPos position = at.getParserPosition();
    SourceLocation place =
        positions.at(Math.max(1, position.getLineNum()), Math.max(1, position.getColumnNum()));
    problems.add(new Problem(place, problem, cause, fix));
  }
}
