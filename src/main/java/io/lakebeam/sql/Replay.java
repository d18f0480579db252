package io.lakebeam.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlJoin;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlShuttle;

/** Functions whose answer depends on when, where or how often they are asked. */
final class Replay {
  private static final Set<String> NOW =
      Set.of("CURRENT_TIMESTAMP", "NOW", "LOCALTIMESTAMP", "GETDATE");
  private static final Set<String> TODAY = Set.of("CURRENT_DATE", "CURDATE");

  private static final Set<String> REFUSED =
      Set.of(
          "RAND",
          "RANDOM",
          "RANDN",
          "RAND_INTEGER",
          "RANDSTR",
          "UNIFORM",
          "UUID",
          "SHUFFLE",
          "CURRENT_TIME",
          "LOCALTIME",
          "CURRENT_TIMEZONE",
          "USER",
          "CURRENT_USER",
          "SESSION_USER",
          "SYSTEM_USER",
          "CURRENT_ROLE",
          "CURRENT_CATALOG",
          "CURRENT_SCHEMA",
          "CURRENT_DATABASE",
          "CURRENT_PATH",
          "INPUT_FILE_NAME",
          "MONOTONICALLY_INCREASING_ID",
          "SPARK_PARTITION_ID");

  /** What is a function without parentheses, too. */
  private static final Set<String> KEYWORDS =
      Set.of(
          "CURRENT_TIMESTAMP",
          "LOCALTIMESTAMP",
          "CURRENT_DATE",
          "CURRENT_TIME",
          "LOCALTIME",
          "USER",
          "CURRENT_USER",
          "SESSION_USER",
          "SYSTEM_USER",
          "CURRENT_ROLE",
          "CURRENT_CATALOG",
          "CURRENT_SCHEMA",
          "CURRENT_PATH");

  private Replay() {}

  /** All of them but those that {@link #bind} can tie to a column. */
  static List<FunctionLibrary.Use> refused(SqlNode query) {
    List<FunctionLibrary.Use> found = new ArrayList<>();
    query.accept(
        new SqlBasicVisitor<Void>() {
          @Override
          public Void visit(SqlCall call) {
            if (isFunction(call)) {
              check(Spelling.function(call.getOperator().getName()), call.getParserPosition());
            }
            return super.visit(call);
          }

          @Override
          public Void visit(SqlIdentifier id) {
            if (isKeyword(id)) {
              check(Spelling.function(id.getSimple()), id.getParserPosition());
            }
            return null;
          }

          private void check(String name, SqlParserPos pos) {
            if (REFUSED.contains(name)) {
              found.add(new FunctionLibrary.Use(name, pos));
            }
          }
        });
    return found;
  }

  /** The query with every current time and date taken from a column. */
  static SqlNode bind(SqlNode query, String column) {
    return query.accept(new Binder(column));
  }

  private static boolean isFunction(SqlCall call) {
    return call.getOperator() instanceof SqlUnresolvedFunction;
  }

  /**
   * CURRENT_TIME and the like are parsed as names. Others, as UUID, are functions only when they
   * are called: as a name they are a column's.
   */
  private static boolean isKeyword(SqlIdentifier id) {
    return id.isSimple()
        && !id.isStar()
        && !id.isComponentQuoted(0)
        && KEYWORDS.contains(Spelling.function(id.getSimple()));
  }

  /** Knows the tables of the SELECT it is in: with several the column is that of the first. */
  private static final class Binder extends SqlShuttle {
    private final String column;
    private final Deque<SqlSelect> selects = new ArrayDeque<>();

    Binder(String column) {
      this.column = column;
    }

    @Override
    public SqlNode visit(SqlCall call) {
      if (call instanceof SqlSelect select) {
        selects.push(select);
        SqlNode visited = super.visit(call);
        selects.pop();
        return visited;
      }
      if (isFunction(call)) {
        String name = Spelling.function(call.getOperator().getName());
        SqlParserPos pos = call.getParserPosition();
        if (call.operandCount() == 0 && name.equals("UNIX_TIMESTAMP")) {
          return Calls.function("UNIX_SECONDS", pos, time(pos));
        }
        SqlNode bound = bound(name, pos);
        if (bound != null && call.operandCount() == 0) {
          return bound;
        }
      }
      return super.visit(call);
    }

    @Override
    public SqlNode visit(SqlIdentifier id) {
      SqlNode bound =
          isKeyword(id) ? bound(Spelling.function(id.getSimple()), id.getParserPosition()) : null;
      return bound == null ? id : bound;
    }

    private SqlNode bound(String name, SqlParserPos pos) {
      if (NOW.contains(name)) {
        return time(pos);
      }
      return TODAY.contains(name) ? Calls.function("CAST_DATE", pos, time(pos)) : null;
    }

    private SqlNode time(SqlParserPos pos) {
      SqlNode from = selects.isEmpty() ? null : selects.peek().getFrom();
      boolean joined = from instanceof SqlJoin;
      while (from instanceof SqlJoin join) {
        from = join.getLeft();
      }
      if (joined && from.getKind() == SqlKind.AS) {
        from = ((SqlCall) from).operand(1);
      }
      return joined && from instanceof SqlIdentifier table
          ? new SqlIdentifier(List.of(table.names.get(table.names.size() - 1), column), pos)
          : new SqlIdentifier(column, pos);
    }
  }
}
