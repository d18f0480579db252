package io.lakebeam.pipeline.compile;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.pipeline.TransformLoader;
import io.lakebeam.pipeline.ValueMask;
import io.lakebeam.row.BeamSchemas;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.UpsertSpec;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.RowQuery;
import io.lakebeam.sql.RuleProgram;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;

/** Compiles streaming tables: the columns of all flows brought together, rules put behind them. */
final class TableCompiler {
  private final PipelineSpec spec;
  private final QueryAnalyzer analyzer;
  private final List<CompiledTable> tables;
  private final List<String> windows;
  private final List<CompiledUpsert> upserts;
  private final List<Problem> problems;

  /**
   * @param tables that flows may read
   * @param windows tables that get windows as they are closed, which flows may not read
   * @param upserts tables whose rows change, which flows may not read either
   */
  TableCompiler(
      PipelineSpec spec,
      QueryAnalyzer analyzer,
      List<CompiledTable> tables,
      List<CompiledWindows> windows,
      List<CompiledUpsert> upserts,
      List<Problem> problems) {
    this.spec = spec;
    this.analyzer = analyzer;
    this.tables = tables;
    this.windows = windows.stream().map(CompiledWindows::name).toList();
    this.upserts = upserts;
    this.problems = problems;
  }

  /**
   * A flow whose rows are known, but not yet the table they go to.
   *
   * @param isCopy true when its rows are those of the input
   */
  private record Draft(
      String name, SourceLocation at, CompiledFlow.Input input, RowQuery rows, boolean isCopy) {
    TableSchema columns() {
      return rows.columns();
    }
  }

  CompiledTable compile(DatasetSpec dataset, DatasetSpec.StreamingTable table)
      throws InvalidDatasetException {
    List<Draft> drafts = new ArrayList<>();
    List<Problem> refused = new ArrayList<>();
    for (DatasetSpec.FlowSpec flow : table.flows()) {
      try {
        for (String input : taken(flow)) {
          refuseView(dataset, input);
        }
        Draft draft = draft(flow);
        refuseView(dataset, draft.rows().input());
        drafts.add(draft);
      } catch (InvalidQueryException e) {
        refused.addAll(e.problems());
      } catch (InvalidDatasetException e) {
        refused.addAll(e.problems());
      }
    }
    if (!refused.isEmpty()) {
      throw new InvalidDatasetException(refused);
    }
    TableSchema columns = columns(dataset, drafts);
    checkChanged(table, columns);
    boolean storesRaw =
        drafts.stream().anyMatch(d -> d.isCopy() && d.input() instanceof CompiledFlow.FromSource);
    CompiledTable judged = judged(dataset, columns, storesRaw);
    List<CompiledFlow> flows = new ArrayList<>();
    for (Draft draft : drafts) {
      flows.add(flow(draft, columns, judged.rowSchema()));
    }
    return judged.with(new Duplicates(analyzer, dataset, table).of(judged), flows);
  }

  /** What an upsert table names has to be among its changes' columns, before rules look at it. */
  private void checkChanged(DatasetSpec.StreamingTable table, TableSchema columns)
      throws InvalidDatasetException {
    for (DatasetSpec dataset : spec.datasets()) {
      if (dataset.name().equals(table.changed())
          && dataset.definition() instanceof DatasetSpec.UpsertTable upserted) {
        UpsertCompiler.checkNames(dataset.name(), upserted.upsert(), columns);
      }
    }
  }

  /** A table of these columns with its rules, and without what adds rows to it. */
  CompiledTable judged(DatasetSpec dataset, TableSchema columns, boolean storesRaw) {
    CompiledTable bare =
        new CompiledTable(
            dataset.name(),
            TablePaths.of(spec, dataset.name()),
            TablePaths.of(spec, dataset.name()),
            dataset.comment(),
            dataset.quarantine().orElseThrow(),
            columns,
            storesRaw,
            partitions(dataset, columns),
            List.of(),
            RuleProgram.none(),
            null,
            List.of(),
            ValueMask.NONE);
    List<Expectation> rules = checkedRules(dataset, bare.rowSchema());
    return rules.isEmpty()
        ? bare
        : bare.with(rules, analyzer.rules(rules, bare.rowSchema(), dataset.name()));
  }

