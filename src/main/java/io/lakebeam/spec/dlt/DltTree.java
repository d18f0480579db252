package io.lakebeam.spec.dlt;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltStatement.Create;
import io.lakebeam.spec.dlt.DltStatement.Kind;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says what statements of Delta Live Tables mean for a pipeline: as the {@code sources:} and {@code
 * datasets:} of a pipeline file, whose values stand in the SQL files.
 */
public final class DltTree {
  private final Findings findings;
  private final List<Create> creates = new ArrayList<>();
  private final List<DltStatement.Flow> flows = new ArrayList<>();
  private final Set<String> others;
  private final DltNames names;
  private final DltSources sources;
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
  public DltTree(
      List<DltStatement> statements,
      Set<String> otherSources,
      Set<String> otherDatasets,
      Findings findings) {
    this.findings = findings;
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
    sources = new DltSources(creates, flows, names, otherSources, findings);
    creates.forEach(this::dataset);
    flows.stream().filter(flow -> target(flow).isEmpty()).forEach(this::withoutTarget);
    unreadable.addAll(refusedTargets);
  }

  public DltDeclared declared() {
    return new DltDeclared(sources.all(), datasets);
  }

  /** A query of {@link #declared} as somebody would write it who knows no LIVE and no STREAM. */
  public String written(YamlNode.Scalar sql) {
    return written.getOrDefault(new Piece(sql.text(), sql.place().text(), sql.at()), sql.text());
  }

  /** Datasets that are tables, whatever they are called, if their queries take rows one by one. */
  public Set<String> mayBeTables() {
    return mayBeTables;
  }

  /** Names of sources and datasets that are not whole. */
  public Set<String> unreadable() {
    return unreadable;
  }

  /** True when a statement was refused of which nobody knows what it makes. */
  public boolean misleads() {
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
    if (DltSources.isFiles(create)) {
      if (!sources.files(create, name)) {
        unreadable.add(name);
      }
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
    create.refresh().ifPresent(policy -> dataset.put("refresh", DltNodes.text(policy)));
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

  public DltNames names() {
    return names;
  }

  Findings findings() {
    return findings;
  }

  /** What the pipeline file declares under that name, whatever its case. */
  public Optional<String> other(String name) {
    return others.stream().filter(name::equalsIgnoreCase).findFirst();
  }

  /** True for a source of the pipeline file, and for a view that gives files a name. */
  boolean isSource(String name) {
    return sources.has(name);
  }

  /** Adds a source under a name like that, which is answered. */
  public String source(String base, YamlNode.Entry entry) {
    return sources.add(base, entry, name -> other(name).isPresent());
  }

  /** Remembers a query as somebody would write it who knows no LIVE and no STREAM. */
  public void written(Piece sql, String query) {
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

  public void problem(SourceLocation at, String problem, String cause, String fix) {
    findings.problem(new Problem(at, problem, cause, fix));
  }

  public void note(SourceLocation at, String note, String cause, String fix) {
    findings.note(new Problem(at, note, cause, fix));
  }
}
