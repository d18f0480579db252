package io.lakebeam.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlAlienSystemTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
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
