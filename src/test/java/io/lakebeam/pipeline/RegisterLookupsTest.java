package io.lakebeam.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.sql.Lookups;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegisterLookupsTest {
  @TempDir Path dir;

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
    return new RegisterLookups(project.compile());
  }

  private static String name() {
    return new Lookups.OfString().eval("ulm", "p/cities(city)", "name");
  }

  /** Such as those of a test and of production, in one SparkContext at once. */
  @Test
  void pipelinesOfOneNameLookUpInTablesOfTheirOwn() {
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
}
