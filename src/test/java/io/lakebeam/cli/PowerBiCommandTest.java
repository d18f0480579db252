package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerBiCommandTest {
  private static final String MODEL = "coffee/p.SemanticModel/definition/";

  @TempDir private Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(CommandLineTest.ORDERS);
    console = new TestingConsole(dir);
  }

  @Test
  void writesAProjectOverGold() throws IOException {
    assertEquals(
        0,
        console.type("powerbi", "p", "--to", "coffee", "--parameter", "Server=db.example.com"),
        console::err);
    assertTrue(console.out().endsWith("coffee/p.pbip\n"), console.out());
    String table = Files.readString(dir.resolve(MODEL + "tables/by_city.tmdl"));
    assertTrue(table.contains("\tmeasure 'by_city rows' = COUNTROWS('by_city')\n"), table);
    assertTrue(table.contains("\t\tmode: directQuery\n"), table);
    String expressions = Files.readString(dir.resolve(MODEL + "expressions.tmdl"));
    assertTrue(expressions.contains("expression Server = \"db.example.com\" meta"), expressions);
    assertFalse(Files.exists(dir.resolve(MODEL + "tables/silver.tmdl")));
  }

  @Test
  void asksTheDatabaseThatMirrorsThePipeline() throws IOException {
    project.yaml(
        CommandLineTest.ORDERS
            + """
            sinks:
              gold:
                postgresql:
                  url: jdbc:postgresql://db.example.com:5433/shop
                  user: lakebeam
                  password: "${GOLD_PASSWORD}"
                  schema: reports
                  tables: [by_city]
            """);
    assertEquals(
        0,
        console.type("powerbi", "p", "--to", "coffee", "--parameter", "Database=copy"),
        console::err);
    String expressions = Files.readString(dir.resolve(MODEL + "expressions.tmdl"));
    for (String each :
        List.of(
            "Server = \"db.example.com:5433\"",
            "Database = \"copy\"",
            "SchemaName = \"reports\"")) {
      assertTrue(expressions.contains("expression " + each), expressions);
    }
    assertFalse(expressions.contains("PASSWORD"), expressions);
  }

  @Test
  void importsDeltaTablesOfALakeInAzure() throws IOException {
    project.yaml(
        CommandLineTest.ORDERS + "lake: abfss://gold@account.dfs.core.windows.net/shop/\n");
    assertEquals(
        0,
        console.type("powerbi", "p", "--import", "--to", "coffee", "--table", "silver"),
        console::err);
    String expressions = Files.readString(dir.resolve(MODEL + "expressions.tmdl"));
    assertTrue(
        expressions.contains(
            "expression Lake = \"https://account.dfs.core.windows.net/gold/shop\" meta"),
        expressions);
    String silver = Files.readString(dir.resolve(MODEL + "tables/silver.tmdl"));
    assertTrue(silver.contains("\t\tmode: import\n"), silver);
    assertFalse(silver.contains("_source"), silver);
  }

  @Test
  void showsWhatItsAuthorDeclares() throws IOException {
    Files.writeString(
        dir.resolve("pipelines/p/power_bi.yaml"),
        """
        measures:
          Orders a city: {table: by_city, dax: "AVERAGE(by_city[orders])", format: "0.0"}
        pages:
          Cities: [{bar: [by_city.city, Orders a city]}]
        """);
    assertEquals(0, console.type("powerbi", "p", "--to", "coffee"), console::err);
    String table = Files.readString(dir.resolve(MODEL + "tables/by_city.tmdl"));
    assertTrue(table.contains("measure 'Orders a city' = AVERAGE(by_city[orders])"), table);
  }

  @Test
  void tellsWhereADeclarationIsWrong() throws IOException {
    Files.writeString(
        dir.resolve("pipelines/p/power_bi.yaml"),
        """
        measures:
          Orders a city:
            table: by_cty
            dax: AVERAGE(by_city[orders])
        """);
    assertEquals(1, console.type("powerbi", "p", "--to", "coffee"));
    assertTrue(
        console.err().startsWith("pipelines/p/power_bi.yaml:3:12: the project has no table by_cty"),
        console.err());
    assertTrue(console.err().contains("did you mean by_city?"), console.err());
    assertFalse(Files.exists(dir.resolve("coffee")));
  }

  @Test
  void aMisspeltKeyIsTold() throws IOException {
    Files.writeString(dir.resolve("pipelines/p/power_bi.yaml"), "mesures: {}\n");
    assertEquals(1, console.type("powerbi", "p"));
    assertTrue(console.err().startsWith("pipelines/p/power_bi.yaml:1:1: "), console.err());
  }

  @Test
  void refusesWhatMakesNoSense() {
    refuses("Power BI reads Delta tables by import only", "--direct-query", "--source", "delta");
    refuses("the source has no such parameter", "--parameter", "Sever=x");
    refuses("by its name it is a secret", "--parameter", "Password=x");
    refuses("the pipeline stores no such dataset", "--table", "by_cty");
  }

  private void refuses(String because, String... options) {
    TestingConsole fresh = new TestingConsole(dir);
    String[] arguments = new String[options.length + 2];
    arguments[0] = "powerbi";
    arguments[1] = "p";
    System.arraycopy(options, 0, arguments, 2, options.length);
    assertEquals(2, fresh.type(arguments), fresh::out);
    assertTrue(fresh.err().contains(because), fresh.err());
  }

  @Test
  void aPipelineWithoutGoldHasNothingToShow() {
    project.yaml(CommandLineTest.ORDERS.replace("layer: gold", "layer: silver"));
    assertEquals(2, console.type("powerbi", "p"));
    assertTrue(console.err().contains("no dataset of p is of the layer gold"), console.err());
  }
}
