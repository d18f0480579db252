package io.lakebeam.sql;

import java.math.BigDecimal;
import java.util.Optional;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCharStringLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNumericLiteral;

/** Values that are written out in a query. */
final class Literals {
  private Literals() {}

  /** A text. */
  static Optional<String> text(SqlNode node) {
    return node instanceof SqlCharStringLiteral literal
        ? Optional.of(literal.getValueAs(String.class))
        : Optional.empty();
  }

  /** A number, also with a sign, and also when it is cast. */
  static Optional<BigDecimal> number(SqlNode node) {
    if (node instanceof SqlNumericLiteral literal) {
      return Optional.of(literal.bigDecimalValue());
    }
    if (node instanceof SqlCall call && call.getKind() == SqlKind.MINUS_PREFIX) {
      return number(call.operand(0)).map(BigDecimal::negate);
    }
    boolean isCast =
        node instanceof SqlCall call
            && Casts.target(call).filter(Casts.Target::isNumber).isPresent();
    return isCast ? number(((SqlCall) node).operand(0)) : Optional.empty();
  }

  /** A text or a number. */
  static Optional<Object> value(SqlNode node) {
    Optional<String> text = text(node);
    return text.isPresent() ? Optional.of(text.get()) : number(node).map(number -> number);
  }
}
