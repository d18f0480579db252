package io.lakebeam.spec;

import io.lakebeam.expectation.Budget;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.DatasetSpec.CopyFlow;
import io.lakebeam.spec.DatasetSpec.Deduplicate;
import io.lakebeam.spec.DatasetSpec.Definition;
import io.lakebeam.spec.DatasetSpec.FlowSpec;
import io.lakebeam.spec.DatasetSpec.Layer;
import io.lakebeam.spec.DatasetSpec.MaterializedView;
import io.lakebeam.spec.DatasetSpec.QueryFlow;
import io.lakebeam.spec.DatasetSpec.StreamingTable;
import io.lakebeam.spec.DatasetSpec.TransformFlow;
import io.lakebeam.spec.DatasetSpec.View;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an entry of {@code datasets:}. */
final class DatasetReader {
  private final Reading reading;
  private final Problems problems;
  private final QuarantineSpec refused;
  private final Set<String> broken = new HashSet<>();

  /**
   * @param refused how refused rows are handled where a dataset does not say it
   */
  DatasetReader(Reading reading, QuarantineSpec refused) {
    this.reading = reading;
    this.refused = refused;
    this.problems = reading.problems();
  }

  /** True when a dataset was read whose definition is not whole. */
  boolean isBroken(String name) {
    return broken.contains(name);
  }

  /**
   * The dataset, behind the table of its changes when it is made of these; none only when a problem
   * says why.
   */
  List<DatasetSpec> read(String name, YamlNode.Entry entry) {
    YamlNode dataset = entry.value();
    int before = problems.soFar().size();
    Optional<Definition> definition = definition(dataset);
    if (problems.soFar().size() > before) {
      broken.add(name);
    }
    if (dataset.get("streaming_table").isEmpty()) {
      refuse(dataset, "deduplicate", "leave it out, or group in the query");
      refuse(dataset, "backfill", "leave it out");
      refuse(dataset, "reset", "leave it out");
    }
    if (dataset.get("materialized_view").isEmpty()) {
      dataset
          .get("refresh")
          .ifPresent(
              node ->
                  problems.add(
                      node.at(),
                      "only a materialized_view has refresh",
                      "rows of others are not computed of what others have",
                      "leave it out"));
    }
    List<String> partitionBy = partitionBy(dataset);
    ExpectationReader rules = new ExpectationReader(reading);
    List<Expectation> expectations = rules.read(dataset.get("expect"));
    if (definition.isEmpty()) {
      return List.of();
    }
    DatasetSpec read =
        new DatasetSpec(
            name,
            Reading.text(dataset, "folder").orElse(""),
            layer(dataset),
            Reading.text(dataset, "comment").orElse(""),
            definition.get(),
            partitionBy,
            expectations,
            budgets(dataset, rules),
            refused(dataset),
            false,
            entry.keyAt());
    return dataset
        .get("streaming_table")
        .flatMap(table -> table.get("upsert"))
        .map(upsert -> upserted(read, new UpsertReader(problems).read(upsert)))
        .orElse(List.of(read));
  }

  /** The table of changes, which all but the partitions is said of, and the table. */
  private static List<DatasetSpec> upserted(DatasetSpec read, UpsertSpec upsert) {
    StreamingTable flows = (StreamingTable) read.definition();
    String name = UpsertSpec.changesOf(read.name());
    List<Expectation> rules = new ArrayList<>(upsert.rules(read.partitionBy()));
    rules.addAll(read.expectations());
    return List.of(
        new DatasetSpec(
            name,
            read.folder(),
            read.layer(),
            "Changes of " + read.name() + ", as they came",
            new StreamingTable(
                flows.flows(), flows.deduplicate(), flows.backfill(), flows.reset(), read.name()),
            List.of(),
            rules,
            read.budgets(),
            read.refused(),
            false,
            read.at()),
        new DatasetSpec(
            read.name(),
            read.folder(),
            read.layer(),
            read.comment(),
            new DatasetSpec.UpsertTable(name, upsert),
            read.partitionBy(),
            List.of(),
            List.of(),
            QuarantineSpec.NONE,
            false,
            read.at()));
  }

  /** The table's own, then those of its rules. */
  private List<Budget> budgets(YamlNode dataset, ExpectationReader rules) {
    if (dataset.get("streaming_table").isEmpty()) {
      if (dataset.get(BudgetReader.KEY).isPresent()) {
        refuse(dataset, BudgetReader.KEY, "leave it out: rows of others are computed, not refused");
      }
      rules
          .budgets()
          .forEach(
              (rule, node) ->
                  problems.add(
                      node.at(),
                      "only a rule of a streaming_table has a budget",
                      "a view is judged anew with each update, and " + rule + " is its rule",
                      "leave it out, or set on_violation: fail"));
      return List.of();
    }
    List<Budget> budgets = new ArrayList<>();
    dataset.get(BudgetReader.KEY).ifPresent(node -> budgets.add(BudgetReader.read("", node)));
    rules.budgets().forEach((rule, node) -> budgets.add(BudgetReader.read(rule, node)));
    return budgets;
  }

