package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicTypeNameSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeFamily;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlShuttle;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Puts a call of a lookup function wherever a query names a column of a reference table. */
final class LookupRewriter extends SqlShuttle {
  private static final SqlParserPos NOWHERE = SqlParserPos.ZERO;

  private final String pipeline;
  private final Map<String, Lookup> lookups;
  private final Map<String, TableSchema> relations;

  /**
   * @param lookups by alias
   * @param relations schemas by the reference tables' names
   */
  LookupRewriter(String pipeline, Map<String, Lookup> lookups, Map<String, TableSchema> relations) {
    this.pipeline = pipeline;
    this.lookups = lookups;
    this.relations = relations;
  }

  void rewrite(SqlSelect select) {
    SqlNodeList list = new SqlNodeList(select.getSelectList().getParserPosition());
    for (SqlNode item : select.getSelectList()) {
      SqlNode rewritten = RowWiseQuery.withoutAlias(item).accept(this);
      list.add(Relations.as(rewritten, RowWiseQuery.nameOf(item)));
    }
    select.setSelectList(list);
    SqlNode where = select.getWhere() == null ? null : select.getWhere().accept(this);
    for (Lookup lookup : lookups.values()) {
      if (lookup.inner()) {
        where = RowWiseQuery.and(where, call("_LOOKUP_FOUND", List.of(key(lookup), id(lookup))));
      }
    }
    select.setWhere(where);
  }

  @Override
  public @Nullable SqlNode visit(SqlIdentifier identifier) {
    Lookup lookup = identifier.names.size() == 2 ? lookups.get(identifier.names.get(0)) : null;
    if (lookup == null) {
      return identifier;
    }
    Column column = relations.get(lookup.reference()).column(identifier.names.get(1)).orElseThrow();
    List<SqlNode> arguments =
        List.of(key(lookup), id(lookup), SqlLiteral.createCharString(column.name(), NOWHERE));
    if (column.type() instanceof DataType.Primitive type) {
      switch (type) {
        case STRING, INT, BIGINT, FLOAT, DOUBLE, BOOLEAN:
          return call("_LOOKUP_" + type.name(), arguments);
        case DATE:
          return cast(call("_LOOKUP_STRING", arguments), SqlTypeName.DATE);
        default:
          break;
      }
    }
    throw new UnsupportedColumnException(identifier, column);
  }

  /** A key is compared as text, so only types with one text a value may be keys. */
  static boolean canBeKey(DataType column, RelDataType value) {
    SqlTypeName type = value.getSqlTypeName();
    if (column == DataType.Primitive.STRING) {
      return SqlTypeFamily.CHARACTER.contains(value);
    }
    if (column == DataType.Primitive.INT || column == DataType.Primitive.BIGINT) {
      return SqlTypeName.INT_TYPES.contains(type);
    }
    return column == DataType.Primitive.DATE && type == SqlTypeName.DATE;
  }

  /** As {@link LookupJoin#key} puts it together. */
  private SqlNode key(Lookup lookup) {
    List<SqlNode> values = new ArrayList<>();
    for (SqlNode value : lookup.values()) {
      // A key may itself come from another lookup.
      values.add(cast(value.accept(this), SqlTypeName.VARCHAR));
    }
    SqlNode key = values.get(values.size() - 1);
    for (int i = values.size() - 2; i >= 0; i--) {
      SqlNode length =
          cast(
              SqlStdOperatorTable.CHAR_LENGTH.createCall(NOWHERE, values.get(i)),
              SqlTypeName.VARCHAR);
      SqlNode colon = SqlLiteral.createCharString(":", NOWHERE);
      key = concat(concat(concat(length, colon), values.get(i)), key);
    }
    return key;
  }

  private SqlNode id(Lookup lookup) {
    return SqlLiteral.createCharString(lookup.join(pipeline).id(), NOWHERE);
  }

  private static SqlNode concat(SqlNode left, SqlNode right) {
    return SqlStdOperatorTable.CONCAT.createCall(NOWHERE, left, right);
  }

  private static SqlNode cast(SqlNode value, SqlTypeName type) {
    return SqlStdOperatorTable.CAST.createCall(
        NOWHERE, value, new SqlDataTypeSpec(new SqlBasicTypeNameSpec(type, NOWHERE), NOWHERE));
  }

  private static SqlNode call(String function, List<SqlNode> arguments) {
    SqlUnresolvedFunction operator =
        new SqlUnresolvedFunction(
            new SqlIdentifier(function, NOWHERE),
            null,
            null,
            null,
            null,
            SqlFunctionCategory.USER_DEFINED_FUNCTION);
    return operator.createCall(NOWHERE, arguments);
  }

  /** A column of a reference table that no lookup function returns. */
  static final class UnsupportedColumnException extends RuntimeException {
    private final transient SqlIdentifier identifier;
    private final transient Column column;

    UnsupportedColumnException(SqlIdentifier identifier, Column column) {
      super(column.name());
      this.identifier = identifier;
      this.column = column;
    }

    InvalidQueryException explain(Positions positions) {
      return RowWiseQuery.problem(
          positions,
          identifier,
          "column " + column.name() + " cannot be looked up",
          "it has the type " + column.type().sql(),
          "declare it as STRING in the reference source and CAST it in the query");
    }
  }
}
