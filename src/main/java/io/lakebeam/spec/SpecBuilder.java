package io.lakebeam.spec;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.SchemaDdlException;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.PipelineSpec.FunctionSpec;
import io.lakebeam.spec.dlt.DltFiles;
import io.lakebeam.spec.dlt.DltTree;
import io.lakebeam.spec.source.SourceReader;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.ShapeCheck;
import io.lakebeam.spec.yaml.YamlNode;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Turns the values of a pipeline file into a {@link PipelineSpec}. */
public final class SpecBuilder {
  public static final String DLT_SQL = "dlt_sql";
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(10);
  private static final long MAX_ROWS_PER_EPOCH = 1_000_000;

  private final Reading reading;
  private final Problems problems;
  private final String file;
  private final Map<String, String> parameters;

  public SpecBuilder(Reading reading, String file, Map<String, String> parameters) {
    this.reading = reading;
    this.problems = reading.problems();
    this.file = file;
    this.parameters = parameters;
  }

  /**
   * The pipeline; complete when there are no problems afterwards.
   *
   * @param unreadable gets the names of sources and datasets that are not whole
   * @return empty when what is wrong may well be the cause of anything else that is found
   */
  public Optional<PipelineSpec> build(YamlNode root, Set<String> unreadable) {
    ShapeCheck.PIPELINE.check(root, problems);
    BrokenParts broken = new BrokenParts(root, problems.soFar());
    Optional<DltTree> sql = root.get(DLT_SQL).map(list -> sql(root, list));
    sql.ifPresent(tree -> unreadable.addAll(tree.unreadable()));
    PipelineSpec spec =
        spec(
            sql.map(tree -> tree.declared().beside(root)).orElse(root),
            broken,
            unreadable,
            sql.map(DltTree::mayBeTables).orElse(Set.of()));
    refuseNested(spec.datasets());
    boolean misleads = broken.mayMisleadAll() || sql.map(DltTree::misleads).orElse(false);
    return misleads ? Optional.empty() : Optional.of(spec);
  }

  /** A table's folder is read as a whole: nothing else may lie in it. */
  private void refuseNested(List<DatasetSpec> datasets) {
    List<DatasetSpec> stored = datasets.stream().filter(DatasetSpec::isStored).toList();
    for (DatasetSpec inner : stored) {
      for (DatasetSpec outer : stored) {
        if ((inner.folder() + "/").startsWith(path(outer) + "/")) {
          problems.add(
              inner.at(),
              inner.name() + " would lie in the folder of the table " + outer.name(),
              "a table's folder holds nothing but the table",
              "give it another folder, or rename the table");
        }
      }
    }
  }

  private static String path(DatasetSpec dataset) {
    return dataset.folder().isEmpty() ? dataset.name() : dataset.folder() + "/" + dataset.name();
  }

  /** What SQL files declare, held against the same shape as a pipeline file. */
  private DltTree sql(YamlNode root, YamlNode list) {
    DltFiles files = new DltFiles(reading);
    DltTree tree =
        new DltTree(
            files.statements(list),
            Reading.entries(root.get("sources")).keySet(),
            Reading.entries(root.get("datasets")).keySet(),
            files);
    ShapeCheck.PIPELINE.check(tree.declared().alone(root), problems);
    return tree;
  }

  private PipelineSpec spec(
      YamlNode root, BrokenParts broken, Set<String> unreadable, Set<String> mayBeTables) {
    NameCheck parameterNames = new NameCheck(problems);
    Reading.entries(root.get("parameters"))
        .forEach((name, entry) -> parameterNames.plainName("parameter", name, entry.keyAt()));
    NameCheck tableNames = new NameCheck(problems);
    SourceReader sources = new SourceReader(reading);
    DatasetReader datasets =
        new DatasetReader(
            reading,
            new QuarantineSpecReader(problems)
                .read(root.get(QuarantineSpecReader.KEY), QuarantineSpec.NONE));
    Duration commitEvery = commitEvery(root);
    return new PipelineSpec(
        Reading.text(root, "pipeline").orElse(""),
        Reading.text(root, "description").orElse(""),
        root.get("pipeline").map(YamlNode::at).orElse(SourceLocation.of(file)),
        lake(root),
        new StorageReader(reading).read(root.get("storage")),
        commitEvery,
        maxRowsPerEpoch(root),
        parameters,
        functions(root),
        tables(
            root,
            "sources",
            "source",
            tableNames,
            unreadable,
            (name, entry) -> sources.read(name, entry).stream().toList()),
        tables(
            root,
            "datasets",
            "dataset",
            tableNames,
            unreadable,
            (name, entry) -> {
              List<DatasetSpec> read = datasets.read(name, entry);
              if (broken.hasBrokenDefinition(name) || datasets.isBroken(name)) {
                unreadable.add(name);
                read.forEach(dataset -> unreadable.add(dataset.name()));
              }
              read.stream()
                  .filter(dataset -> !dataset.name().equals(name))
                  .forEach(
                      dataset ->
                          tableNames.onlyOnce("dataset", dataset.name(), entry.value().at()));
              return mayBeTables.contains(name)
                  ? read.stream().map(DatasetSpec::thatMayBeTable).toList()
                  : read;
            }),
        sinks(root),
        mirrors(root),
        notifications(root),
        new OpenLineageReader(reading).read(root, Reading.text(root, "pipeline").orElse("")),
        new FreshnessReader(problems, commitEvery).read(root),
        reading.trust(),
        reading.expansions());
  }