  private QuarantineSpec refused(YamlNode dataset) {
    if (dataset.get(QuarantineSpecReader.KEY).isPresent()
        && dataset.get("streaming_table").isEmpty()) {
      refuse(
          dataset,
          QuarantineSpecReader.KEY,
          "leave it out: rows of others are computed, not refused");
      return refused;
    }
    return new QuarantineSpecReader(problems).read(dataset.get(QuarantineSpecReader.KEY), refused);
  }

  private void refuse(YamlNode dataset, String key, String fix) {
    dataset
        .get(key)
        .ifPresent(
            node ->
                problems.add(
                    node.at(),
                    "only a streaming_table has " + key,
                    "rows of others are computed anew, and not added",
                    fix));
  }

  private Optional<Definition> definition(YamlNode dataset) {
    return dataset
        .get("streaming_table")
        .map(
            table ->
                (Definition)
                    new StreamingTable(
                        flows(table),
                        deduplicate(dataset),
                        backfill(dataset),
                        isResetAllowed(dataset),
                        ""))
        .or(
            () ->
                dataset
                    .get("materialized_view")
                    .flatMap(this::query)
                    .map(query -> new MaterializedView(query, refresh(dataset))))
        .or(() -> dataset.get("view").flatMap(this::query).map(View::new));
  }

  private static DatasetSpec.Refresh refresh(YamlNode dataset) {
    String refresh = Reading.text(dataset, "refresh").orElse("").toUpperCase(Locale.ROOT);
    return List.of(DatasetSpec.Refresh.values()).stream()
        .filter(known -> known.name().equals(refresh))
        .findAny()
        .orElse(DatasetSpec.Refresh.AUTO);
  }

  private static Optional<Layer> layer(YamlNode dataset) {
    String layer = Reading.text(dataset, "layer").orElse("").toUpperCase(Locale.ROOT);
    return List.of(Layer.values()).stream().filter(known -> known.name().equals(layer)).findAny();
  }

  private List<FlowSpec> flows(YamlNode table) {
    List<FlowSpec> flows = new ArrayList<>();
    boolean several = table.get("flows").isPresent();
    for (YamlNode flow : several ? Reading.items(table.get("flows")) : List.of(table)) {
      flow(flow).ifPresent(flows::add);
    }
    return flows;
  }

  private Optional<FlowSpec> flow(YamlNode flow) {
    SourceLocation at = flow.at();
    if (flow.get("transform").isPresent()) {
      List<String> from =
          Reading.items(flow.get("from")).stream()
              .flatMap(item -> Reading.scalar(item).stream())
              .map(YamlNode.Scalar::text)
              .toList();
      return Reading.text(flow, "transform")
          .map(className -> new TransformFlow(className, from, options(flow), at));
    }
    if (flow.get("from").isPresent()) {
      YamlNode from = flow.get("from").get();
      if (from instanceof YamlNode.Sequence) {
        problems.add(
            from.at(),
            "a flow without a transform copies from one source, not from a list",
            "",
            "write a flow for each: flows: [{from: a}, {from: b}]");
      }
      return Reading.scalar(from).map(name -> new CopyFlow(name.text(), at));
    }
    return query(flow).map(query -> new QueryFlow(query, at));
  }

  private static Map<String, String> options(YamlNode flow) {
    Map<String, String> options = new LinkedHashMap<>();
    Reading.entries(flow.get("options"))
        .forEach(
            (key, entry) ->
                Reading.scalar(entry.value()).ifPresent(value -> options.put(key, value.text())));
    return options;
  }

  /** A .sql file, or {@code {sql: "SELECT ..."}}. */
  private Optional<QueryText> query(YamlNode node) {
    if (node instanceof YamlNode.Mapping) {
      return Reading.scalar(node, "sql")
          .filter(sql -> !sql.isUnresolved())
          .flatMap(sql -> reading.query(sql.inPlace(), sql.at()));
    }
    return Reading.scalar(node).flatMap(reading::queryFile);
  }

  private static boolean backfill(YamlNode dataset) {
    return !Reading.text(dataset, "backfill").orElse("").equals("none");
  }

  private static boolean isResetAllowed(YamlNode dataset) {
    return !Reading.text(dataset, "reset").orElse("").equals("refused");
  }

  private Optional<Deduplicate> deduplicate(YamlNode dataset) {
    return dataset
        .get("deduplicate")
        .map(
            node ->
                new Deduplicate(
                    columns(node.get("by")),
                    Reading.text(node, "of").orElse(""),
                    Reading.text(node, "within").flatMap(DurationText::parse).orElse(Duration.ZERO),
                    node.at()));
  }

  private List<String> partitionBy(YamlNode dataset) {
    Optional<YamlNode> list = dataset.get("partition_by");
    if (list.isPresent() && dataset.get("view").isPresent()) {
      problems.add(
          list.get().at(),
          "a view has no partition_by",
          "it is not stored",
          "leave it out, or make it a materialized_view");
    }
    return columns(list);
  }

  private List<String> columns(Optional<YamlNode> list) {
    NameCheck names = new NameCheck(problems);
    List<String> columns = new ArrayList<>();
    for (YamlNode column : Reading.items(list)) {
      Reading.scalar(column)
          .ifPresent(
              scalar -> {
                names.onlyOnce("column", scalar.text(), scalar.at());
                columns.add(scalar.text());
              });
    }
    return columns;
  }
}
