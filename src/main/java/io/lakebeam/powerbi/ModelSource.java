package io.lakebeam.powerbi;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where a semantic model has its rows from. None of it takes a secret: Power BI asks for that. */
public enum ModelSource {
  /** A mirror of gold in PostgreSQL. */
  POSTGRESQL(true) {
    @Override
    Map<String, String> defaults() {
      return named("Server", "localhost:5432", "Database", "gold", "SchemaName", "public");
    }

    @Override
    List<String> steps(ModelTable table) {
      return List.of(
          "Source = PostgreSQL.Database(Server, Database)",
          "Rows = Source{[Schema = SchemaName, Item = " + Names.m(table.name()) + "]}[Data]");
    }
  },
  /** External tables of Unity Catalog, through a SQL warehouse. */
  DATABRICKS(true) {
    @Override
    Map<String, String> defaults() {
      return named(
          "Server", "adb-0000000000000000.0.azuredatabricks.net",
          "HttpPath", "/sql/1.0/warehouses/0000000000000000",
          "CatalogName", "main",
          "SchemaName", "gold");
    }

    @Override
    List<String> steps(ModelTable table) {
      return List.of(
          "Source = Databricks.Catalogs(Server, HttpPath,"
              + " [Catalog = null, Database = null, EnableAutomaticProxyDiscovery = null])",
          "Catalog = Source{[Name = CatalogName, Kind = \"Database\"]}[Data]",
          "InSchema = Catalog{[Name = SchemaName, Kind = \"Schema\"]}[Data]",
          "Rows = InSchema{[Name = " + Names.m(table.name()) + ", Kind = \"Table\"]}[Data]");
    }
  },
  /** The Delta tables themselves, in Azure Data Lake Storage. */
  DELTA(false) {
    @Override
    Map<String, String> defaults() {
      return named("Lake", "https://account.dfs.core.windows.net/container/lake");
    }

    @Override
    List<String> steps(ModelTable table) {
      return List.of(
          "Folder = AzureStorage.DataLake(Lake & "
              + Names.m("/" + table.folder())
              + ", [HierarchicalNavigation = true])",
          "Rows = DeltaLake.Table(Folder)");
    }
  };

  private final boolean answersQueries;

  ModelSource(boolean answersQueries) {
    this.answersQueries = answersQueries;
  }

  /** True when a report can ask it each time; false when Power BI has to copy the rows. */
  public boolean answersQueries() {
    return answersQueries;
  }

  /** The parameters of the model, with values that say what they look like. */
  abstract Map<String, String> defaults();

  /** Steps of M, the last of which is called Rows. */
  abstract List<String> steps(ModelTable table);

  /** The names of its parameters. */
  public List<String> parameters() {
    return List.copyOf(defaults().keySet());
  }

  /** What gives the rows of a table, in M, a line each. */
  List<String> query(ModelTable table, boolean isImport) {
    List<String> steps = new ArrayList<>(steps(table));
    steps.add(
        "Chosen = Table.SelectColumns(Rows, "
            + list(table.columns().stream().map(column -> Names.m(column.name())).toList())
            + ")");
    String result = "Chosen";
    if (isImport) {
      steps.add(
          "Typed = Table.TransformColumnTypes(Chosen, "
              + list(
                  table.columns().stream()
                      .map(column -> "{" + Names.m(column.name()) + ", " + column.mType() + "}")
                      .toList())
              + ")");
      result = "Typed";
    }
    List<String> lines = new ArrayList<>(List.of("let"));
    for (int i = 0; i < steps.size(); i++) {
      lines.add("    " + steps.get(i) + (i < steps.size() - 1 ? "," : ""));
    }
    lines.add("in");
    lines.add("    " + result);
    return lines;
  }

  private static String list(List<String> items) {
    return items.stream().collect(Collectors.joining(", ", "{", "}"));
  }

  static Map<String, String> named(String... namesAndValues) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return parameters;
  }
}