  private <T> List<T> tables(
      YamlNode root,
      String key,
      String kind,
      NameCheck names,
      Set<String> unreadable,
      BiFunction<String, YamlNode.Entry, List<T>> read) {
    List<T> tables = new ArrayList<>();
    if (Reading.entries(root.get(key)).size() > Limits.DATASETS) {
      problems.add(
          root.get(key).orElseThrow().at(),
          "there are more than " + Limits.DATASETS + " " + key,
          "every one is held against all others",
          "split the pipeline");
      return tables;
    }
    for (Map.Entry<String, YamlNode.Entry> table : Reading.entries(root.get(key)).entrySet()) {
      names.tableName(kind, table.getKey(), table.getValue().keyAt());
      List<T> found = read.apply(table.getKey(), table.getValue());
      tables.addAll(found);
      if (found.isEmpty()) {
        unreadable.add(table.getKey());
      }
      if (found.isEmpty() && problems.isEmpty()) {
        throw new IllegalStateException(
            "the " + kind + " " + table.getKey() + " is refused without a reason");
      }
    }
    return tables;
  }

  private List<SinkSpec> sinks(YamlNode root) {
    SinkReader reader = new SinkReader(reading);
    NameCheck names = new NameCheck(problems);
    List<SinkSpec> sinks = new ArrayList<>();
    Reading.entries(root.get("sinks"))
        .forEach(
            (name, entry) -> {
              names.plainName("sink", name, entry.keyAt());
              if (!MirrorReader.isMirror(entry.value())) {
                reader.read(name, entry).ifPresent(sinks::add);
              }
            });
    return sinks;
  }

  private List<MirrorSpec> mirrors(YamlNode root) {
    MirrorReader reader = new MirrorReader(reading);
    List<MirrorSpec> mirrors = new ArrayList<>();
    Reading.entries(root.get("sinks"))
        .forEach(
            (name, entry) -> {
              if (MirrorReader.isMirror(entry.value())) {
                reader.read(name, entry).ifPresent(mirrors::add);
              }
            });
    return mirrors;
  }

  private List<NotificationSpec> notifications(YamlNode root) {
    NotificationReader reader = new NotificationReader(reading);
    NameCheck names = new NameCheck(problems);
    List<NotificationSpec> notifications = new ArrayList<>();
    Reading.entries(root.get("notify"))
        .forEach(
            (name, entry) -> {
              names.plainName("notification", name, entry.keyAt());
              reader.read(name, entry).ifPresent(notifications::add);
            });
    return notifications;
  }

  private String lake(YamlNode root) {
    return Reading.scalar(root, "lake")
        .flatMap(reading.files()::absolute)
        .orElseGet(reading.files()::lake);
  }

  private Duration commitEvery(YamlNode root) {
    Optional<YamlNode.Scalar> value = Reading.scalar(root, "commit_every");
    Duration given = value.flatMap(text -> DurationText.parse(text.text())).orElse(COMMIT_EVERY);
    if (given.isZero()) {
      problems.add(
          value.get().at(),
          "commit_every must be longer than nothing",
          "an epoch a moment writes a file a moment",
          "write for example commit_every: 10s");
    }
    return given;
  }

  private long maxRowsPerEpoch(YamlNode root) {
    Optional<YamlNode.Scalar> value = Reading.scalar(root, "max_rows_per_epoch");
    if (value.isEmpty() || value.get().isUnresolved()) {
      return MAX_ROWS_PER_EPOCH;
    }
    try {
      return new BigDecimal(value.get().text()).longValueExact();
    } catch (NumberFormatException | ArithmeticException e) {
      // In the shape check's own words, so that it is told once.
      problems.add(
          value.get().at(),
          "max_rows_per_epoch takes a whole number from 1 on, not " + value.get().kind(),
          "",
          "write for example max_rows_per_epoch: 1000000");
      return MAX_ROWS_PER_EPOCH;
    }
  }

  private List<FunctionSpec> functions(YamlNode root) {
    NameCheck names = new NameCheck(problems);
    List<FunctionSpec> functions = new ArrayList<>();
    Reading.entries(root.get("functions"))
        .forEach(
            (name, entry) -> {
              names.plainName("function", name, entry.keyAt());
              YamlNode value = entry.value();
              Reading.scalar(value)
                  .or(() -> Reading.scalar(value, "class"))
                  .ifPresent(
                      className ->
                          functions.add(
                              new FunctionSpec(
                                  name, className.text(), returns(value), entry.keyAt())));
            });
    return functions;
  }

  private Optional<DataType> returns(YamlNode function) {
    Optional<YamlNode.Scalar> type = Reading.scalar(function, "returns");
    if (type.isEmpty() || type.get().isUnresolved()) {
      return Optional.empty();
    }
    try {
      return Optional.of(SchemaDdl.parseType(type.get().text()));
    } catch (SchemaDdlException e) {
      for (SchemaDdlException.DdlError error : e.errors()) {
        problems.add(error.told().at(type.get().at()));
      }
      return Optional.empty();
    }
  }
}
