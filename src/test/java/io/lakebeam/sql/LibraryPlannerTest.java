package io.lakebeam.sql;

import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Queries through Beam, from text to rows. */
class LibraryPlannerTest {
  /** Held, because a logger that nobody holds forgets its level. */
  private static final Logger PLANNER = Logger.getLogger("org.apache.beam.sdk.extensions.sql");

  static {
    PLANNER.setLevel(Level.OFF);
  }

  private static final Schema POINT = Schema.builder().addInt32Field("x").build();
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt32Field("id")
          .addNullableStringField("text")
          .addNullableField("point", FieldType.row(POINT))
          .addNullableField("scores", FieldType.map(FieldType.STRING, FieldType.INT64))
          .addNullableField("names", FieldType.array(FieldType.STRING))
          .build();
  private static final List<Row> ROWS =
      List.of(
          Row.withSchema(SCHEMA)
              .addValues(
                  1,
                  "42",
                  Row.withSchema(POINT).addValue(7).build(),
                  Map.of("a", 5L),
                  List.of("n", "m"))
              .build(),
          Row.withSchema(SCHEMA).addValues(2, "abc", null, null, null).build());

  private static PCollection<Row> rows(Pipeline pipeline) {
    return pipeline.apply(Create.of(ROWS).withRowSchema(SCHEMA));
  }

  private static SqlTransform query(FunctionLibrary library, String sql) {
    return library.register(
        SqlTransform.query(SqlText.unparse(library.rewrite(SqlText.parse(sql)))));
  }

  private static Pipeline pipeline() {
    return Pipeline.create(PipelineOptionsFactory.create());
  }

  @Test
  void reachesIntoStructsMapsAndArrays() {
    Pipeline pipeline = pipeline();
    PCollection<Row> values =
        rows(pipeline)
            .apply(
                query(
                    FunctionLibrary.standard(),
                    "SELECT point.x, scores['a'] AS a, scores['b'] AS b, names[1] AS n, names[9] AS o"
                        + " FROM PCOLLECTION WHERE id = 1 OR point.x > 0"));
    PAssert.that(values)
        .containsInAnyOrder(
            Row.withSchema(values.getSchema()).addValues(7, 5L, null, "m", null).build());
    pipeline.run().waitUntilFinish();
  }

  @Test
  void callsUsersFunctionsInAnyCase() {
    FunctionLibrary library =
        FunctionLibrary.standard()
            .with(
                Map.of(
                    "shout", FunctionLibraryTest.Shout.class,
                    "Increment", FunctionLibraryTest.Increment.class,
                    "length", FunctionLibraryTest.Increment.class));
    Pipeline pipeline = pipeline();
    PCollection<Row> values =
        rows(pipeline)
            .apply(
                query(
                    library,
                    "SELECT Shout(text) AS s, INCREMENT(id) AS i, LENGTH(id) AS l FROM PCOLLECTION"));
    PAssert.that(values)
        .containsInAnyOrder(
            Row.withSchema(values.getSchema()).addValues("42!", 2, 2).build(),
            Row.withSchema(values.getSchema()).addValues("abc!", 3, 3).build());
    pipeline.run().waitUntilFinish();
  }

  @Test
  void textsOfDifferentLengthsAreNotPadded() {
    Pipeline pipeline = pipeline();
    PCollection<Row> values =
        rows(pipeline)
            .apply(
                query(
                    FunctionLibrary.standard(),
                    "SELECT CASE WHEN id = 1 THEN 'ab' ELSE 'abcd' END AS v FROM PCOLLECTION"
                        + " UNION ALL SELECT 'x' FROM PCOLLECTION WHERE id = 1"));
    PAssert.that(values)
        .containsInAnyOrder(
            Row.withSchema(values.getSchema()).addValue("ab").build(),
            Row.withSchema(values.getSchema()).addValue("abcd").build(),
            Row.withSchema(values.getSchema()).addValue("x").build());
    pipeline.run().waitUntilFinish();
  }
}
