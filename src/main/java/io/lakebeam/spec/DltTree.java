package io.lakebeam.spec;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltQuery;
import io.lakebeam.spec.dlt.DltStatement;
import io.lakebeam.spec.dlt.DltStatement.Create;
import io.lakebeam.spec.dlt.DltStatement.Kind;
import io.lakebeam.spec.dlt.Findings;
import io.lakebeam.spec.dlt.SourceText.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Says what statements of Delta Live Tables mean for a pipeline: as the {@code sources:} and {@code
 * datasets:} of a pipeline file, whose values stand in the SQL files.
 */
final class DltTree {
  private final Findings findings;
  private final List<Create> creates = new ArrayList<>();
  private final List<DltStatement.Flow> flows = new ArrayList<>();
  private final Set<String> otherSources;
  private final Set<String> others;
  private final DltNames names;
  private final Map<String, YamlNode.Entry> sources = new LinkedHashMap<>();
  private final Map<String, YamlNode.Entry> datasets = new LinkedHashMap<>();
  private final Set<String> mayBeTables = new HashSet<>();
  private final Set<String> unreadable = new HashSet<>();
  private final Set<String> refusedTargets = new HashSet<>();
  private final Map<Piece, String> written = new HashMap<>();
  private boolean misleads;

  /**
   * Of all statements of a pipeline.
   *
   * @param otherSources sources that the pipeline file declares beside
   * @param otherDatasets datasets that it declares beside
   */
  DltTree(
      List<DltStatement> statements,
      Set<String> otherSources,
      Set<String> otherDatasets,
      Findings findings) {
    this.findings = findings;
    this.otherSources = otherSources;
    this.others = new HashSet<>(otherSources);
    this.others.addAll(otherDatasets);
    for (DltStatement statement : statements) {
      if (statement instanceof Create create) {
        creates.add(create);
      } else if (statement instanceof DltStatement.Flow flow) {
        flows.add(flow);
      } else if (statement instanceof DltStatement.Refused refused) {
        refused.target().ifPresent(name -> refusedTargets.add(lower(name.last())));
        misleads |= refused.misleads();
      }
    }
    if (creates.size() > Limits.DATASETS || flows.size() > Limits.DATASETS) {
      problem(
          statements.get(0).at(),
          "there are more than " + Limits.DATASETS + " tables, views or flows",
          "every one is held against all others",
          "split the pipeline");
      creates.clear();
      flows.clear();
      misleads = true;
    }
    names = new DltNames(creates);
    creates.forEach(this::dataset);
    flows.stream().filter(flow -> target(flow).isEmpty()).forEach(this::withoutTarget);
    unreadable.addAll(refusedTargets);
  }

  Map<String, YamlNode.Entry> sources() {
    return sources;
  }

  Map<String, YamlNode.Entry> datasets() {
    return datasets;
  }

  /** A pipeline file that declares this too. */
  YamlNode beside(YamlNode file) {
    Map<String, YamlNode.Entry> all = new LinkedHashMap<>(Reading.entries(Optional.of(file)));
    put(all, file, "sources", sources);
    put(all, file, "datasets", datasets);
    return new YamlNode.Mapping(all, file.at());
  }

  /** A pipeline file that declares nothing but this. */
  YamlNode alone(YamlNode file) {
    Map<String, YamlNode.Entry> all = new LinkedHashMap<>();
    for (String key : List.of("pipeline", SpecBuilder.DLT_SQL)) {
      Optional.ofNullable(Reading.entries(Optional.of(file)).get(key))
          .ifPresent(entry -> all.put(key, entry));
    }
    YamlNode nothing = new YamlNode.Mapping(Map.of(), file.at());
    put(all, nothing, "sources", sources);
    put(all, nothing, "datasets", datasets);
    return new YamlNode.Mapping(all, file.at());
  }

  private static void put(
      Map<String, YamlNode.Entry> all,
      YamlNode file,
      String key,
      Map<String, YamlNode.Entry> declared) {
    if (!declared.isEmpty()) {
      Map<String, YamlNode.Entry> both = new LinkedHashMap<>(declared);
      both.putAll(Reading.entries(file.get(key)));
      YamlNode.Entry first = declared.values().iterator().next();
      all.put(key, new YamlNode.Entry(first.keyAt(), new YamlNode.Mapping(both, first.keyAt())));
    }
  }

  /** A query of {@link #datasets} as somebody would write it who knows no LIVE and no STREAM. */
  String written(YamlNode.Scalar sql) {
    return written.getOrDefault(new Piece(sql.text(), sql.place().text(), sql.at()), sql.text());
  }

  /** Datasets that are tables, whatever they are called, if their queries take rows one by one. */
  Set<String> mayBeTables() {
    return mayBeTables;
  }

  /** Names of sources and datasets that are not whole. */
  Set<String> unreadable() {
    return unreadable;
  }

