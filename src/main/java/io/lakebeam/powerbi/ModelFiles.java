package io.lakebeam.powerbi;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A semantic model as files of TMDL. */
final class ModelFiles {
  private final String pipeline;
  private final SemanticModel model;
  private final ModelSource source;
  private final boolean isImport;
  private final Map<String, String> parameters;

  /**
   * The files of a model.
   *
   * @param parameters values of the source's parameters, all of them
   */
  ModelFiles(
      String pipeline,
      SemanticModel model,
      ModelSource source,
      boolean isImport,
      Map<String, String> parameters) {
    this.pipeline = pipeline;
    this.model = model;
    this.source = source;
    this.isImport = isImport;
    this.parameters = parameters;
  }

  /** Texts by path, from the folder of the model. */
  Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    files.put("definition/database.tmdl", "database\n\tcompatibilityLevel: 1600\n");
    files.put("definition/model.tmdl", model());
    files.put("definition/expressions.tmdl", expressions());
    for (ModelTable table : model.tables()) {
      files.put("definition/tables/" + table.name() + ".tmdl", table(table));
    }
    return files;
  }

  private String model() {
    StringBuilder text = new StringBuilder();
    text.append("model Model\n")
        .append("\tculture: en-US\n")
        .append("\tdefaultPowerBIDataSourceVersion: powerBI_V3\n")
        .append("\tsourceQueryCulture: en-US\n\n")
        // Each day of each time would get a hidden table of its own.
        .append("annotation __PBI_TimeIntelligenceEnabled = 0\n\n");
    model.names().forEach(name -> text.append("ref table ").append(Names.tmdl(name)).append('\n'));
    return text.toString();
  }

  private String expressions() {
    StringBuilder text = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            text.append("expression ")
                .append(Names.tmdl(name))
                .append(" = ")
                .append(Names.m(value))
                .append(" meta [IsParameterQuery=true, Type=\"Text\",")
                .append(" IsParameterQueryRequired=true]\n")
                .append("\tlineageTag: ")
                .append(Names.uuid(pipeline, "parameter", name))
                .append("\n\n\tannotation PBI_ResultType = Text\n\n"));
    return text.toString();
  }

  private String table(ModelTable table) {
    StringBuilder text = new StringBuilder();
    comment(text, "", table.comment());
    text.append("table ").append(Names.tmdl(table.name())).append('\n');
    line(text, 1, "lineageTag: " + Names.uuid(pipeline, table.name()));
    for (ModelMeasure measure : model.measuresOf(table)) {
      text.append('\n');
      List<String> dax = measure.dax().lines().toList();
      String head = "measure " + Names.tmdl(measure.name()) + " =";
      line(text, 1, dax.size() == 1 ? head + " " + dax.get(0) : head);
      if (dax.size() > 1) {
        dax.forEach(each -> line(text, 3, each));
      }
      if (!measure.format().isEmpty()) {
        line(text, 2, "formatString: " + measure.format());
      }
      if (!measure.folder().isEmpty()) {
        line(text, 2, "displayFolder: " + measure.folder());
      }
      line(text, 2, "lineageTag: " + Names.uuid(pipeline, table.name(), "measure", measure.name()));
    }
    for (ModelColumn column : table.columns()) {
      text.append('\n');
      comment(text, "\t", column.comment());
      line(text, 1, "column " + Names.tmdl(column.name()));
      line(text, 2, "dataType: " + column.type());
      if (!column.format().isEmpty()) {
        line(text, 2, "formatString: " + column.format());
      }
      line(text, 2, "lineageTag: " + Names.uuid(pipeline, table.name(), "column", column.name()));
      line(text, 2, "summarizeBy: " + column.summary());
      line(text, 2, "sourceColumn: " + column.name());
    }
    text.append('\n');
    line(text, 1, "partition " + Names.tmdl(table.name()) + " = m");
    line(text, 2, "mode: " + (isImport ? "import" : "directQuery"));
    line(text, 2, "source =");
    source.query(table, isImport).forEach(each -> line(text, 4, each));
    return text.toString();
  }

  private static void comment(StringBuilder text, String indent, String comment) {
    List<String> lines = new ArrayList<>(comment.strip().lines().toList());
    lines.forEach(each -> text.append(indent).append("/// ").append(each.strip()).append('\n'));
  }

  private static void line(StringBuilder text, int depth, String line) {
    text.append("\t".repeat(depth)).append(line).append('\n');
  }
}
