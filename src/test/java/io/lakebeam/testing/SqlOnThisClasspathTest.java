package io.lakebeam.testing;

import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Beam SQL compiles its expressions with the Janino that Spark asks for, not with its own. */
class SqlOnThisClasspathTest {
  @Test
  void beamSqlRunsBesideSpark() {
    Schema schema = Schema.builder().addStringField("name").addInt32Field("n").build();
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    PCollection<Row> rows =
        pipeline.apply(
            Create.of(
                    Row.withSchema(schema).addValues("a", 1).build(),
                    Row.withSchema(schema).addValues("b", 5).build())
                .withRowSchema(schema));

    PCollection<Row> result =
        rows.apply(
            SqlTransform.query(
                    "SELECT UPPER(name) AS name, n * 2 AS n FROM PCOLLECTION WHERE n > 2")
                .withAutoLoading(false));

    PAssert.that(result).containsInAnyOrder(Row.withSchema(schema).addValues("B", 10).build());
    pipeline.run().waitUntilFinish();
  }
}
