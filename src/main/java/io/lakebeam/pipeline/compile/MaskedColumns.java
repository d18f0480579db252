package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.ColumnGraph;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.ValueMask;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.QuarantineSpec.Mask;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What is masked of each table's refused rows: the columns that are declared, the fields of records
 * that their values come from, and the table's other columns that get values from these.
 */
final class MaskedColumns {
  private static final int MOST_TOLD = 5;

  private final DataflowGraph graph;
  private final List<CompiledTable> tables;
  private final Map<String, List<Mask>> masks = new LinkedHashMap<>();
  private final Map<String, SourceSpec> sources = new LinkedHashMap<>();

  /**
   * @param tables all streaming tables
   */
  MaskedColumns(PipelineSpec spec, DataflowGraph graph, List<CompiledTable> tables) {
    this.graph = graph;
    this.tables = tables;
    for (DatasetSpec dataset : spec.datasets()) {
      masks.put(dataset.name(), dataset.refused().masks());
    }
    spec.sources().stream()
        .filter(source -> !source.reference())
        .forEach(source -> sources.put(source.name(), source));
  }

  /** Columns that are to be masked, and that none of the tables has that they are declared of. */
  List<Problem> problems() {
    // A mask of the pipeline is one of all of its tables.
    Map<Mask, List<CompiledTable>> declared = new LinkedHashMap<>();
    for (CompiledTable table : tables) {
      for (Mask mask : masks.getOrDefault(table.name(), List.of())) {
        declared.computeIfAbsent(mask, each -> new ArrayList<>()).add(table);
      }
    }
    List<Problem> problems = new ArrayList<>();
    declared.forEach(
        (mask, of) -> {
          if (of.stream().noneMatch(table -> mayHave(table, Set.of(small(mask.column()))))) {
            problems.add(problem(mask, of));
          }
        });
    return problems;
  }

  private Problem problem(Mask mask, List<CompiledTable> of) {
    Set<String> known = new LinkedHashSet<>();
    of.forEach(table -> known.addAll(known(table)));
    List<String> names = of.stream().map(CompiledTable::name).toList();
    return new Problem(
        mask.at(),
        "there is no column " + mask.column() + " to mask",
        String.join(", ", names.subList(0, Math.min(MOST_TOLD, names.size())))
            + (names.size() > MOST_TOLD ? ", ..." : "")
            + (names.size() == 1
                ? " has none, nor has a source of it"
                : " and their sources have none"),
        NearestName.question(mask.column(), known) + "there are " + String.join(", ", known));
  }

  /** What is masked of a table's rows. */
  ValueMask of(CompiledTable table) {
    Set<String> names = new TreeSet<>();
    masks.getOrDefault(table.name(), List.of()).forEach(mask -> names.add(small(mask.column())));
    if (names.isEmpty() || !mayHave(table, names)) {
      return ValueMask.NONE;
    }
    ColumnGraph columns = new ColumnGraph(graph);
    Set<ColumnOrigin> origins = new LinkedHashSet<>();
    table.columns().names().stream()
        .filter(column -> names.contains(small(column)))
        .forEach(column -> origins.add(new ColumnOrigin(table.name(), column)));
    Set<ColumnOrigin> fields = new LinkedHashSet<>();
    closure(
            origins,
            column ->
                columns.into(column).stream()
                    .filter(edge -> edge.influence().isDirect())
                    .map(ColumnGraph.Edge::from))
        .stream()
        .filter(column -> sources.containsKey(column.relation()))
        .forEach(fields::add);
    for (SourceSpec source : sourcesOf(table)) {
      all(source)
          .filter(
              column ->
                  names.contains(small(column.name()))
                      || names.contains(small(inData(source, column.name()))))
          .forEach(column -> fields.add(new ColumnOrigin(source.name(), column.name())));
    }
    for (ColumnOrigin field : fields) {
      names.add(small(field.column()));
      names.add(small(inData(sources.get(field.relation()), field.column())));
    }
    origins.addAll(fields);
    closure(
            origins,
            column ->
                columns.outOf(column).stream()
                    .filter(edge -> edge.influence().isDirect() && !edge.isOfRows())
                    .map(ColumnGraph.Edge::to))
        .stream()
        .filter(column -> column.relation().equals(table.name()))
        .forEach(column -> names.add(small(column.column())));
    return new ValueMask(names);
  }

  private static Set<ColumnOrigin> closure(
      Set<ColumnOrigin> of, Function<ColumnOrigin, Stream<ColumnOrigin>> next) {
    Set<ColumnOrigin> found = new LinkedHashSet<>(of);
    Deque<ColumnOrigin> open = new ArrayDeque<>(of);
    while (!open.isEmpty()) {
      next.apply(open.remove()).filter(found::add).forEach(open::add);
    }
    return found;
  }

  /** False when neither the table nor a source of it has, or may get, something of these names. */
  private boolean mayHave(CompiledTable table, Set<String> names) {
    return sourcesOf(table).stream().anyMatch(source -> source.newFields().becomeColumns())
        || names.contains(HiddenColumns.RAW.name())
        || known(table).stream().anyMatch(name -> names.contains(small(name)));
  }

  /** Names of the table's columns and those of its sources, at any depth. */
  private Set<String> known(CompiledTable table) {
    Set<String> known = new LinkedHashSet<>();
    addNames(table.columns().columns(), known);
    for (SourceSpec source : sourcesOf(table)) {
      addNames(all(source).toList(), known);
      known.addAll(source.namesInData().values());
    }
    return known;
  }

  private static void addNames(Collection<Column> columns, Set<String> names) {
    for (Column column : columns) {
      names.add(column.name());
      addNames(fields(column.type()), names);
    }
  }

  private static List<Column> fields(DataType type) {
    return type.match(
        primitive -> List.of(),
        decimal -> List.of(),
        array -> fields(array.element()),
        map -> fields(map.value()),
        struct -> struct.fields());
  }

  private static Stream<Column> all(SourceSpec source) {
    return Stream.concat(source.columns().columns().stream(), source.named().stream());
  }

  private static String inData(SourceSpec source, String column) {
    return source.namesInData().getOrDefault(column, column);
  }

  /** The sources whose records become rows of a table, through however many others. */
  private List<SourceSpec> sourcesOf(CompiledTable table) {
    Set<String> found = new LinkedHashSet<>(Set.of(table.name()));
    Deque<String> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      Optional<DataflowGraph.Dataset> dataset = graph.dataset(open.remove());
      dataset.stream()
          .flatMap(each -> each.inputs().stream())
          .filter(found::add)
          .forEach(open::add);
    }
    return found.stream().filter(sources::containsKey).map(sources::get).toList();
  }

  private static String small(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
