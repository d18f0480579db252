package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.spec.NewFields;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which fields that were found a pipeline takes as columns. */
class GrownPipelineTest {
  private static final String YAML =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.json", format: json, new_fields: add_columns, schema: "id INT, city STRING"}
        others: {files: "in/*.csv", format: csv, new_fields: add_columns, schema: "id INT, city STRING"}
        plain: {files: "in/*.txt", format: csv, schema: "id INT, city STRING"}
        places: {reference: "in/places.csv", format: csv, schema: "city STRING, land STRING"}
      datasets:
        bronze: {streaming_table: {from: orders}}
      """;

  @TempDir Path dir;

  private CompiledPipeline declared(String datasets) {
    return new TestingPipeline(dir).yaml(YAML + datasets).compile();
  }

  private static GrownPipeline grown(CompiledPipeline declared, Map<String, List<String>> found) {
    return GrownPipeline.of(declared, found, grown -> Optional.empty());
  }

  private static String columns(GrownPipeline grown, String table) {
    return grown.pipeline().table(table).orElseThrow().columns().ddl();
  }

  @Test
  void whatPassesAllColumnsOnHasThemAndWhatNamesItsColumnsHasNot() {
    CompiledPipeline declared =
        declared(
            """
              silver: {streaming_table: {sql: "SELECT *, UPPER(city) AS big FROM bronze"}}
              gold: {streaming_table: {sql: "SELECT id, city FROM silver"}}
              n: {materialized_view: {sql: "SELECT city, COUNT(*) AS n FROM gold GROUP BY city"}}
            """);
    GrownPipeline grown = grown(declared, Map.of("orders", List.of("gate", "seat")));
    assertEquals(List.of(), grown.notTaken());
    assertEquals(
        "id INT, city STRING, gate STRING, seat STRING, _rescued STRING", columns(grown, "bronze"));
    assertEquals(
        "id INT, city STRING, gate STRING, seat STRING, _rescued STRING, big STRING",
        columns(grown, "silver"));
    assertEquals("id INT, city STRING", columns(grown, "gold"));
    assertEquals(
        Definitions.of(declared), Definitions.of(grown.pipeline()), "nobody has declared anything");
  }

  @Test
  void withoutFieldsItIsThePipelineThatIsDeclared() {
    CompiledPipeline declared = declared("");
    assertEquals(new GrownPipeline(declared, List.of()), grown(declared, Map.of()));
    assertEquals(
        declared,
        grown(declared, Map.of("plain", List.of("a"), "places", List.of("b"))).pipeline(),
        "sources that do not take new fields");
  }

  private void keeps(String datasets, String table, String columns, String reason) {
    CompiledPipeline declared = declared(datasets);
    GrownPipeline grown = grown(declared, Map.of("orders", List.of("gate", "seat", "land")));
    assertEquals(columns, columns(grown, table));
    assertEquals(1, grown.notTaken().size(), grown.notTaken().toString());
    String told = grown.notTaken().get(0).toString();
    assertTrue(told.contains(reason), told);
    NewFields fields = grown.pipeline().source("orders").newFields();
    assertEquals(Set.of(grown.notTaken().get(0).field()), fields.kept());
    assertEquals(2, fields.added().size());
  }

  /** A stranger's field stops nothing: it stays where it was, and that is told. */
  @Test
  void aFieldThatAQueryCannotTakeIsKept() {
    keeps(
        "  silver: {streaming_table: {sql: \"SELECT *, UPPER(city) AS gate FROM bronze\"}}\n",
        "silver",
        "id INT, city STRING, seat STRING, land STRING, _rescued STRING, gate STRING",
        "source orders: the field gate does not become a column, and is kept in _rescued: ");
    keeps(
        """
          silver:
            streaming_table:
              sql: "SELECT id, land FROM STREAM(bronze) LEFT JOIN places USING (city)"
        """,
        "silver",
        "id INT, land STRING",
        "the field land does not become a column");
  }

  /** Spark takes a column before an alias of the same query. */
  @Test
  void aFieldThatWouldChangeAnotherColumnIsKept() {
    keeps(
        "  silver: {streaming_table: {sql: \"SELECT UPPER(city) AS seat, seat || 'x' AS x FROM"
            + " bronze\"}}\n",
        "silver",
        "seat STRING, x STRING",
        "the field seat does not become a column, and is kept in _rescued: it would change what x of"
            + " silver is computed from");
  }

  @Test
  void aFieldThatSomethingElseObjectsToIsKept() {
    GrownPipeline grown =
        GrownPipeline.of(
            declared(""),
            Map.of("orders", List.of("gate", "seat")),
            with ->
                with.table("bronze").orElseThrow().columns().column("gate").map(c -> "no gates"));
    assertEquals("id INT, city STRING, seat STRING, _rescued STRING", columns(grown, "bronze"));
    assertTrue(grown.notTaken().get(0).toString().endsWith("_rescued: no gates"));
  }

  /** Flows of one table bring their columns together; those of a union have to have them all. */
  @Test
  void twoSourcesOfATable() {
    CompiledPipeline declared =
        declared(
            """
              both:
                streaming_table:
                  flows: [{from: orders}, {from: others}]
              all:
                streaming_table:
                  flows:
                    - sql: "SELECT * FROM (SELECT * FROM orders)"
            """);
    GrownPipeline grown = grown(declared, Map.of("orders", List.of("gate")));
    assertEquals(List.of(), grown.notTaken());
    assertEquals("id INT, city STRING, gate STRING, _rescued STRING", columns(grown, "both"));
    assertEquals("id INT, city STRING, gate STRING, _rescued STRING", columns(grown, "all"));
  }
}
