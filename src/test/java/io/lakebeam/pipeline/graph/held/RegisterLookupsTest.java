package io.lakebeam.pipeline.graph.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.file.ReferenceTable;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegisterLookupsTest {
  @TempDir Path dir;
  private CompiledPipeline compiled;
  private RowProgram program;

  private RegisterLookups lookups(String lake, String name) {
    TestingPipeline project =
        new TestingPipeline(dir.resolve(lake))
            .yaml(
                """
                pipeline: p
                sources:
                  orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING"}
                  cities: {reference: cities.csv, format: csv, schema: "city STRING, name STRING"}
                datasets:
                  named:
                    streaming_table:
                      sql: "SELECT o.id, c.name FROM orders o LEFT JOIN cities c ON c.city = o.city"
                """)
            .file("cities.csv", "city,name\nulm," + name + "\n");
    compiled = project.compile();
    program =
        ((CompiledFlow.Rows) compiled.table("named").orElseThrow().flows().get(0).query())
            .program();
    return new RegisterLookups(compiled);
  }

  private String name() throws RowProgram.RowFailedException {
    Object[] order = new Object[7];
    order[0] = 1L;
    order[1] = UTF8String.fromString("ulm");
    List<String> names = new ArrayList<>();
    program.evaluator().evaluate(new GenericInternalRow(order), row -> names.add(row.getString(1)));
    return String.join(", ", names);
  }

  /** Such as those of a test and of production, in one SparkContext at once. */
  @Test
  void pipelinesOfOneNameLookUpInTablesOfTheirOwn() throws Exception {
    RegisterLookups test = lookups("test", "Ulm for tests");
    RegisterLookups production = lookups("production", "Ulm an der Donau");
    test.register(7);
    production.register(7);
    assertEquals("Ulm an der Donau", name());
    test.lookUp();
    assertEquals("Ulm for tests", name());
    production.register(7);
    assertEquals("Ulm an der Donau", name());
  }

  /** A view says which state of the file it shows. */
  @Test
  void whatAViewLooksUpInIsTheStateThatItSays() throws Exception {
    RegisterLookups lookups = lookups("lake", "Ulm");
    Map<String, String> before = Map.of("cities", state());
    lookups.register(7, before);
    assertEquals("Ulm", name());

    Files.writeString(dir.resolve("lake/cities.csv"), "city,name\nulm,Ulm an der Donau\n");
    lookups.register(7);
    assertEquals("Ulm", name());
    lookups.register(7, Map.of("cities", state()));
    assertEquals("Ulm an der Donau", name());
    assertTrue(
        assertThrows(SourceException.class, () -> lookups.register(7, before))
            .getMessage()
            .contains("the reference files changed while a view was computed"));
  }

  private String state() {
    return ReferenceTable.state(Storage.PLAIN, compiled.source("cities"));
  }
}
