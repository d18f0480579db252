package io.lakebeam.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefinitionsTest {
  private static final String AVRO =
      """
      {"type": "record", "name": "r", "fields": [{"name": "id", "type": "long"}]}
      """;

  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        events:
          kafka: {bootstrap_servers: "localhost:9", topic: t}
          format: {avro: {schema: r.avsc}}
          schema: "id BIGINT"
      datasets:
        bronze: {streaming_table: {from: events}}
        silver:
          streaming_table: {sql: "SELECT id FROM bronze WHERE id < 7"}
          expect: {low: {expect: "id < 5", on_violation: drop}}
      """;

  @TempDir Path dir;

  private SortedMap<String, String> of(String folder, String yaml) {
    return Definitions.of(
        new TestingPipeline(dir.resolve(folder))
            .file("r.avsc", AVRO)
            .file("pipelines/p/r.avsc", AVRO)
            .yaml(yaml)
            .compile());
  }

  @Test
  void whereAThingStandsIsNoPartOfIt() {
    assertEquals(of("a", PIPELINE), of("b", "# moved\n\n" + PIPELINE));
  }

  @Test
  void whatRowsDependOnIs() {
    SortedMap<String, String> then = of("a", PIPELINE);
    assertEquals(
        List.of("bronze", "events", "silver", "silver <- bronze"), List.copyOf(then.keySet()));
    for (String[] edit :
        new String[][] {
          {"id < 7", "id < 8", "silver"},
          {"id < 5", "id < 6", "silver"},
          {"drop", "warn", "silver"},
          {"id BIGINT\"", "id BIGINT\"\n    new_fields: fail", "events"}
        }) {
      assertEquals(
          List.of(edit[2]), Definitions.changed(then, of("a", PIPELINE.replace(edit[0], edit[1]))));
    }
  }
}