  private Draft draft(DatasetSpec.FlowSpec flow)
      throws InvalidQueryException, InvalidDatasetException {
    if (flow instanceof DatasetSpec.CopyFlow copy) {
      TableSchema rows = rowSchema(copy.from(), copy.at());
      return new Draft(
          copy.from(),
          copy.at(),
          input(copy.from()),
          RowQuery.copy(copy.from(), rows, copied(copy.from(), rows)),
          true);
    }
    if (flow instanceof DatasetSpec.QueryFlow query) {
      RowQuery rows = analyzer.rowQuery(query.query());
      return new Draft(query.query().file(), place(query), input(rows.input()), rows, false);
    }
    DatasetSpec.TransformFlow transform = (DatasetSpec.TransformFlow) flow;
    TableSchema rows = transformed(transform);
    return new Draft(
        transform.className(),
        transform.at(),
        new CompiledFlow.FromTransform(
            transform.className(), transform.from(), transform.options()),
        RowQuery.copy(
            CompiledFlow.FromTransform.RELATION, rows, PipelineCompiler.withoutHidden(rows)),
        false);
  }

  /** What a flow takes rows of by name; a query's is known once it is read. */
  static List<String> taken(DatasetSpec.FlowSpec flow) {
    return flow.match(
        copy -> List.of(copy.from()), query -> List.of(), DatasetSpec.TransformFlow::from);
  }

  private void refuseView(DatasetSpec dataset, String input) throws InvalidDatasetException {
    if (windows.contains(input)) {
      throw WindowCompiler.readsWindows(dataset, input);
    }
    for (CompiledUpsert upsert : upserts) {
      if (upsert.name().equals(input)) {
        throw PipelineCompiler.readsUpserts(dataset, input, upsert.upstream());
      }
    }
    boolean isView =
        spec.datasets().stream()
            .anyMatch(
                other ->
                    other.name().equalsIgnoreCase(input)
                        && other.definition() instanceof DatasetSpec.MaterializedView);
    if (isView) {
      throw PipelineCompiler.readsView(dataset, input);
    }
  }

  /** The query's file, or where the pipeline file holds the query itself. */
  static SourceLocation place(DatasetSpec.QueryFlow flow) {
    String file = flow.query().file();
    return file.equals(flow.at().file()) ? flow.at() : new SourceLocation(file, 1, 0);
  }

  /** Of a source without what comes only when it is named. */
  private TableSchema copied(String from, TableSchema rows) {
    TableSchema columns = PipelineCompiler.withoutHidden(rows);
    List<Column> named =
        spec.sources().stream()
            .filter(source -> source.name().equals(from))
            .flatMap(source -> source.named().stream())
            .toList();
    return new TableSchema(
        columns.columns().stream().filter(column -> !named.contains(column)).toList());
  }

  /** True when the flow takes everything that its input's rows have. */
  private boolean isWholeRow(Draft draft) throws InvalidDatasetException {
    int width = rowSchema(draft.rows().input(), draft.at()).columns().size();
    return width == draft.columns().columns().size() + HiddenColumns.CARRIED.size();
  }

  private CompiledFlow.Input input(String name) {
    return tables.stream().anyMatch(table -> table.name().equals(name))
        ? new CompiledFlow.FromTable(name)
        : new CompiledFlow.FromSource(name);
  }

  private TableSchema rowSchema(String name, SourceLocation at) throws InvalidDatasetException {
    for (CompiledTable table : tables) {
      if (table.name().equals(name)) {
        return table.rowSchema();
      }
    }
    for (SourceSpec source : spec.sources()) {
      if (source.name().equals(name) && !source.reference()) {
        return SourceReader.rowSchema(source);
      }
    }
    throw new InvalidDatasetException(
        new Problem(
            at,
            "there is no source or streaming table " + name + " to read from",
            "the sources are "
                + spec.sources().stream()
                    .filter(source -> !source.reference())
                    .map(SourceSpec::name)
                    .collect(Collectors.joining(", ")),
            "name one of them, or a streaming table"));
  }

  /** The rows a transform gives, asked of the transform itself over inputs without rows. */
  private TableSchema transformed(DatasetSpec.TransformFlow flow) throws InvalidDatasetException {
    Pipeline pipeline = Pipeline.create();
    PCollectionTuple inputs = PCollectionTuple.empty(pipeline);
    for (String name : flow.from()) {
      TableSchema rows = rowSchema(name, flow.at());
      PCollection<Row> empty = pipeline.apply("Empty " + name, Create.empty(BeamSchemas.of(rows)));
      inputs = inputs.and(name, empty);
    }
    try {
      PCollection<Row> rows =
          inputs.apply(
              flow.className(),
              TransformLoader.load(flow.className(), flow.options(), spec.trust()));
      return BeamSchemas.columns(rows.getSchema());
    } catch (TransformLoader.UnusableTransformException e) {
      throw unusable(flow, e.getMessage(), "name a public class on LAKEBEAM_CLASSPATH");
    } catch (BeamSchemas.UnsupportedFieldException e) {
      throw unusable(flow, e.getMessage(), "give the field a type that tables have");
    } catch (RuntimeException e) {
      throw unusable(
          flow,
          "it cannot be applied to " + flow.from() + ": " + e.getMessage(),
          "its inputs carry the names under from:; its output needs setRowSchema");
    }
  }

