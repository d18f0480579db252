package io.lakebeam.pipeline.compile;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.OnViolation;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.ColumnUse;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Influence;
import io.lakebeam.graph.Ordering;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineDraft;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.QueryText;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.RuleProgram;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns a declared pipeline into a compiled one, or into every problem that keeps it from being
 * one. Reads no data and opens no connection.
 */
public final class PipelineCompiler {
  /** Their names in a query; one in a text or a comment costs a little and does no harm. */
  private static final Pattern ONLY_BY_NAME =
      Pattern.compile(
          Stream.concat(HiddenColumns.OF_MESSAGES.stream(), HiddenColumns.OF_FILES.stream())
              .map(Column::name)
              .collect(Collectors.joining("|", "\\b(", ")\\b")),
          Pattern.CASE_INSENSITIVE);

  private PipelineSpec spec;
  private final QueryAnalyzer analyzer;
  private final OpenDatasets open;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Set<String>> reads = new LinkedHashMap<>();
  private final Set<String> failed = new HashSet<>();
  private final Set<String> unreadable = new HashSet<>();
  private final List<CompiledTable> tables = new ArrayList<>();
  private final List<CompiledWindows> windows = new ArrayList<>();
  private final List<CompiledUpsert> upserts = new ArrayList<>();
  private final List<CompiledView> views = new ArrayList<>();
  private final List<DataflowGraph.Dataset> datasets = new ArrayList<>();

  private PipelineCompiler(PipelineSpec spec) {
    this.spec = withNamedColumns(spec);
    FunctionLibrary functions = new FunctionLoader(problems, spec.trust()).load(spec.functions());
    this.analyzer = new QueryAnalyzer(functions, viewQueries(), references());
    this.open = new OpenDatasets(analyzer);
  }

  /** What comes with messages, or is known of files, gets into rows when a query names it. */
  private static PipelineSpec withNamedColumns(PipelineSpec spec) {
    boolean isNamed =
        spec.datasets().stream()
            .flatMap(dataset -> queriesOf(dataset).stream())
            .anyMatch(query -> ONLY_BY_NAME.matcher(query.sql()).find());
    return isNamed
        ? spec.withSources(
            spec.sources().stream()
                .map(source -> source.reference() ? source : source.withNamedColumns())
                .toList())
        : spec;
  }

  /**
   * Compiles a pipeline.
   *
   * @throws PipelineException with everything that is wrong with it, in the words of its files
   */
  public static CompiledPipeline compile(PipelineSpec spec) {
    return new PipelineCompiler(spec).compile();
  }

  /**
   * Compiles what could be read of a pipeline, so that everything is told at once: what is wrong
   * with its files, and with what stands in the parts that could be read.
   *
   * @throws PipelineException with everything that is wrong with it
   */
  public static CompiledPipeline compile(PipelineDraft draft) {
    if (draft.problems().isEmpty()) {
      return compile(draft.spec().orElseThrow());
    }
    List<Problem> all = new ArrayList<>(draft.problems());
    if (draft.spec().isPresent()) {
      try {
        of(draft).compile();
      } catch (PipelineException e) {
        all.addAll(e.problems());
      }
    }
    throw new PipelineException(byLine(all));
  }

  private static PipelineCompiler of(PipelineDraft draft) {
    PipelineCompiler compiler = new PipelineCompiler(draft.spec().orElseThrow());
    compiler.failed.addAll(draft.unreadable());
    compiler.unreadable.addAll(draft.unreadable());
    return compiler;
  }

  /**
   * What could be read of a pipeline, with each dataset as it is kept. Where what its query reads
   * is not known, the query's text says it.
   *
   * @return empty when too little could be read
   */
  public static Optional<PipelineSpec> settled(PipelineDraft draft) {
    if (draft.spec().isEmpty()) {
      return Optional.empty();
    }
    PipelineCompiler compiler = of(draft);
    try {
      compiler.compile();
    } catch (PipelineException e) {
      // Whoever compiles it is told.
      for (DatasetSpec dataset : compiler.spec.datasets()) {
        compiler.spec = compiler.spec.withDataset(compiler.open.settledAsWritten(dataset));
      }
    }
    return Optional.of(compiler.spec);
  }

