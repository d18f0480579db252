package io.lakebeam.powerbi;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.powerbi.DaxReferences.Reference;
import io.lakebeam.spec.powerbi.PowerBiSpec;
import io.lakebeam.spec.powerbi.PowerBiSpec.Measure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * Tables and measures for Power BI.
 *
 * @param notes what Power BI cannot have of the tables, a sentence each without a full stop
 */
record SemanticModel(List<ModelTable> tables, List<ModelMeasure> measures, List<String> notes) {
  private static final Pattern NAME = Pattern.compile("[^.\\[\\]'\"\\p{Cntrl}]{1,100}");
  private static final String SUMS = "Sums and averages";

  SemanticModel {
    tables = List.copyOf(tables);
    measures = List.copyOf(measures);
    notes = List.copyOf(notes);
  }

  /**
   * The model of some datasets.
   *
   * @param folder of a dataset's table, below the lake
   * @throws PipelineException with everything that is wrong with the measures
   */
  static SemanticModel of(
      List<Dataset> datasets, UnaryOperator<String> folder, PowerBiSpec declared) {
    List<ModelTable> tables = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    for (Dataset dataset : datasets) {
      List<ModelColumn> columns = new ArrayList<>();
      for (Column column : dataset.schema().columns()) {
        if (HiddenColumns.isReserved(column.name())) {
          continue;
        }
        Optional<ModelColumn> mapped = ModelColumn.of(column);
        String name = dataset.name() + "." + column.name();
        if (mapped.isEmpty()) {
          notes.add(name + " is left out: Power BI has no type for " + column.type().sql());
        } else if (ModelColumn.losesDigits(column)) {
          notes.add(name + " is a double in Power BI, with 15 digits of " + column.type().sql());
        }
        mapped.ifPresent(columns::add);
      }
      if (columns.isEmpty()) {
        notes.add(dataset.name() + " is left out: Power BI can have none of its columns");
      } else {
        tables.add(
            new ModelTable(
                dataset.name(), dataset.comment(), folder.apply(dataset.name()), columns));
      }
    }
    SemanticModel bare = new SemanticModel(tables, List.of(), notes);
    List<Problem> problems = new ArrayList<>();
    List<ModelMeasure> measures = bare.declared(declared, problems);
    if (!problems.isEmpty()) {
      throw new PipelineException(problems);
    }
    return new SemanticModel(tables, bare.withGeneral(measures), notes);
  }

  /** The table of that name, ignoring case as DAX does. */
  Optional<ModelTable> table(String name) {
    return tables.stream().filter(table -> table.name().equalsIgnoreCase(name)).findFirst();
  }

  /** The measure of that name, ignoring case as DAX does. */
  Optional<ModelMeasure> measure(String name) {
    return measures.stream().filter(measure -> measure.name().equalsIgnoreCase(name)).findFirst();
  }

  /** The measures of a table. */
  List<ModelMeasure> measuresOf(ModelTable table) {
    return measures.stream().filter(measure -> measure.table().equals(table.name())).toList();
  }

  List<String> names() {
    return tables.stream().map(ModelTable::name).toList();
  }

  /** What everybody can count on: how many rows there are, and sums and averages of amounts. */
  private List<ModelMeasure> withGeneral(List<ModelMeasure> declared) {
    Map<String, ModelMeasure> byName = new LinkedHashMap<>();
    declared.forEach(measure -> byName.put(measure.name().toLowerCase(Locale.ROOT), measure));
    for (ModelTable table : tables) {
      String of = table.name();
      add(byName, of, rows(of), "COUNTROWS(" + Names.daxTable(of) + ")", "#,0", "");
      for (ModelColumn column : table.columns()) {
        if (column.isAmount()) {
          String dax = Names.dax(of, column.name());
          String stem = of + " " + column.name();
          if (column.summary().equals("sum")) {
            add(byName, of, stem + " sum", "SUM(" + dax + ")", column.format(), SUMS);
          }
          add(byName, of, stem + " average", "AVERAGE(" + dax + ")", "#,0.00", SUMS);
        }
      }
    }
    return List.copyOf(byName.values());
  }

