package io.lakebeam.sql;

import io.lakebeam.sql.function.BadValueException;
import io.lakebeam.sql.function.Conversions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlAlienSystemTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUtil;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;

/** CAST, TRY_CAST and SAFE_CAST as calls of the library. */
final class Casts {
  private static final Map<String, Kind> TYPES =
      Map.ofEntries(
          Map.entry("BOOLEAN", Kind.BOOLEAN),
          Map.entry("INTEGER", Kind.INT),
          Map.entry("INT", Kind.INT),
          Map.entry("BIGINT", Kind.BIGINT),
          Map.entry("LONG", Kind.BIGINT),
          Map.entry("FLOAT", Kind.FLOAT),
          Map.entry("REAL", Kind.FLOAT),
          Map.entry("DOUBLE", Kind.DOUBLE),
          Map.entry("DECIMAL", Kind.DECIMAL),
          Map.entry("STRING", Kind.STRING),
          Map.entry("TEXT", Kind.STRING),
          Map.entry("VARCHAR", Kind.STRING),
          Map.entry("CHAR", Kind.STRING),
          Map.entry("BINARY", Kind.BINARY),
          Map.entry("VARBINARY", Kind.BINARY),
          Map.entry("DATE", Kind.DATE),
          Map.entry("TIMESTAMP", Kind.TIMESTAMP),
          Map.entry("TIMESTAMP_NTZ", Kind.TIMESTAMP),
          Map.entry("TIMESTAMP_LTZ", Kind.TIMESTAMP));

  private static final int DEFAULT_PRECISION = 10;

  private static final List<Kind> LITERAL_KINDS =
      List.of(
          Kind.BOOLEAN,
          Kind.INT,
          Kind.BIGINT,
          Kind.FLOAT,
          Kind.DOUBLE,
          Kind.DECIMAL,
          Kind.DATE,
          Kind.TIMESTAMP);

  private Casts() {}

  static SqlNode rewrite(SqlCall call) {
    boolean failing = call.getOperator().getName().equals("CAST");
    SqlNode value = call.operand(0);
    SqlParserPos pos = call.getParserPosition();
    if (!(call.operand(1) instanceof SqlDataTypeSpec type)) {
      return unsupported(call, failing, "an interval");
    }
    String name = type.getTypeNameSpec().getTypeName().getSimple().toUpperCase(Locale.ROOT);
    Kind kind = type.getCollectionsTypeName() == null ? TYPES.get(name) : null;
    if (kind == null) {
      return unsupported(call, failing, name);
    }
    if (kind == Kind.STRING && precision(type) >= 0) {
      return unsupported(call, failing, name + "(" + precision(type) + ")");
    }
    if (SqlUtil.isNullLiteral(value, false) || (literal(value, kind) && failing)) {
      return SqlStdOperatorTable.CAST.createCall(pos, value, standard(type, kind));
    }
    List<SqlNode> operands = new ArrayList<>(List.of(value));
    if (kind == Kind.DECIMAL) {
      operands.add(number(precision(type) < 0 ? DEFAULT_PRECISION : precision(type), pos));
      operands.add(number(Math.max(scale(type), 0), pos));
    }
    return Calls.function(TypedFunctions.cast(kind, failing), pos, operands);
  }

  /** What a cast that fails where there is no such value makes of its operand. */
  record Target(Kind kind, int precision, int scale) {
    boolean isNumber() {
      return kind.isNumber();
    }

    String sql() {
      return kind == Kind.DECIMAL ? "DECIMAL(" + precision + "," + scale + ")" : kind.name();
    }

    /**
     * Casts a literal.
     *
     * @throws BadValueException when it has no such value
     */
    void check(Object literal) {
      Object result =
          kind == Kind.DECIMAL
              ? Conversions.toDecimal(literal, precision, scale)
              : (literal instanceof String ? Kind.STRING : Kind.DECIMAL).now(literal, kind);
      Conversions.required(result, literal, sql());
    }
  }

  /** The target of a call that is such a cast, as the library's function or as Calcite's own. */
  static Optional<Target> target(SqlCall call) {
    String name = call.getOperator().getName();
    if (call.getKind() == SqlKind.CAST && call.operand(1) instanceof SqlDataTypeSpec type) {
      String typeName = type.getTypeNameSpec().getTypeName().getSimple().toUpperCase(Locale.ROOT);
      Kind kind = type.getCollectionsTypeName() == null ? TYPES.get(typeName) : null;
      boolean isPlain = kind != null && kind != Kind.STRING && kind != Kind.BINARY;
      boolean isSized = kind == Kind.DECIMAL && precision(type) < 0;
      return isPlain && !isSized
          ? Optional.of(new Target(kind, precision(type), Math.max(0, scale(type))))
          : Optional.empty();
    }
    for (Kind kind : LITERAL_KINDS) {
      if (LibraryOperators.isLibrary(call.getOperator())
          && name.equals(TypedFunctions.cast(kind, true))) {
        return Optional.of(
            kind == Kind.DECIMAL
                ? new Target(kind, whole(call.operand(1)), whole(call.operand(2)))
                : new Target(kind, -1, 0));
      }
    }
    return Optional.empty();
  }

  private static int whole(SqlNode literal) {
    return ((SqlNumericLiteral) literal).intValue(true);
  }

  private static SqlNode unsupported(SqlCall call, boolean failing, String type) {
    if (!failing) {
      throw new SqlSyntaxException(
          call.getParserPosition().getLineNum(),
          call.getParserPosition().getColumnNum(),
          call.getOperator().getName()
              + " to "
              + type
              + " is not supported: BOOLEAN, INT, BIGINT, FLOAT, DOUBLE, DECIMAL(p,s), STRING,"
              + " BINARY, DATE and TIMESTAMP are");
    }
    return call;
  }

  /** Numbers in the query itself need no code at run time. */
  private static boolean literal(SqlNode value, Kind kind) {
    return value instanceof SqlNumericLiteral && (kind.isNumber() && kind != Kind.DECIMAL);
  }

  /** The type as the standard writes it: Calcite knows no STRING. */
  private static SqlDataTypeSpec standard(SqlDataTypeSpec type, Kind kind) {
    if (type.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic
        && !(basic instanceof SqlAlienSystemTypeNameSpec)
        && kind != Kind.BINARY) {
      return type;
    }
    SqlTypeName sqlType =
        switch (kind) {
          case STRING -> SqlTypeName.VARCHAR;
          case BIGINT -> SqlTypeName.BIGINT;
          case BINARY -> SqlTypeName.VARBINARY;
          default -> SqlTypeName.TIMESTAMP;
        };
    SqlParserPos pos = type.getParserPosition();
    return new SqlDataTypeSpec(new SqlBasicTypeNameSpec(sqlType, pos), pos);
  }

  private static int precision(SqlDataTypeSpec type) {
    return type.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic ? basic.getPrecision() : -1;
  }

  private static int scale(SqlDataTypeSpec type) {
    return type.getTypeNameSpec() instanceof SqlBasicTypeNameSpec basic ? basic.getScale() : -1;
  }

  private static SqlNode number(int value, SqlParserPos pos) {
    return SqlLiteral.createExactNumeric(String.valueOf(value), pos);
  }
}