  /**
   * Problems of a SQL file, which may hold many statements, from its top to its end; all others
   * stay where they are.
   */
  private static List<Problem> byLine(List<Problem> problems) {
    List<Problem> ordered = new ArrayList<>(problems);
    Map<String, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < problems.size(); i++) {
      String file = problems.get(i).at().file();
      if (file.endsWith(".sql")) {
        places.computeIfAbsent(file, each -> new ArrayList<>()).add(i);
      }
    }
    for (List<Integer> of : places.values()) {
      List<Problem> sorted =
          of.stream()
              .map(problems::get)
              .sorted(
                  Comparator.comparing((Problem problem) -> problem.at().line())
                      .thenComparing(problem -> problem.at().column()))
              .toList();
      for (int i = 0; i < of.size(); i++) {
        ordered.set(of.get(i), sorted.get(i));
      }
    }
    return ordered;
  }

  private CompiledPipeline compile() {
    for (SourceSpec source : spec.sources()) {
      SourceReader.problem(source).ifPresent(e -> problems.add(e.told().at(source.at())));
      if (source.reference()) {
        analyzer.declare(source.name(), source.schema());
      } else {
        analyzer.declare(source.name(), SourceReader.rowSchema(source), source.named());
      }
    }
    for (DatasetSpec dataset : spec.datasets()) {
      reads.put(dataset.name(), readsOf(dataset));
    }
    Ordering ordering = Ordering.of(reads);
    ordering.cycles().forEach(this::cycle);
    for (String name : ordering.order()) {
      compile(dataset(name));
    }
    DataflowGraph graph = new DataflowGraph(spec.name(), graphSources(), datasets);
    List<CompiledTable> streaming =
        Stream.concat(tables.stream(), windows.stream().map(CompiledWindows::table)).toList();
    MaskedColumns masked = new MaskedColumns(spec, graph, streaming);
    if (failed.isEmpty()) {
      problems.addAll(masked.problems());
      new SinkCheck(spec, tables, windows, views).problems().forEach(problems::add);
      new MirrorCheck(spec, streaming, upserts, views).problems().forEach(problems::add);
    }
    if (!problems.isEmpty()) {
      throw new PipelineException(spec.expansions().hidden(byLine(problems)));
    }
    return new CompiledPipeline(
        spec,
        graph,
        tables.stream().map(table -> table.masked(masked.of(table))).toList(),
        windows.stream().map(each -> each.masked(masked.of(each.table()))).toList(),
        upserts,
        views);
  }

  private void compile(DatasetSpec declared) {
    if (failed.contains(declared.name())) {
      return;
    }
    List<String> brokenInputs =
        reads.get(declared.name()).stream().filter(failed::contains).toList();
    if (!brokenInputs.isEmpty()) {
      failed.add(declared.name());
      // Its changes are declared together with it, and what is wrong with them is told.
      if (!(declared.definition() instanceof DatasetSpec.UpsertTable)) {
        uncheckable(declared, brokenInputs);
      }
      checkRules(declared);
      return;
    }
    try {
      DatasetSpec dataset = open.settled(declared, readsRowsThatStay(declared));
      spec = spec.withDataset(dataset);
      if (dataset.definition() instanceof DatasetSpec.StreamingTable table) {
        TableCompiler compiler =
            new TableCompiler(spec, analyzer, tables, windows, upserts, problems);
        Optional<CompiledWindows> grouped =
            new WindowCompiler(analyzer, tables, compiler).compile(dataset, table);
        if (grouped.isPresent()) {
          declare(dataset, grouped.get());
          return;
        }
        CompiledTable compiled = compiler.compile(dataset, table);
        analyzer.declare(dataset.name(), compiled.rowSchema());
        analyzer.declareStored(dataset.name(), compiled.storedSchema());
        tables.add(compiled);
        datasets.add(describe(dataset, compiled));
      } else if (dataset.definition() instanceof DatasetSpec.UpsertTable upsert) {
        declare(dataset, new UpsertCompiler(spec, analyzer, tables).compile(dataset, upsert));
      } else if (dataset.definition() instanceof DatasetSpec.MaterializedView view) {
        CompiledView compiled = new ViewCompiler(spec, analyzer, followed()).compile(dataset, view);
        analyzer.declare(dataset.name(), compiled.columns());
        analyzer.declareStored(dataset.name(), compiled.columns());
        views.add(compiled);
        datasets.add(describe(dataset, compiled));
      } else if (dataset.definition() instanceof DatasetSpec.View view) {
        refuseRules(dataset);
        analyzer.declareView(dataset.name(), view.query());
      }
    } catch (InvalidQueryException e) {
      fail(declared, e.problems());
    } catch (InvalidDatasetException e) {
      fail(declared, e.problems());
    }
  }

  private boolean readsRowsThatStay(DatasetSpec dataset) {
    Set<String> changing = new HashSet<>();
    views.forEach(view -> changing.add(view.name()));
    upserts.forEach(upsert -> changing.add(upsert.name()));
    return reads.get(dataset.name()).stream().noneMatch(changing::contains);
  }

  private void declare(DatasetSpec dataset, CompiledWindows grouped) {
    CompiledTable table = grouped.table();
    analyzer.declare(dataset.name(), table.storedSchema());
    analyzer.declareStored(dataset.name(), table.storedSchema());
    windows.add(grouped);
    List<String> inputs = new ArrayList<>();
    inputs.add(grouped.upstream());
    inputs.addAll(grouped.query().groups().lookups());
    DatasetSpec.StreamingTable declared = (DatasetSpec.StreamingTable) dataset.definition();
    String name = ((DatasetSpec.QueryFlow) declared.flows().get(0)).query().file();
    datasets.add(
        new DataflowGraph.Dataset(
            dataset.name(),
            DataflowGraph.Kind.STREAMING_TABLE,
            layer(dataset),
            dataset.comment(),
            table.storedSchema(),
            table.partitionBy(),
            List.of(new DataflowGraph.Flow(name, inputs, grouped.query().lineage())),
            uses(table)));
  }

  private void declare(DatasetSpec dataset, CompiledUpsert upsert) {
    TableSchema stored = upsert.query().storedSchema();
    analyzer.declare(dataset.name(), stored);
    analyzer.declareStored(dataset.name(), stored);
    upserts.add(upsert);
    datasets.add(
        new DataflowGraph.Dataset(
            dataset.name(),
            DataflowGraph.Kind.STREAMING_TABLE,
            layer(dataset),
            dataset.comment(),
            stored,
            upsert.partitionBy(),
            List.of(
                new DataflowGraph.Flow(
                    upsert.upstream(), List.of(upsert.upstream()), upsert.lineage())),
            List.of()));
  }

  /** What views may follow. */
  private List<ViewCompiler.Followed> followed() {
    List<ViewCompiler.Followed> followed = new ArrayList<>();
    Stream.concat(tables.stream(), windows.stream().map(CompiledWindows::table))
        .map(
            table ->
                new ViewCompiler.Followed(table.name(), table.path(), table.storedSchema(), true))
        .forEach(followed::add);
    upserts.stream()
        .map(
            table ->
                new ViewCompiler.Followed(
                    table.name(), table.path(), table.query().storedSchema(), false))
        .forEach(followed::add);
    views.stream()
        .map(view -> new ViewCompiler.Followed(view.name(), view.path(), view.columns(), false))
        .forEach(followed::add);
    return followed;
  }

  private void fail(DatasetSpec dataset, List<Problem> causes) {
    problems.addAll(causes);
    failed.add(dataset.name());
    checkRules(dataset);
  }

  /** Rules of a dataset whose columns are not known. */
  private void checkRules(DatasetSpec dataset) {
    for (Expectation rule : dataset.expectations()) {
      try {
        analyzer.checkSyntax(rule);
      } catch (InvalidQueryException e) {
        problems.addAll(e.problems());
      }
    }
  }

  private DataflowGraph.Dataset describe(DatasetSpec dataset, CompiledTable table) {
    List<DataflowGraph.Flow> flows = new ArrayList<>();
    for (CompiledFlow flow : table.flows()) {
      Set<String> inputs = new LinkedHashSet<>(flow.takes());
      inputs.addAll(flow.lookups());
      flow.joined().forEach(joined -> inputs.add(joined.name()));
      flows.add(new DataflowGraph.Flow(flow.name(), List.copyOf(inputs), flow.lineage()));
    }
    return new DataflowGraph.Dataset(
        dataset.name(),
        DataflowGraph.Kind.STREAMING_TABLE,
        layer(dataset),
        dataset.comment(),
        table.storedSchema(),
        table.partitionBy(),
        flows,
        uses(table));
  }

  private DataflowGraph.Dataset describe(DatasetSpec dataset, CompiledView view) {
    List<String> inputs = new ArrayList<>(view.inputs());
    inputs.addAll(view.lookups());
    QueryText query = ((DatasetSpec.MaterializedView) dataset.definition()).query();
    return new DataflowGraph.Dataset(
        dataset.name(),
        DataflowGraph.Kind.MATERIALIZED_VIEW,
        layer(dataset),
        dataset.comment(),
        view.columns(),
        view.partitionBy(),
        List.of(new DataflowGraph.Flow(query.file(), inputs, view.lineage())),
        view instanceof ComputedView computed
            ? uses(view.name(), computed.rules(), computed.verdicts())
            : List.of());
  }

  /** Columns of a table that decide which of its rows are kept, or that rules look at. */
  private static List<ColumnUse> uses(CompiledTable table) {
    List<ColumnUse> uses = new ArrayList<>(uses(table.name(), table.rules(), table.verdicts()));
    if (table.deduplication().isPresent()) {
      for (String column : table.deduplication().get().columns()) {
        uses.add(
            new ColumnUse(new ColumnOrigin(table.name(), column), Influence.FILTER, "deduplicate"));
      }
    }
    return uses;
  }

  private static List<ColumnUse> uses(String name, List<Expectation> rules, RuleProgram program) {
    List<ColumnUse> uses = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      Expectation rule = rules.get(i);
      boolean takesRows =
          rule.onViolation() == OnViolation.DROP || rule.onViolation() == OnViolation.QUARANTINE;
      for (String column : program.reads().get(i)) {
        uses.add(
            new ColumnUse(
                new ColumnOrigin(name, column),
                takesRows ? Influence.FILTER : Influence.CHECK,
                "expectation " + rule.name()));
      }
    }
    return uses;
  }

  private static String layer(DatasetSpec dataset) {
    return dataset.layer().map(l -> l.name().toLowerCase(Locale.ROOT)).orElse("");
  }

  private List<DataflowGraph.Source> graphSources() {
    return spec.sources().stream().map(PipelineCompiler::describe).toList();
  }

  private static DataflowGraph.Source describe(SourceSpec source) {
    return source
        .connection()
        .match(
            kafka ->
                new DataflowGraph.Source(
                    source.name(),
                    kafka.isEventHub() ? "event_hubs" : "kafka",
                    kafka.describedTopic(),
                    source.columns()),
            files ->
                new DataflowGraph.Source(
                    source.name(),
                    source.reference() ? "reference" : "files",
                    files.pattern(),
                    source.columns()));
  }

  private Map<String, QueryText> viewQueries() {
    Map<String, QueryText> queries = new HashMap<>();
    for (DatasetSpec dataset : spec.datasets()) {
      if (dataset.definition() instanceof DatasetSpec.View view) {
        queries.put(dataset.name(), view.query());
      }
    }
    return queries;
  }

  private Set<String> references() {
    return spec.sources().stream()
        .filter(SourceSpec::reference)
        .map(SourceSpec::name)
        .collect(Collectors.toSet());
  }

  /**
   * What a dataset reads, in the declared spelling; names that nothing declares are left as typed.
   */
  private Set<String> readsOf(DatasetSpec dataset) {
    Set<String> names = new LinkedHashSet<>();
    for (QueryText query : queriesOf(dataset)) {
      try {
        names.addAll(analyzer.reads(query));
      } catch (InvalidQueryException e) {
        problems.addAll(e.problems());
        failed.add(dataset.name());
        checkRules(dataset);
      }
    }
    flowsOf(dataset).forEach(flow -> names.addAll(TableCompiler.taken(flow)));
    if (dataset.definition() instanceof DatasetSpec.UpsertTable upsert) {
      names.add(upsert.changes());
    }
    Set<String> declared = new LinkedHashSet<>();
    names.forEach(name -> declared.add(declared(name).orElse(name)));
    return declared;
  }

  private static List<QueryText> queriesOf(DatasetSpec dataset) {
    return dataset
        .definition()
        .match(
            table -> table.flows().stream().flatMap(PipelineCompiler::queryOf).toList(),
            upsert -> List.of(),
            view -> List.of(view.query()),
            view -> List.of(view.query()));
  }

  private static Stream<QueryText> queryOf(DatasetSpec.FlowSpec flow) {
    return flow.match(
        copy -> Stream.of(), query -> Stream.of(query.query()), transform -> Stream.of());
  }

  private static List<DatasetSpec.FlowSpec> flowsOf(DatasetSpec dataset) {
    return dataset
        .definition()
        .match(
            DatasetSpec.StreamingTable::flows,
            upsert -> List.of(),
            view -> List.of(),
            view -> List.of());
  }

  private Optional<String> declared(String name) {
    for (DatasetSpec dataset : spec.datasets()) {
      if (dataset.name().equalsIgnoreCase(name)) {
        return Optional.of(dataset.name());
      }
    }
    return Stream.concat(spec.sources().stream().map(SourceSpec::name), unreadable.stream())
        .filter(source -> source.equalsIgnoreCase(name))
        .findFirst();
  }

  private DatasetSpec dataset(String name) {
    return spec.datasets().stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
  }

  private void cycle(List<String> cycle) {
    failed.addAll(cycle);
    problems.add(
        new Problem(
            dataset(cycle.get(0)).at(),
            "datasets depend on each other: " + String.join(" -> ", cycle),
            "none of them can be computed first",
            "take one of them out of the others' FROM"));
  }

  /** Says of a dataset that it could not be looked at because of what it reads. */
  private void uncheckable(DatasetSpec dataset, List<String> causes) {
    problems.add(
        new Problem(
            ErrorCode.PIPELINE_INVALID,
            dataset.at(),
            dataset.name() + " cannot be checked",
            "it reads " + String.join(", ", causes) + ", which cannot be computed",
            "mend " + String.join(", ", causes) + " first",
            causes));
  }

  /** Of a dataset that takes the rows of a view, whichever it has at the time. */
  static InvalidDatasetException readsView(DatasetSpec dataset, String input) {
    return new InvalidDatasetException(
        new Problem(
            dataset.at(),
            dataset.name() + " reads " + input + ", which is a materialized view",
            "its rows change with every epoch, and what reads it would see them half done",
            "read the streaming tables that "
                + input
                + " reads; a flow of a streaming table may"
                + " JOIN with it"));
  }

  /** Of a dataset that takes rows one by one of a table whose rows change. */
  static InvalidDatasetException readsUpserts(DatasetSpec dataset, String input, String changes) {
    return new InvalidDatasetException(
        new Problem(
            dataset.at(),
            dataset.name() + " takes the rows of " + input + ", which change",
            "what was taken would stay as it was when a row says something else, or is deleted",
            "read "
                + changes
                + ", which has every change as it came; or JOIN with "
                + input
                + ", or read it in a materialized view"));
  }

  private static void refuseRules(DatasetSpec view) throws InvalidDatasetException {
    if (!view.expectations().isEmpty()) {
      throw new InvalidDatasetException(
          new Problem(
              view.expectations().get(0).at(),
              view.name() + " cannot have expectations",
              "a view is not stored: there is nothing to keep a row out of",
              "put the rules on the tables that read " + view.name()));
    }
  }

  /** The columns that rows of a dataset or source have besides the hidden ones. */
  static TableSchema withoutHidden(TableSchema schema) {
    List<Column> columns =
        schema.columns().stream()
            .filter(
                column ->
                    !HiddenColumns.CARRIED.stream()
                        .anyMatch(hidden -> hidden.name().equals(column.name())))
            .toList();
    return new TableSchema(columns);
  }
}
