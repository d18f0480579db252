package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is masked of which table, and names that nothing has. */
class MaskedColumnsTest {
  private static final String PIPELINE =
      """
      pipeline: p
      quarantine: {mask: [passenger]}
      sources:
        feed:
          files: "in/*.json"
          format: json
          rename: {traveller_name: passenger}
          schema: "id BIGINT, passenger STRING, seat INT, contact STRUCT<mail: STRING>"
        other: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        silver:
          streaming_table: {sql: "SELECT id, UPPER(passenger) AS who, seat + 1 AS seat FROM bronze"}
          quarantine: {mask: [seat]}
        cities: {streaming_table: {from: other}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void aProject() {
    project = new TestingPipeline(dir);
  }

  private static Set<String> masked(CompiledPipeline pipeline, String table) {
    return pipeline.table(table).orElseThrow().mask().names();
  }

  @Test
  void aMaskIsOfTheColumnItsFieldAndWhatIsComputedOfIt() {
    CompiledPipeline pipeline = project.yaml(PIPELINE).compile();
    assertEquals(Set.of("passenger", "traveller_name"), masked(pipeline, "bronze"));
    assertEquals(Set.of("passenger", "traveller_name", "who", "seat"), masked(pipeline, "silver"));
    assertEquals(Set.of(), masked(pipeline, "cities"), "which has no passengers");
    assertEquals(
        Set.of("mail"),
        masked(
            project.yaml(PIPELINE.replace("mask: [passenger]", "mask: [mail]")).compile(),
            "bronze"));
  }

  @Test
  void theFieldThatAColumnIsComputedOfIsMaskedToo() {
    CompiledPipeline pipeline =
        project
            .yaml(PIPELINE.replace("mask: [passenger]", "keep: 1d").replace("[seat]", "[WHO]"))
            .compile();
    assertEquals(Set.of(), masked(pipeline, "bronze"));
    assertEquals(Set.of("who", "passenger", "traveller_name"), masked(pipeline, "silver"));
  }

  @Test
  void aNameThatNothingHasIsToldWithItsLine() {
    assertEquals(
        List.of(
            "2:21 there is no column passanger to mask | bronze, silver, cities and their sources"
                + " have none | did you mean passenger? there are id, passenger, seat, contact,"
                + " mail, traveller_name, who, city"),
        project.yaml(PIPELINE.replace("[passenger]", "[passanger]")).told().stream()
            .map(told -> told.replace("_rescued, ", ""))
            .toList());
    assertEquals(
        List.of("14:25 there is no column city to mask | silver has none, nor has a source of it"),
        project.yaml(PIPELINE.replace("[seat]", "[city]")).told().stream()
            .map(told -> told.substring(0, told.lastIndexOf(" | ")))
            .toList());
    assertEquals(1, project.yaml(PIPELINE.replace("[seat]", "[seat, seat]")).told().size());
    assertEquals(
        Set.of("passenger", "traveller_name"),
        masked(
            project
                .yaml(
                    PIPELINE
                        .replace("format: csv", "format: csv, new_fields: add_columns")
                        .replace("[seat]", "[passenger]"))
                .compile(),
            "bronze"),
        "what a source may get");
  }
}
