package io.lakebeam.powerbi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.powerbi.PowerBiSpec;
import io.lakebeam.spec.powerbi.PowerBiSpec.Field;
import io.lakebeam.spec.powerbi.PowerBiSpec.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A report as files of PBIR, in versions of its schemas that are pinned here. */
final class ReportFiles {
  static final String SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric/";
  private static final String REPORT = SCHEMAS + "item/report/definition/";

  private static final int WIDTH = 1280;
  private static final int HEIGHT = 720;
  private static final int GAP = 16;
  private static final int CARD_HEIGHT = 120;

  /** Columns that one looks through at once. */
  private static final int MOST_COLUMNS = 15;

  private final String pipeline;
  private final SemanticModel model;
  private final boolean refreshes;
  private final List<Problem> problems = new ArrayList<>();

  /**
   * The files of a report.
   *
   * @param refreshes true when each page asks again every minute
   */
  ReportFiles(String pipeline, SemanticModel model, boolean refreshes) {
    this.pipeline = pipeline;
    this.model = model;
    this.refreshes = refreshes;
  }

  /** What a visual shows, found in the model. */
  private record Shown(Kind kind, List<ObjectNode> fields) {}

  private record ShownPage(String title, List<Shown> visuals) {}

  /**
   * Texts by path, from the folder of the report.
   *
   * @throws PipelineException with everything that is wrong with the declared pages
   */
  Map<String, String> files(PowerBiSpec spec) {
    List<ShownPage> pages = spec.pages().isEmpty() ? proposed() : declared(spec);
    if (!problems.isEmpty()) {
      throw new PipelineException(problems);
    }
    Map<String, String> files = new TreeMap<>();
    ObjectNode report = schema(REPORT + "report/3.3.0/schema.json");
    report.putObject("themeCollection");
    files.put("definition/report.json", text(report));
    files.put(
        "definition/version.json",
        text(schema(REPORT + "versionMetadata/1.0.0/schema.json").put("version", "2.0.0")));
    ObjectNode order = schema(REPORT + "pagesMetadata/1.1.0/schema.json");
    ArrayNode names = order.putArray("pageOrder");
    for (ShownPage page : pages) {
      String name = Names.id(pipeline, "page", page.title());
      names.add(name);
      files.put("definition/pages/" + name + "/page.json", text(page(name, page.title())));
      visuals(name, page, files);
    }
    order.put("activePageName", names.get(0).textValue());
    files.put("definition/pages/pages.json", text(order));
    return files;
  }

  private ObjectNode page(String name, String title) {
    ObjectNode page =
        schema(REPORT + "page/2.1.0/schema.json")
            .put("name", name)
            .put("displayName", title)
            .put("displayOption", "FitToPage")
            .put("height", HEIGHT)
            .put("width", WIDTH);
    if (refreshes) {
      ObjectNode properties =
          page.putObject("objects").putArray("pageRefresh").addObject().putObject("properties");
      properties.set("show", literal("true"));
      properties.set("duration", literal("'PT1M'"));
    }
    return page;
  }

  /** Cards in a row at the top, everything else below, in at most two rows. */
  private void visuals(String page, ShownPage shown, Map<String, String> files) {
    List<Shown> cards = new ArrayList<>();
    List<Shown> others = new ArrayList<>();
    for (Shown visual : shown.visuals()) {
      if (visual.kind() == Kind.CARD) {
        visual.fields().forEach(field -> cards.add(new Shown(Kind.CARD, List.of(field))));
      } else {
        others.add(visual);
      }
    }
    int top = GAP;
    int number = 0;
    if (!cards.isEmpty()) {
      number = row(page, cards, top, CARD_HEIGHT, number, files);
      top += CARD_HEIGHT + GAP;
    }
    int rows = others.size() > 2 ? 2 : 1;
    int first = (others.size() + rows - 1) / rows;
    int height = (HEIGHT - top - GAP * rows) / rows;
    if (!others.isEmpty()) {
      number = row(page, others.subList(0, first), top, height, number, files);
      if (rows > 1) {
        row(page, others.subList(first, others.size()), top + height + GAP, height, number, files);
      }
    }
  }