  /** True when a statement was refused of which nobody knows what it makes. */
  boolean misleads() {
    return misleads;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private void dataset(Create create) {
    String name = names.of(create.name());
    YamlNode.Entry first = datasets.get(name);
    if (first != null) {
      problem(
          create.at(),
          "the table " + create.name() + " is made twice",
          "it is made at " + first.keyAt() + " already",
          "rename one of them, or add rows by CREATE FLOW ... AS INSERT INTO " + name);
      return;
    }
    if (other(name).isPresent()) {
      problem(
          create.at(),
          "the name " + name + " is taken",
          "the pipeline file declares it too, and names must differ when case is ignored",
          "rename one of them");
      return;
    }
    if (isFiles(create)) {
      filesOf(create, name);
      return;
    }
    DltNodes.Builder dataset = new DltNodes.Builder(create.at());
    layer(create).ifPresent(layer -> dataset.put("layer", layer));
    create.comment().ifPresent(comment -> dataset.put("comment", DltNodes.text(comment)));
    if (!create.name().folders().isEmpty() && create.kind() != Kind.VIEW) {
      String folder = String.join("/", create.name().folders());
      dataset.put("folder", DltNodes.text(folder, create.name().at()));
    }
    boolean whole = new DltDefinition(this, create, name).put(dataset);
    boolean isOpen = create.kind() == Kind.VIEW && !create.rules().isEmpty();
    if (isOpen || create.kind() == Kind.MATERIALIZED_VIEW) {
      mayBeTables.add(name);
    }
    if (!create.partitionBy().isEmpty()) {
      dataset.put(
          "partition_by",
          DltNodes.list(create.partitionBy().stream().map(DltNodes::text).toList(), create.at()));
    }
    Optional<YamlNode> rules = new DltRules(create, findings).node();
    rules.ifPresent(node -> dataset.put("expect", node));
    if (whole) {
      datasets.put(name, new YamlNode.Entry(create.at(), dataset.build()));
    } else {
      unreadable.add(name);
    }
    passedOver(create);
  }

  /** True for a view that gives files a name: rows are looked up in them, or come from them. */
  private static boolean isFiles(Create create) {
    return create.kind() == Kind.VIEW
        && create.rules().isEmpty()
        && create.query().isPresent()
        && create.query().get().shape().isSelectAll()
        && create.query().get().relations().get(0) instanceof DltQuery.Read read
        && !DltSource.isTopic(read.call());
  }

  private void filesOf(Create create, String name) {
    DltQuery query = create.query().orElseThrow();
    DltQuery.Read read = (DltQuery.Read) query.relations().get(0);
    new DltSource(read.call(), query, create.columns(), findings)
        .read(!read.streaming() && isJoined(name, create))
        .ifPresentOrElse(
            source -> sources.put(name, new YamlNode.Entry(create.at(), source)),
            () -> unreadable.add(name));
  }

  private boolean isJoined(String name, Create create) {
    return Stream.concat(
            creates.stream().flatMap(other -> other.query().stream()),
            flows.stream().map(DltStatement.Flow::query))
        .flatMap(query -> query.relations().stream())
        .filter(relation -> relation.joined() && relation instanceof DltQuery.Named)
        .map(relation -> ((DltQuery.Named) relation).name())
        .anyMatch(joined -> names.meant(joined, create.name()).equals(Optional.of(name)));
  }

  private static Optional<YamlNode> layer(Create create) {
    Piece quality = create.properties().get("quality");
    return quality != null && quality.text().matches("(?i)bronze|silver|gold")
        ? Optional.of(DltNodes.plain(lower(quality.text()), quality.at()))
        : Optional.empty();
  }

  private void passedOver(Create create) {
    List<String> left =
        create.properties().keySet().stream()
            .filter(key -> !key.equals("quality"))
            .sorted()
            .toList();
    if (!left.isEmpty()) {
      note(
          create.at(),
          "properties of " + create.name().last() + " are passed over: " + String.join(", ", left),
          "a run decides how tables are laid out and kept",
          "");
    }
  }

  private Optional<Create> target(DltStatement.Flow flow) {
    return creates.stream()
        .filter(create -> create.name().endsWith(flow.target().parts()))
        .findFirst();
  }

  /** The flows that are declared apart and add rows to a table. */
  List<DltStatement.Flow> flowsInto(Create create) {
    return flows.stream().filter(flow -> target(flow).equals(Optional.of(create))).toList();
  }

  /** True for the target of a statement that is refused, which says why it has no rows. */
  boolean isRefused(String table) {
    return refusedTargets.contains(lower(table));
  }

  DltNames names() {
    return names;
  }

  Findings findings() {
    return findings;
  }

  /** What the pipeline file declares under that name, whatever its case. */
  Optional<String> other(String name) {
    return others.stream().filter(name::equalsIgnoreCase).findFirst();
  }

  /** True for a source of the pipeline file, and for a view that gives files a name. */
  boolean isSource(String name) {
    return otherSources.contains(name)
        || creates.stream().anyMatch(c -> isFiles(c) && names.of(c.name()).equals(name));
  }

  /** Adds a source under a name like that, which is answered. */
  String source(String base, YamlNode.Entry entry) {
    String name = base;
    for (int i = 2;
        sources.containsKey(name) || names.isTaken(name) || other(name).isPresent();
        i++) {
      name = base + "_" + i;
    }
    sources.put(name, entry);
    return name;
  }

  /** Remembers a query as somebody would write it who knows no LIVE and no STREAM. */
  void written(Piece sql, String query) {
    written.put(sql, query);
  }

  private void withoutTarget(DltStatement.Flow flow) {
    if (!refusedTargets.contains(lower(flow.target().last()))) {
      problem(
          flow.at(),
          "the flow " + flow.name() + " has no table " + flow.target() + " to add rows to",
          "no file makes it",
          "write CREATE STREAMING TABLE " + flow.target().last() + ";");
    }
  }

  void problem(SourceLocation at, String problem, String cause, String fix) {
    findings.problem(new Problem(at, problem, cause, fix));
  }

  void note(SourceLocation at, String note, String cause, String fix) {
    findings.note(new Problem(at, note, cause, fix));
  }
}
