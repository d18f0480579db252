package io.lakebeam.sql;

import java.util.Set;
import org.apache.beam.sdk.extensions.sql.impl.parser.impl.BeamSqlParserImpl;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.avatica.util.Casing;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.config.Lex;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDialect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlJdbcFunctionCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.dialect.AnsiSqlDialect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParseException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParser;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlConformance;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlConformanceEnum;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlDelegatingConformance;

/**
 * Between a query's text and its parse tree, with the parser Beam SQL itself uses. Positions in the
 * tree are those of the text. Stateless.
 *
 * <pre>{@code
 * SqlNode query = SqlText.parse("SELECT CAST(delay AS STRING) FROM flights");
 * String text = SqlText.unparse(library.rewrite(query));
 * }</pre>
 */
public final class SqlText {
  /** What Beam SQL's parser accepts and, on top of it, {@code !=} and {@code %}. */
  private static final SqlConformance CONFORMANCE =
      new SqlDelegatingConformance(SqlConformanceEnum.DEFAULT) {
        @Override
        public boolean isBangEqualAllowed() {
          return true;
        }

        @Override
        public boolean isPercentRemainderAllowed() {
          return true;
        }
      };

  private static final SqlParser.Config PARSER =
      SqlParser.config()
          .withLex(Lex.JAVA)
          .withUnquotedCasing(Casing.UNCHANGED)
          .withConformance(CONFORMANCE)
          .withParserFactory(BeamSqlParserImpl.FACTORY);

  private static final SqlDialect PRINTER = new Printer();

  private static final Set<SqlKind> QUERIES =
      Set.of(
          SqlKind.SELECT,
          SqlKind.WITH,
          SqlKind.UNION,
          SqlKind.INTERSECT,
          SqlKind.EXCEPT,
          SqlKind.ORDER_BY,
          SqlKind.VALUES);

  /** JDBC's functions tell of the machine and its user, and would bypass the library's. */
  private static final SqlBasicVisitor<Void> NO_JDBC =
      new SqlBasicVisitor<>() {
        @Override
        public Void visit(SqlCall call) {
          if (call.getOperator() instanceof SqlJdbcFunctionCall) {
            throw at(call, "{fn ...} is not possible here: call the function without it");
          }
          return super.visit(call);
        }
      };

  private SqlText() {}

  /**
   * The parse tree of one query: a SELECT, also with WITH and set operations. A trailing semicolon
   * and comments are fine.
   *
   * @throws SqlSyntaxException when the text is anything else
   */
  public static SqlNode parse(String sql) {
    String normalized = Spelling.normalize(sql);
    if (isBlank(normalized)) {
      throw new SqlSyntaxException(1, 1, "the query is empty: one SELECT is expected");
    }
    SqlNodeList statements;
    try {
      statements = SqlParser.create(normalized, PARSER).parseStmtList();
    } catch (SqlParseException e) {
      throw SyntaxErrors.explain(e, normalized);
    }
    SqlNode query = statements.get(0);
    if (statements.size() > 1) {
      throw at(statements.get(1), "a second statement: one SELECT is expected");
    }
    if (!QUERIES.contains(query.getKind())) {
      throw at(query, "only a SELECT is a query here, not " + firstWord(sql, query));
    }
    query.accept(NO_JDBC);
    return query;
  }

  /** Text that Beam SQL parses to the same tree; names in back-ticks, every call in parentheses. */
  public static String unparse(SqlNode query) {
    return query
        .toSqlString(
            c ->
                c.withDialect(PRINTER)
                    .withAlwaysUseParentheses(true)
                    .withQuoteAllIdentifiers(true)
                    .withSelectListItemsOnSeparateLines(false)
                    .withUpdateSetListNewline(false)
                    .withClauseStartsLine(false)
                    .withLineFolding(null)
                    .withIndentation(0))
        .getSql();
  }

  /** A name as it stands in a query, whatever is in it; the one place that quotes names. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Comments are closed, which {@link Spelling} has made sure of. */
  private static boolean isBlank(String sql) {
    return sql.replaceAll("--[^\\n]*+|/\\*(?s:.*?)\\*/|;", "").isBlank();
  }

  private static SqlSyntaxException at(SqlNode node, String message) {
    return new SqlSyntaxException(
        node.getParserPosition().getLineNum(), node.getParserPosition().getColumnNum(), message);
  }

  private static String firstWord(String sql, SqlNode statement) {
    String[] lines = sql.split("\n", -1);
    String line = lines[statement.getParserPosition().getLineNum() - 1];
    return line.substring(statement.getParserPosition().getColumnNum() - 1).split("\\W", 2)[0];
  }

  /** Standard SQL with back-ticks. */
  private static final class Printer extends AnsiSqlDialect {
    Printer() {
      super(AnsiSqlDialect.DEFAULT_CONTEXT.withIdentifierQuoteString("`"));
    }
  }
}