  private int row(
      String page,
      List<Shown> visuals,
      int top,
      int height,
      int firstNumber,
      Map<String, String> files) {
    int number = firstNumber;
    int width = (WIDTH - GAP * (visuals.size() + 1)) / visuals.size();
    for (int i = 0; i < visuals.size(); i++) {
      String name = Names.id(pipeline, page, String.valueOf(number));
      ObjectNode container = schema(REPORT + "visualContainer/2.9.0/schema.json").put("name", name);
      container
          .putObject("position")
          .put("x", GAP + i * (width + GAP))
          .put("y", top)
          .put("z", number)
          .put("height", height)
          .put("width", width)
          .put("tabOrder", number);
      container.set("visual", visual(visuals.get(i)));
      files.put("definition/pages/" + page + "/visuals/" + name + "/visual.json", text(container));
      number++;
    }
    return number;
  }

  private static ObjectNode visual(Shown shown) {
    ObjectNode visual = JsonNodeFactory.instance.objectNode();
    visual.put(
        "visualType",
        switch (shown.kind()) {
          case CARD -> "card";
          case LINE -> "lineChart";
          case BAR -> "clusteredBarChart";
          case TABLE -> "tableEx";
        });
    ObjectNode state = visual.putObject("query").putObject("queryState");
    if (shown.kind() == Kind.CARD || shown.kind() == Kind.TABLE) {
      state.putObject("Values").putArray("projections").addAll(shown.fields());
    } else {
      ObjectNode axis = shown.fields().get(0).deepCopy().put("active", true);
      state.putObject("Category").putArray("projections").add(axis);
      state
          .putObject("Y")
          .putArray("projections")
          .addAll(shown.fields().subList(1, shown.fields().size()));
    }
    visual.put("drillFilterOtherVisuals", true);
    return visual;
  }

  private List<ShownPage> declared(PowerBiSpec spec) {
    return spec.pages().stream()
        .map(
            page ->
                new ShownPage(page.name(), page.visuals().stream().map(this::declared).toList()))
        .toList();
  }

  private Shown declared(PowerBiSpec.Visual visual) {
    boolean hasAxis = visual.kind() == Kind.LINE || visual.kind() == Kind.BAR;
    if (hasAxis && visual.fields().size() < 2) {
      problems.add(
          new Problem(
              visual.at(),
              "this chart has nothing to draw",
              "its first field is the axis, the others are the values",
              "add a measure or a column with numbers"));
    }
    List<ObjectNode> fields = new ArrayList<>();
    for (int i = 0; i < visual.fields().size(); i++) {
      boolean isAxis = hasAxis && i == 0;
      boolean isValue = !isAxis && visual.kind() != Kind.TABLE;
      field(visual.fields().get(i), isAxis, isValue).ifPresent(fields::add);
    }
    return new Shown(visual.kind(), fields);
  }

  private Optional<ObjectNode> field(Field field, boolean isAxis, boolean isValue) {
    int dot = field.text().indexOf('.');
    if (dot < 0) {
      Optional<ModelMeasure> measure = model.measure(field.text());
      if (measure.isEmpty()) {
        List<String> names = model.measures().stream().map(ModelMeasure::name).toList();
        problems.add(
            new Problem(
                field.at(),
                "there is no measure " + field.text(),
                NearestName.question(field.text(), names).strip(),
                "declare it under measures, or write DATASET.COLUMN for a column"));
      } else if (isAxis) {
        problems.add(
            new Problem(
                field.at(),
                "the axis is a measure",
                "a chart has a mark for each value of a column",
                "begin the list with a column, as DATASET.COLUMN"));
      }
      return measure.map(ReportFiles::measure);
    }
    String tableName = field.text().substring(0, dot);
    String columnName = field.text().substring(dot + 1);
    Optional<ModelTable> table = model.table(tableName);
    Optional<ModelColumn> column = table.flatMap(found -> found.column(columnName));
    if (column.isEmpty()) {
      List<String> known =
          table
              .map(found -> found.columns().stream().map(ModelColumn::name).toList())
              .orElse(model.names());
      String missing = table.isPresent() ? columnName : tableName;
      problems.add(
          new Problem(
              field.at(),
              table.isPresent()
                  ? tableName + " has no column " + columnName
                  : "the project has no table " + tableName,
              NearestName.question(missing, known).strip(),
              "there are " + String.join(", ", known)));
      return Optional.empty();
    }
    if (isValue && !column.get().isNumber()) {
      problems.add(
          new Problem(
              field.at(),
              field.text() + " is no number",
              "it is a " + column.get().type(),
              "name a measure or a column with numbers"));
    }
    return column.map(found -> isValue ? amount(table.get(), found) : column(table.get(), found));
  }

