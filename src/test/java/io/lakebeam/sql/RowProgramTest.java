package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class RowProgramTest {
  private static final Schema SCHEMA =
      Schema.builder().addInt32Field("id").addNullableStringField("text").build();

  private static Row row(int id, String text) {
    return Row.withSchema(SCHEMA).addValues(id, text).build();
  }

  private static RowProgram program(String sql) {
    FunctionLibrary library = FunctionLibrary.standard();
    return RowProgram.of(
        library, "t", SCHEMA, SqlText.unparse(library.rewrite(SqlText.parse(sql))));
  }

  private static List<Object> evaluate(RowProgram program, Row row) throws Exception {
    Row result = program.evaluator().evaluate(row);
    return result == null ? null : result.getValues();
  }

  @Test
  void givesARowForEachRowThatMeetsTheCondition() throws Exception {
    RowProgram program =
        program("SELECT id + 1 AS successor, UPPER(text) AS loud FROM t WHERE id > 1");
    assertEquals(List.of("successor", "loud"), program.rowSchema().getFieldNames());
    assertEquals(List.of(3, "B"), evaluate(program, row(2, "b")));
    assertNull(evaluate(program, row(1, "a")));
  }

  @Test
  void aRowOnWhichTheQueryFailsIsToldWithTheReason() throws Exception {
    RowProgram program = program("SELECT id, CAST(text AS INT) AS n FROM t");
    RowProgram.Evaluator evaluator = program.evaluator();
    assertEquals(
        "CAST: 'abc' is not a valid INT; TRY_CAST would give NULL",
        assertThrows(RowProgram.RowFailedException.class, () -> evaluator.evaluate(row(2, "abc")))
            .getMessage());
    assertEquals(List.of(1, 42), evaluator.evaluate(row(1, "42")).getValues());
  }

  @Test
  void queriesOfQueriesAreEvaluatedFromTheInsideOut() throws Exception {
    RowProgram program =
        program(
            "SELECT n * 2 AS m FROM (SELECT id, CAST(text AS INT) AS n FROM t WHERE id < 9) AS q"
                + " WHERE n > 1");
    assertEquals(List.of(10), evaluate(program, row(1, "5")));
    assertNull(evaluate(program, row(1, "1")));
    assertNull(evaluate(program, row(9, "6")));
  }

  @Test
  void everythingAndNothingAreQueriesToo() throws Exception {
    assertEquals(List.of(7, "x"), evaluate(program("SELECT * FROM t"), row(7, "x")));
    assertNull(evaluate(program("SELECT id FROM t WHERE FALSE"), row(7, "x")));
    assertEquals(List.of(1), evaluate(program("SELECT 1 AS uno FROM t"), row(7, "x")));
  }

  @Test
  void whatNeedsMoreThanOneRowIsRefused() {
    assertThrows(
        IllegalStateException.class,
        () -> program("SELECT text, COUNT(*) AS n FROM t GROUP BY text"));
  }

  @Test
  void travelsAndIsSharedByThreads() {
    RowProgram program = SerializableUtils.clone(program("SELECT id * 2 AS twice FROM t"));
    List<Object> twice =
        IntStream.range(0, 1000)
            .parallel()
            .mapToObj(
                i -> {
                  try {
                    return evaluate(program, row(i, null)).get(0);
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                })
            .toList();
    assertEquals(IntStream.range(0, 1000).mapToObj(i -> (Object) (i * 2)).toList(), twice);
  }
}
