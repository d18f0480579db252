package io.lakebeam.powerbi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.graph.DataflowGraph.Kind;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.spec.powerbi.PowerBiSpec;
import io.lakebeam.spec.powerbi.PowerBiSpec.Field;
import io.lakebeam.spec.powerbi.PowerBiSpec.Measure;
import io.lakebeam.spec.powerbi.PowerBiSpec.Page;
import io.lakebeam.spec.powerbi.PowerBiSpec.Visual;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PowerBiProjectTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final SourceLocation AT = new SourceLocation("power_bi.yaml", 3, 5);

  private static final List<Dataset> DATASETS =
      List.of(
          dataset(
              "sales",
              new Column("day", Primitive.DATE, true, "the day, in UTC"),
              Column.nullable("shop's name", Primitive.STRING),
              Column.nullable("shop_id", Primitive.INT),
              Column.nullable("orders", Primitive.BIGINT),
              Column.nullable("total", new DataType.Decimal(12, 2)),
              Column.nullable("exact", new DataType.Decimal(38, 10)),
              Column.nullable("share", Primitive.DOUBLE),
              Column.nullable("drinks", new DataType.Array(Primitive.STRING)),
              Column.nullable("_source", Primitive.STRING)),
          dataset("flags", Column.nullable("open", Primitive.BOOLEAN)));

  private static final PowerBiSpec DECLARED =
      new PowerBiSpec(
          List.of(
              measure("Average order", "sales", "DIVIDE(\n  SUM(sales[total]),\n  [All orders])"),
              measure("All orders", "Sales", "SUM('sales'[orders]) // not sales[nothing]")),
          List.of(
              new Page(
                  "Overview",
                  AT,
                  List.of(
                      visual(PowerBiSpec.Kind.CARD, "Average order", "sales.orders", "sales rows"),
                      visual(PowerBiSpec.Kind.LINE, "sales.day", "All orders", "sales.share"),
                      visual(PowerBiSpec.Kind.BAR, "sales.shop's name", "sales.total"),
                      visual(PowerBiSpec.Kind.TABLE, "sales.day", "Average order")))));

  @TempDir private Path folder;

  private static Dataset dataset(String name, Column... columns) {
    return new Dataset(
        name,
        Kind.MATERIALIZED_VIEW,
        "gold",
        "of the " + name,
        TableSchema.of(columns),
        List.of(),
        List.of(),
        List.of());
  }

  private static Measure measure(String name, String table, String dax) {
    return new Measure(name, AT, table, AT, dax, AT, "0.0");
  }

  private static Visual visual(PowerBiSpec.Kind kind, String... fields) {
    return new Visual(kind, AT, List.of(fields).stream().map(f -> new Field(f, AT)).toList());
  }

  private static PowerBiProject project(PowerBiSpec declared, ModelSource source, boolean copies) {
    return PowerBiProject.of(
        "coffee", DATASETS, name -> "main/" + name, declared, source, copies, Map.of());
  }

  private static PowerBiProject project() {
    return project(DECLARED, ModelSource.POSTGRESQL, false);
  }

  private static String table(PowerBiProject project, String table) {
    return project.files().get("coffee.SemanticModel/definition/tables/" + table + ".tmdl");
  }

  @ParameterizedTest
  @EnumSource(ModelSource.class)
  void everyFileOfJsonKeepsToItsContract(ModelSource source) throws IOException {
    JsonNode contracts;
    try (InputStream in = getClass().getResourceAsStream("contracts.json")) {
      contracts = JSON.readTree(in);
    }
    for (PowerBiSpec declared : List.of(DECLARED, PowerBiSpec.NONE)) {
      for (Map.Entry<String, String> file :
          project(declared, source, !source.answersQueries()).files().entrySet()) {
        if (!file.getKey().matches(".*\\.(json|pbip|pbir|pbism)")) {
          continue;
        }
        JsonNode json = JSON.readTree(file.getValue());
        String schema =
            json.get("$schema")
                .textValue()
                .replace("https://developer.microsoft.com/json-schemas/", "");
        assertTrue(contracts.has(schema), file.getKey() + " is of " + schema);
        assertEquals(
            Set.of(),
            JsonSchemaFactory.getInstance(VersionFlag.V7)
                .getSchema(contracts.get(schema))
                .validate(json),
            file.getKey());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ModelSource.class)
  void everyFileOfTmdlIsTmdl(ModelSource source) {
    project(DECLARED, source, true)
        .files()
        .forEach(
            (path, text) -> {
              if (path.endsWith(".tmdl")) {
                assertFalse(TestingTmdl.parse(text).isEmpty(), path);
              }
            });
  }

  @Test
  void columnsHaveTypesFormatsAndSummaries() {
    TestingTmdl.Node sales = TestingTmdl.parse(table(project(), "sales")).get(0);
    List<String> columns =
        sales.children().stream()
            .filter(node -> node.kind().equals("column"))
            .map(
                node ->
                    String.join(
                        " ",
                        node.name(),
                        node.property("dataType"),
                        node.property("summarizeBy"),
                        node.property("formatString")))
            .toList();
    assertEquals(
        List.of(
            "day dateTime none yyyy-MM-dd",
            "'shop''s name' string none ",
            "shop_id int64 none 0",
            "orders int64 sum #,0",
            "total decimal sum #,0.00",
            "exact double sum #,0.0000000000",
            "share double average #,0.00"),
        columns);
  }

  @Test
  void tellsWhatPowerBiCannotHave() {
    assertEquals(
        List.of(
            "sales.exact is a double in Power BI, with 15 digits of DECIMAL(38,10)",
            "sales.drinks is left out: Power BI has no type for ARRAY<STRING>"),
        project().notes());
  }

  @Test
  void pagesOfADirectQueryReportAskAgainEveryMinute() {
    String refresh = "pageRefresh";
    assertEquals(1, pages(project(), refresh));
    assertEquals(0, pages(project(DECLARED, ModelSource.DELTA, true), refresh));
    assertEquals(2, pages(project(PowerBiSpec.NONE, ModelSource.DATABRICKS, false), refresh));
  }

  private static long pages(PowerBiProject project, String having) {
    return project.files().entrySet().stream()
        .filter(file -> file.getKey().endsWith("/page.json"))
        .filter(file -> file.getValue().contains(having) && file.getValue().contains("'PT1M'"))
        .count();
  }

  @Test
  void importedColumnsAreTyped() {
    String sales = table(project(DECLARED, ModelSource.DELTA, true), "sales");
    assertTrue(sales.contains("mode: import"), sales);
    assertTrue(
        sales.contains(
            "AzureStorage.DataLake(Lake & \"/main/sales\", [HierarchicalNavigation = true])"),
        sales);
    assertTrue(sales.contains("{\"total\", Currency.Type}"), sales);
  }

  @Test
  void aTextOfMIsNoExpression() {
    assertEquals("\"a\"\"b#(#)(lf)\"", Names.m("a\"b#(lf)"));
  }

  @Test
  void tellsEverythingThatIsWrongWithMeasures() {
    PowerBiSpec wrong =
        new PowerBiSpec(
            List.of(
                measure("Orders", "sales", "SUM(sales[orders])"),
                measure("a.b", "sales", "1"),
                measure("A", "salse", "1"),
                measure("C", "sales", "SUM(sales[ordres]) + [D] + COUNTROWS('nowhere')"),
                measure("c", "sales", "\"sales[text]\"")),
            List.of());
    PipelineException told =
        assertThrows(PipelineException.class, () -> project(wrong, ModelSource.POSTGRESQL, false));
    assertEquals(
        List.of(
            "a measure may not be called a.b",
            "two measures are called c",
            "sales has a column Orders already",
            "the project has no table salse",
            "sales has no column ordres",
            "there is no measure [D]",
            "the project has no table nowhere"),
        told.problems().stream().map(Problem::problem).toList());
    assertEquals("did you mean orders?", told.problems().get(4).cause());
    assertEquals(AT, told.problems().get(4).at());
  }

  @Test
  void tellsEverythingThatIsWrongWithPages() {
    PowerBiSpec wrong =
        new PowerBiSpec(
            List.of(),
            List.of(
                new Page(
                    "P",
                    AT,
                    List.of(
                        visual(PowerBiSpec.Kind.LINE, "sales rows"),
                        visual(PowerBiSpec.Kind.CARD, "sales.day", "none", "sales.x", "x.y")))));
    PipelineException told =
        assertThrows(PipelineException.class, () -> project(wrong, ModelSource.POSTGRESQL, false));
    assertEquals(
        List.of(
            "this chart has nothing to draw",
            "the axis is a measure",
            "sales.day is no number",
            "there is no measure none",
            "sales has no column x",
            "the project has no table x"),
        told.problems().stream().map(Problem::problem).toList());
  }

  @Test
  void isTheSameEachTimeAndReplacesItself() throws IOException {
    Path to = folder.resolve("project");
    project().writeTo(to, false);
    Path page = to.resolve(pageOf(project()));
    String first = Files.readString(page);
    project().writeTo(to, false);
    assertEquals(first, Files.readString(page));
    Files.writeString(to.resolve("notes.txt"), "mine");

    project(PowerBiSpec.NONE, ModelSource.POSTGRESQL, false).writeTo(to, false);

    assertFalse(Files.exists(page));
    assertTrue(Files.exists(to.resolve("notes.txt")));
  }

  private static String pageOf(PowerBiProject project) {
    return project.files().keySet().stream()
        .filter(path -> path.endsWith("/page.json"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatOthersHaveChangedIsNotWrittenOver() throws IOException {
    project().writeTo(folder, false);
    Path file = folder.resolve("coffee.pbip");
    Files.writeString(file, "{}");

    PowerBiException told =
        assertThrows(PowerBiException.class, () -> project().writeTo(folder, false));

    assertEquals("coffee.pbip was changed after Lakebeam wrote the project", told.problem());
    assertEquals("{}", Files.readString(file));
    project().writeTo(folder, true);
    assertEquals(project().files().get("coffee.pbip"), Files.readString(file));
  }

  @Test
  void aFolderThatHoldsSomethingElseIsRefused() throws IOException {
    Files.writeString(folder.resolve("thesis.txt"), "mine");
    PowerBiException told =
        assertThrows(PowerBiException.class, () -> project().writeTo(folder, false));
    assertTrue(told.problem().endsWith("holds something that Lakebeam has not written"));
    assertFalse(Files.exists(folder.resolve("coffee.pbip")));
  }
}
