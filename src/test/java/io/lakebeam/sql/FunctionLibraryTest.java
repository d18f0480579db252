package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.sql.function.BadValueException;
import io.lakebeam.sql.function.Conversions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.apache.beam.sdk.extensions.sql.impl.planner.BeamJavaTypeFactory;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.config.CalciteConnectionConfigImpl;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.jdbc.CalciteSchema;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.prepare.CalciteCatalogReader;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.runtime.CalciteContextException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.schema.impl.AbstractTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlValidator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlValidatorUtil;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.util.Litmus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FunctionLibraryTest {
  private static final FunctionLibrary LIBRARY = FunctionLibrary.standard();

  /** A user's function. */
  public static final class Shout implements BeamSqlUdf {
    public static String eval(String text) {
      return text + "!";
    }
  }

  /** Another kind of user's function. */
  public static final class Increment implements SerializableFunction<Integer, Integer> {
    @Override
    public Integer apply(Integer number) {
      return number + 1;
    }
  }

  private static String rewritten(String sql) {
    return SqlText.unparse(LIBRARY.rewrite(SqlText.parse(sql)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '^',
      textBlock =
          """
          TRY_CAST(a AS INT)            ~ `TRY_CAST_INT`(`a`)
          SAFE_CAST(a AS STRING)        ~ `TRY_CAST_STRING`(`a`)
          CAST(a AS STRING)             ~ `CAST_STRING`(`a`)
          CAST(a AS DECIMAL(10, 2))     ~ `CAST_DECIMAL`(`a`, 10, 2)
          CAST(a AS DECIMAL)            ~ `CAST_DECIMAL`(`a`, 10, 0)
          CAST(NULL AS STRING)          ~ CAST(NULL AS VARCHAR)
          CAST(a AS TIME)               ~ CAST(`a` AS TIME)
          CAST(a AS VARCHAR(3))         ~ CAST(`a` AS VARCHAR(3))
          IF(a, b, c)                   ~ (CASE WHEN `a` THEN `b` ELSE `c` END)
          NVL(a, b)                     ~ (COALESCE(`a`, `b`))
          nvl2(a, b, c)                 ~ (CASE WHEN (`a` IS NOT NULL) THEN `b` ELSE `c` END)
          ISNULL(a)                     ~ (`a` IS NULL)
          a || b || 'c'                 ~ `CONCAT`(`a`, `b`, 'c')
          a NOT RLIKE 'b'               ~ (NOT `RLIKE`(`a`, 'b'))
          a LIKE 'b'                    ~ `LIKE_TEXT`(`a`, 'b')
          a LIKE '\\_b'                  ~ `LIKE_TEXT`(`a`, '\\_b', '\\')
          a % 2                         ~ (MOD(`a`, 2))
          SUBSTRING(a FROM 2)           ~ `SUBSTR`(`a`, 2)
          TRIM(LEADING '0' FROM a)      ~ `LTRIM`('0', `a`)
          CONTAINS(a, b)                ~ `CONTAINS`(`a`, `b`)
          UUID()                        ~ `UUID`()
          FLOOR(a)                      ~ `FLOOR_NUMBER`(`a`)
          FLOOR(a TO HOUR)              ~ FLOOR(`a` TO HOUR)
          a[0]                          ~ `GET`(`a`, 0)
          s.f                           ~ `t`.`s`.`f`
          t.f                           ~ `t`.`f`
          other(a)                      ~ `other`(`a`)
          """)
  void rewritesExpressions(String typed, String same) {
    assertEquals("SELECT " + same + " FROM `t`", rewritten("SELECT " + typed + " FROM t"));
  }

  @Test
  void groupsByNumber() {
    assertEquals(
        "SELECT `a` AS `x`, COUNT(*) FROM `t` GROUP BY `a`",
        rewritten("SELECT a AS x, COUNT(*) FROM t GROUP BY 1"));
    SqlSyntaxException error =
        assertThrows(SqlSyntaxException.class, () -> rewritten("SELECT a FROM t GROUP BY 2"));
    assertEquals(26, error.column());
  }

  @Test
  void splitsLongLists() {
    String list = String.join(", ", java.util.Collections.nCopies(45, "1"));
    String text = rewritten("SELECT 1 FROM t WHERE a NOT IN (" + list + ")");
    assertEquals(3, text.split(" IN ", -1).length - 1);
    assertTrue(text.contains("NOT"), text);
  }

  @Test
  void leavesTheTreeItIsGiven() {
    String sql = "SELECT CAST(a AS STRING), b || c FROM t GROUP BY 1";
    SqlNode query = SqlText.parse(sql);
    LIBRARY.rewrite(query);
    LIBRARY.currentTime(query, "x");
    assertTrue(query.equalsDeep(SqlText.parse(sql), Litmus.IGNORE));
  }

  @Test
  void rewritingTwiceChangesNothingMore() {
    SqlNode once =
        LIBRARY.rewrite(
            SqlText.parse(
                "SELECT CAST(a AS STRING), TRIM(b), a || b || c, FLOOR(d), SUBSTRING(e, 2), s.f,"
                    + " a LIKE '\\_' , SPLIT(a, ',')[0], DAY(g) FROM t"));
    assertEquals(SqlText.unparse(once), SqlText.unparse(LIBRARY.rewrite(once)));
    SqlNode again = SqlText.parse(SqlText.unparse(once));
    assertEquals(SqlText.unparse(once), SqlText.unparse(LIBRARY.rewrite(again)));
  }

  @Test
  void newNodesStandWhereTheOldOnesStood() {
    SqlNode query =
        LIBRARY.rewrite(
            SqlText.parse("SELECT a,\n  TRY_CAST(b AS INT) AS n,\n  IF(c, d, e)\nFROM t"));
    List<String> places = new ArrayList<>();
    query.accept(
        new SqlBasicVisitor<Void>() {
          @Override
          public Void visit(SqlCall call) {
            places.add(
                call.getOperator().getName()
                    + "@"
                    + call.getParserPosition().getLineNum()
                    + ":"
                    + call.getParserPosition().getColumnNum());
            return super.visit(call);
          }
        });
    assertTrue(places.contains("TRY_CAST_INT@2:3"), places::toString);
    assertTrue(places.contains("CASE@3:3"), places::toString);
  }

  @Test
  void findsWhatCannotBeReplayed() {
    List<FunctionLibrary.Use> uses =
        LIBRARY.nonDeterministic(
            SqlText.parse(
                "SELECT rand(), NOW(), CURRENT_DATE,\n uuid(), LOCALTIME, `LOCALTIME` FROM t"));
    assertEquals(
        List.of("RAND", "UUID", "LOCALTIME"),
        uses.stream().map(FunctionLibrary.Use::name).toList());
    assertEquals(2, uses.get(1).position().getLineNum());
    assertEquals(2, uses.get(1).position().getColumnNum());
  }

  @Test
  void takesTheCurrentTimeFromAColumn() {
    SqlNode query =
        LIBRARY.currentTime(
            SqlText.parse(
                "SELECT NOW(), CURRENT_TIMESTAMP, CURRENT_DATE(), UNIX_TIMESTAMP() FROM t"),
            "at");
    assertEquals(
        "SELECT `at`, `at`, `CAST_DATE`(`at`), `UNIX_SECONDS`(`at`) FROM `t`",
        SqlText.unparse(query));
    SqlNode join =
        LIBRARY.currentTime(SqlText.parse("SELECT NOW() FROM a AS x JOIN b ON x.i = b.i"), "at");
    assertEquals("x.at", ((SqlIdentifier) ((SqlSelect) join).getSelectList().get(0)).toString());
  }

  @Test
  void validatesWithTheAuthorsPositions() {
    SqlNode fine =
        LIBRARY.rewrite(SqlText.parse("SELECT TRY_CAST(name AS DECIMAL(9,2)) AS d FROM t"));
    SqlValidator validator = validator(LIBRARY);
    RelDataType type = validator.getValidatedNodeType(validator.validate(fine));
    assertEquals("DECIMAL(9, 2)", type.getFieldList().get(0).getType().toString());
    SqlNode wrong = LIBRARY.rewrite(SqlText.parse("SELECT id,\n  CAST(id AS DATE) FROM t"));
    CalciteContextException error =
        assertThrows(CalciteContextException.class, () -> validator(LIBRARY).validate(wrong));
    assertEquals(2, error.getPosLine());
    assertEquals(3, error.getPosColumn());
    assertTrue(
        FunctionLibrary.readable(error.getCause().getMessage()).contains("'CAST AS DATE'"),
        error.getCause()::getMessage);
  }

  @Test
  void usersFunctionsReplaceTheLibrarys() {
    FunctionLibrary library =
        LIBRARY.with(
            Map.of("shout", Shout.class, "Increment", Increment.class, "length", Increment.class));
    SqlNode query =
        library.rewrite(
            SqlText.parse("SELECT Shout(name) AS a, increment(id) AS b, LENGTH(id) AS c FROM t"));
    SqlValidator validator = validator(library);
    RelDataType type = validator.getValidatedNodeType(validator.validate(query));
    assertEquals(SqlTypeName.VARCHAR, type.getFieldList().get(0).getType().getSqlTypeName());
    assertEquals(SqlTypeName.INTEGER, type.getFieldList().get(1).getType().getSqlTypeName());
    assertEquals(3, library.functions().size());
  }

  @Test
  void refusesClassesThatAreNoFunctions() {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> LIBRARY.with(Map.of("f", Object.class)));
    assertEquals(
        "java.lang.Object is no function: f needs a BeamSqlUdf with a public method eval, or a"
            + " SerializableFunction",
        error.getMessage());
    assertThrows(IllegalArgumentException.class, () -> LIBRARY.with(Map.of("f", Integer.class)));
  }

  @Test
  void failingCastsNameTheValue() {
    BadValueException error =
        assertThrows(
            BadValueException.class, () -> Conversions.required(null, "x".repeat(200), "INT"));
    assertEquals(
        "CAST: '" + "x".repeat(80) + "…' is not a valid INT; TRY_CAST would give NULL",
        error.getMessage());
  }

  private static SqlValidator validator(FunctionLibrary library) {
    CalciteSchema root = CalciteSchema.createRootSchema(false, false);
    root.plus()
        .add(
            "t",
            new AbstractTable() {
              @Override
              public RelDataType getRowType(RelDataTypeFactory types) {
                return types
                    .builder()
                    .add("id", SqlTypeName.INTEGER)
                    .add(
                        "name",
                        types.createTypeWithNullability(
                            types.createSqlType(SqlTypeName.VARCHAR), true))
                    .build();
              }
            });
    CalciteCatalogReader catalog =
        new CalciteCatalogReader(
            root,
            List.of(),
            BeamJavaTypeFactory.INSTANCE,
            new CalciteConnectionConfigImpl(new Properties()));
    return SqlValidatorUtil.newValidator(
        library.operators(), catalog, BeamJavaTypeFactory.INSTANCE, SqlValidator.Config.DEFAULT);
  }
}