  /** What the measure is called that counts the rows of a table. */
  static String rows(String table) {
    return table + " rows";
  }

  private static void add(
      Map<String, ModelMeasure> byName,
      String table,
      String name,
      String dax,
      String format,
      String folder) {
    byName.putIfAbsent(
        name.toLowerCase(Locale.ROOT), new ModelMeasure(table, name, dax, format, folder));
  }

  private List<ModelMeasure> declared(PowerBiSpec spec, List<Problem> problems) {
    Map<String, Measure> byName = new LinkedHashMap<>();
    List<ModelMeasure> found = new ArrayList<>();
    for (Measure measure : spec.measures()) {
      Measure other = byName.putIfAbsent(measure.name().toLowerCase(Locale.ROOT), measure);
      if (other != null) {
        problems.add(
            new Problem(
                measure.at(),
                "two measures are called " + measure.name(),
                "the other one is at " + other.at() + ", and Power BI ignores case",
                "give one of them another name"));
      }
      if (!NAME.matcher(measure.name()).matches()
          || !measure.name().strip().equals(measure.name())) {
        problems.add(
            new Problem(
                measure.at(),
                "a measure may not be called " + measure.name(),
                "its name has 1 to 100 characters, none of . [ ] ' \" and no blank at its ends",
                "give it another name"));
      }
    }
    for (Measure measure : spec.measures()) {
      Optional<ModelTable> table = require(measure.table(), measure.tableAt(), problems);
      if (table.isEmpty()) {
        continue;
      }
      if (table.get().column(measure.name()).isPresent()) {
        problems.add(
            new Problem(
                measure.at(),
                measure.table() + " has a column " + measure.name() + " already",
                "columns and measures of a table have different names",
                "give the measure another name"));
      }
      checkDax(measure, table.get(), byName, problems);
      found.add(
          new ModelMeasure(
              table.get().name(), measure.name(), measure.dax(), measure.format(), ""));
    }
    return found;
  }

  private Optional<ModelTable> require(String name, SourceLocation at, List<Problem> problems) {
    Optional<ModelTable> table = table(name);
    if (table.isEmpty()) {
      problems.add(
          new Problem(
              at,
              "the project has no table " + name,
              NearestName.question(name, names()).strip(),
              "there are " + String.join(", ", names())));
    }
    return table;
  }

  private void checkDax(
      Measure measure, ModelTable home, Map<String, Measure> measures, List<Problem> problems) {
    for (Reference reference : DaxReferences.in(measure.dax())) {
      if (reference.table().isEmpty()) {
        boolean isKnown =
            measures.containsKey(reference.name().toLowerCase(Locale.ROOT))
                || home.column(reference.name()).isPresent();
        if (!isKnown) {
          problems.add(
              new Problem(
                  measure.daxAt(),
                  "there is no measure [" + reference.name() + "]",
                  "the expression of " + measure.name() + " names it",
                  "write TABLE[COLUMN] for a column, or declare the measure"));
        }
        continue;
      }
      Optional<ModelTable> table = require(reference.table(), measure.daxAt(), problems);
      boolean isMissing =
          table.isPresent()
              && !reference.name().isEmpty()
              && table.get().column(reference.name()).isEmpty()
              && !measures.containsKey(reference.name().toLowerCase(Locale.ROOT));
      if (isMissing) {
        List<String> columns = table.get().columns().stream().map(ModelColumn::name).toList();
        problems.add(
            new Problem(
                measure.daxAt(),
                reference.table() + " has no column " + reference.name(),
                NearestName.question(reference.name(), columns).strip(),
                "its columns are " + String.join(", ", columns)));
      }
    }
  }
}