  private static InvalidDatasetException unusable(
      DatasetSpec.TransformFlow flow, String cause, String fix) {
    return new InvalidDatasetException(
        new Problem(flow.at(), "transform " + flow.className() + " cannot be used", cause, fix));
  }

  /** All flows' columns, in the order in which they are first met. */
  private TableSchema columns(DatasetSpec dataset, List<Draft> drafts)
      throws InvalidDatasetException {
    Map<String, Column> columns = new LinkedHashMap<>();
    Map<String, Draft> origins = new LinkedHashMap<>();
    List<Problem> conflicts = new ArrayList<>();
    for (Draft draft : drafts) {
      for (Column column : draft.columns().columns()) {
        String key = column.name().toLowerCase(Locale.ROOT);
        Column known = columns.putIfAbsent(key, column);
        Draft origin = origins.putIfAbsent(key, draft);
        if (known != null && !known.type().equals(column.type())) {
          conflicts.add(
              new Problem(
                  draft.at(),
                  "column " + column.name() + " of " + dataset.name() + " has two types",
                  known.type().sql()
                      + " in "
                      + origin.name()
                      + ", "
                      + column.type().sql()
                      + " here",
                  "CAST one of them"));
        }
      }
    }
    if (!conflicts.isEmpty()) {
      throw new InvalidDatasetException(conflicts);
    }
    boolean asDeclared = drafts.stream().allMatch(Draft::isCopy);
    List<Column> result = new ArrayList<>();
    for (Column column : columns.values()) {
      boolean nullable = column.nullable() || !asDeclared || drafts.size() > 1;
      result.add(new Column(column.name(), column.type(), nullable, column.comment()));
    }
    return new TableSchema(result);
  }

  /** The table's partition columns, as its columns spell them. */
  private List<String> partitions(DatasetSpec dataset, TableSchema columns) {
    List<String> partitions = new ArrayList<>();
    for (String name : dataset.partitionBy()) {
      Optional<Column> column = columns.column(name);
      String problem = null;
      if (column.isEmpty()) {
        problem = "it has no such column";
      } else if (!(column.get().type() instanceof DataType.Primitive)
          || column.get().type() == DataType.Primitive.BINARY) {
        problem = "it is a " + column.get().type().sql();
      }
      if (problem == null) {
        partitions.add(column.orElseThrow().name());
      } else {
        problems.add(
            new Problem(
                dataset.at(),
                dataset.name() + " cannot be partitioned by " + name,
                problem,
                "choose a column with few values, for instance a DATE"));
      }
    }
    return partitions;
  }

  private List<Expectation> checkedRules(DatasetSpec dataset, TableSchema rowSchema) {
    List<Expectation> rules = new ArrayList<>();
    for (Expectation rule : dataset.expectations()) {
      try {
        analyzer.check(rule, rowSchema, dataset.name());
        rules.add(rule);
      } catch (InvalidQueryException e) {
        if (!isOfChanges(rule, dataset)) {
          e.problems().forEach(problem -> problems.add(ofTable(problem, dataset.name())));
        }
      }
    }
    return rules;
  }

  private static boolean isOfChanges(Expectation rule, DatasetSpec dataset) {
    return dataset.definition() instanceof DatasetSpec.StreamingTable table
        && UpsertSpec.isOwn(rule, table);
  }

  /** A rule has one relation, and nobody wrote it. */
  private static Problem ofTable(Problem problem, String table) {
    return problem.problem().startsWith("[UNRESOLVED_COLUMN")
        ? new Problem(
            problem.at(),
            problem.problem(),
            "a rule is held against the rows of " + table + ", which has no such column",
            problem.fix() + "; or select it in the query of " + table)
        : problem;
  }

  /** The rows brought into the table's row schema. */
  private CompiledFlow flow(Draft draft, TableSchema columns, TableSchema rowSchema)
      throws InvalidDatasetException {
    boolean isAsIs =
        draft.isCopy() && draft.columns().names().equals(columns.names()) && isWholeRow(draft);
    CompiledFlow.Query query =
        isAsIs ? new CompiledFlow.AsIs() : new CompiledFlow.Rows(draft.rows().as(rowSchema));
    boolean isTransform = draft.input() instanceof CompiledFlow.FromTransform;
    return new CompiledFlow(
        draft.name(),
        draft.input(),
        query,
        draft.rows().lookups(),
        draft.rows().stored(),
        isTransform ? Lineage.unknown() : draft.rows().lineage());
  }
}