  /** A page for each table. */
  private List<ShownPage> proposed() {
    List<ShownPage> pages = new ArrayList<>();
    for (ModelTable table : model.tables()) {
      List<Shown> visuals = new ArrayList<>();
      model
          .measure(SemanticModel.rows(table.name()))
          .ifPresent(rows -> visuals.add(new Shown(Kind.CARD, List.of(measure(rows)))));
      Optional<ModelColumn> amount =
          table.columns().stream().filter(ModelColumn::isAmount).findFirst();
      Optional<ModelColumn> time = table.columns().stream().filter(ModelColumn::isTime).findFirst();
      Optional<ModelColumn> axis =
          time.or(() -> table.columns().stream().filter(ModelColumn::isText).findFirst());
      if (amount.isPresent() && axis.isPresent()) {
        visuals.add(
            new Shown(
                time.isPresent() ? Kind.LINE : Kind.BAR,
                List.of(column(table, axis.get()), amount(table, amount.get()))));
      }
      visuals.add(
          new Shown(
              Kind.TABLE,
              table.columns().stream()
                  .filter(column -> !column.type().equals("binary"))
                  .limit(MOST_COLUMNS)
                  .map(column -> column(table, column))
                  .toList()));
      pages.add(new ShownPage(table.name(), visuals));
    }
    return pages;
  }

  private static ObjectNode measure(ModelMeasure measure) {
    ObjectNode field = JsonNodeFactory.instance.objectNode();
    field.set("Measure", reference(measure.table(), measure.name()));
    return projection(field, measure.table() + "." + measure.name(), measure.name());
  }

  private static ObjectNode column(ModelTable table, ModelColumn column) {
    ObjectNode field = JsonNodeFactory.instance.objectNode();
    field.set("Column", reference(table.name(), column.name()));
    return projection(field, table.name() + "." + column.name(), column.name());
  }

  /** The sum of a column, or its average where it is summed up like that. */
  private static ObjectNode amount(ModelTable table, ModelColumn column) {
    boolean isAverage = column.summary().equals("average");
    ObjectNode field = JsonNodeFactory.instance.objectNode();
    ObjectNode aggregation = field.putObject("Aggregation");
    aggregation.putObject("Expression").set("Column", reference(table.name(), column.name()));
    aggregation.put("Function", isAverage ? 1 : 0);
    String function = isAverage ? "Avg" : "Sum";
    String words = (isAverage ? "Average of " : "Sum of ") + column.name();
    return projection(field, function + "(" + table.name() + "." + column.name() + ")", words);
  }

  private static ObjectNode reference(String table, String name) {
    ObjectNode reference = JsonNodeFactory.instance.objectNode();
    reference.putObject("Expression").putObject("SourceRef").put("Entity", table);
    return reference.put("Property", name);
  }

  private static ObjectNode projection(ObjectNode field, String queryRef, String name) {
    ObjectNode projection = JsonNodeFactory.instance.objectNode();
    projection.set("field", field);
    return projection.put("queryRef", queryRef).put("nativeQueryRef", name);
  }

  private static JsonNode literal(String value) {
    ObjectNode expression = JsonNodeFactory.instance.objectNode();
    expression.putObject("expr").putObject("Literal").put("Value", value);
    return expression;
  }

  static ObjectNode schema(String uri) {
    return JsonNodeFactory.instance.objectNode().put("$schema", uri);
  }

  static String text(JsonNode json) {
    return json.toPrettyString() + "\n";
  }
}
