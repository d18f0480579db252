package io.lakebeam.spec;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltQuery;
import io.lakebeam.spec.dlt.DltStatement;
import io.lakebeam.spec.dlt.DltStatement.Create;
import io.lakebeam.spec.dlt.DltStatement.Kind;
import io.lakebeam.spec.dlt.Findings;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.dlt.TableName;
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
    boolean whole = new DltDefinition(create, name).put(dataset);
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

  private void withoutTarget(DltStatement.Flow flow) {
    if (!refusedTargets.contains(lower(flow.target().last()))) {
      problem(
          flow.at(),
          "the flow " + flow.name() + " has no table " + flow.target() + " to add rows to",
          "no file makes it",
          "write CREATE STREAMING TABLE " + flow.target().last() + ";");
    }
  }

  private void problem(SourceLocation at, String problem, String cause, String fix) {
    findings.problem(new Problem(at, problem, cause, fix));
  }

  private void note(SourceLocation at, String note, String cause, String fix) {
    findings.note(new Problem(at, note, cause, fix));
  }

  /** What a table or view is made of. */
  private final class DltDefinition {
    private final Create create;
    private final String name;
    private boolean whole = true;

    DltDefinition(Create create, String name) {
      this.create = create;
      this.name = name;
    }

    /** True when it could be put whole. */
    boolean put(DltNodes.Builder dataset) {
      List<YamlNode> all = new ArrayList<>();
      create.query().ifPresent(query -> flow(query, name, create.columns()).ifPresent(all::add));
      List<DltStatement.Flow> own =
          flows.stream().filter(f -> target(f).equals(Optional.of(create))).toList();
      for (DltStatement.Flow flow : own) {
        flow(flow.query(), flow.name(), create.columns()).ifPresent(all::add);
      }
      if (all.isEmpty()) {
        withoutFlow(own);
        return false;
      }
      YamlNode.Mapping only = (YamlNode.Mapping) all.get(0);
      switch (kind(own)) {
        case STREAMING_TABLE ->
            dataset.put(
                "streaming_table",
                all.size() == 1
                    ? only
                    : new DltNodes.Builder(create.at())
                        .put("flows", DltNodes.list(all, create.at()))
                        .build());
        case MATERIALIZED_VIEW -> dataset.put("materialized_view", asQuery(only));
        case VIEW -> dataset.put("view", asQuery(only));
      }
      return whole;
    }

    private void withoutFlow(List<DltStatement.Flow> own) {
      boolean told =
          !whole || !own.isEmpty() || refusedTargets.contains(lower(create.name().last()));
      if (!told) {
        problem(
            create.at(),
            "nothing adds rows to " + create.name().last(),
            "it has no query, and no flow inserts into it",
            "write AS SELECT ... behind it, or CREATE FLOW ... AS INSERT INTO "
                + create.name().last()
                + " BY NAME SELECT ...");
      }
    }

    /** How it is kept: one whose rows are taken one by one needs no state. */
    private Kind kind(List<DltStatement.Flow> own) {
      if (create.kind() == Kind.STREAMING_TABLE || create.query().isEmpty()) {
        return Kind.STREAMING_TABLE;
      }
      DltQuery query = create.query().get();
      boolean joinsTables =
          query.relations().stream().anyMatch(r -> r.joined() && r instanceof DltQuery.Named);
      boolean rowWise = query.shape().isRowWise() && !joinsTables;
      if (create.kind() == Kind.MATERIALIZED_VIEW && rowWise) {
        note(
            create.at(),
            create.name().last() + " is kept as a streaming table",
            "its query takes rows one by one; they are added, and never computed anew",
            "");
        return Kind.STREAMING_TABLE;
      }
      if (create.kind() == Kind.VIEW && rowWise && !create.rules().isEmpty()) {
        note(
            create.at(),
            "the view " + create.name().last() + " is stored as a table",
            "rows are held against rules where they are stored",
            "");
        return Kind.STREAMING_TABLE;
      }
      if (create.kind() == Kind.MATERIALIZED_VIEW
          && query.relations().stream().anyMatch(r -> r instanceof DltQuery.Read && !r.joined())) {
        whole = false;
        problem(
            create.at(),
            "the materialized view " + create.name().last() + " reads files itself",
            "a view follows the changes of a streaming table",
            "write CREATE STREAMING TABLE raw AS SELECT * FROM STREAM read_files(...), and read raw");
      }
      return create.kind();
    }

    /** A view takes a query, also where a table would take its source as it is. */
    private static YamlNode asQuery(YamlNode.Mapping flow) {
      Optional<YamlNode.Scalar> from = Reading.scalar(flow, "from");
      return from.isEmpty()
          ? flow
          : new DltNodes.Builder(flow.at())
              .put("sql", DltNodes.text("SELECT * FROM " + from.get().text(), flow.at()))
              .build();
    }

    private Optional<YamlNode> flow(
        DltQuery query, String flowName, List<DltStatement.ColumnSpec> columns) {
      Map<DltQuery.Relation, String> by = new HashMap<>();
      Map<DltQuery.Call, String> calls = new HashMap<>();
      for (DltQuery.Relation relation : query.relations()) {
        if (relation instanceof DltQuery.Named named) {
          named(named, query).ifPresent(table -> by.put(relation, table));
        } else if (relation instanceof DltQuery.Read read) {
          Optional<String> source = source(read, query, flowName, columns, calls);
          source.ifPresent(table -> by.put(relation, relation(read, query, table)));
          whole &= source.isPresent();
        }
      }
      checkColumns(query, columns);
      if (!whole) {
        return Optional.empty();
      }
      Piece sql = query.rewritten(relation -> Optional.ofNullable(by.get(relation)));
      written.put(
          query.text().with(sql.text()),
          query.written(relation -> Optional.ofNullable(by.get(relation))));
      DltNodes.Builder flow = new DltNodes.Builder(query.text().at());
      Optional<String> copied = query.shape().isSelectAll() ? copied(query, by) : Optional.empty();
      return Optional.of(
          copied
              .map(source -> flow.put("from", DltNodes.text(source, query.text().at())).build())
              .orElseGet(() -> flow.put("sql", DltNodes.text(sql)).build()));
    }

    /** The source whose rows a query takes as they are: a table keeps more of them then. */
    private Optional<String> copied(DltQuery query, Map<DltQuery.Relation, String> by) {
      DltQuery.Relation relation = query.relations().get(0);
      if (relation instanceof DltQuery.Named named) {
        String source = by.getOrDefault(relation, named.name().last());
        boolean isSource =
            otherSources.contains(source)
                || creates.stream().anyMatch(c -> isFiles(c) && names.of(c.name()).equals(source));
        return isSource ? Optional.of(source) : Optional.empty();
      }
      return DltSource.isTopic(((DltQuery.Read) relation).call())
          ? Optional.empty()
          : Optional.of(by.get(relation));
    }

    /** The name that the pipeline has for a table; empty where it is written so already. */
    private Optional<String> named(DltQuery.Named named, DltQuery query) {
      TableName written = named.name();
      Optional<String> meant = names.meant(written, create.name());
      if (meant.isEmpty()) {
        meant = names.likely(written, create.name());
        meant.ifPresent(
            table ->
                note(
                    written.at(),
                    written + " is taken for this pipeline's own " + table,
                    "it is made without catalog and schema",
                    "write USE CATALOG and USE SCHEMA above what makes it"));
      }
      if (meant.isEmpty() && written.parts().size() > 1) {
        Optional<String> beside =
            others.stream().filter(written.last()::equalsIgnoreCase).findFirst();
        if (beside.isEmpty() && !refusedTargets.contains(lower(written.last()))) {
          whole = false;
          problem(
              written.at(),
              create.name().last() + " reads " + written + ", which no file here makes",
              "a pipeline reads its own tables and sources",
              NearestName.question(written.last(), datasets.keySet())
                  + "give the files that make it too, or declare a source "
                  + written.last()
                  + " in a pipeline.yaml beside dlt_sql");
        }
        return Optional.of(beside.orElse(written.last()));
      }
      String text =
          query.text().text().substring(named.span().from(), named.span().to()).replace("`", "");
      String table = meant.orElse(written.last());
      return text.equalsIgnoreCase(table) ? Optional.empty() : Optional.of(table);
    }

    private Optional<String> source(
        DltQuery.Read read,
        DltQuery query,
        String flowName,
        List<DltStatement.ColumnSpec> columns,
        Map<DltQuery.Call, String> calls) {
      if (calls.containsKey(read.call())) {
        return Optional.of(calls.get(read.call()));
      }
      boolean reference = read.joined() && !read.streaming();
      Optional<YamlNode.Mapping> node =
          new DltSource(read.call(), query, columns, findings).read(reference);
      String base = flowName + (DltSource.isTopic(read.call()) ? "_topic" : "_files");
      String source = base;
      for (int i = 2; isTaken(source); i++) {
        source = base + "_" + i;
      }
      if (node.isEmpty()) {
        unreadable.add(source);
        return Optional.empty();
      }
      sources.put(source, new YamlNode.Entry(read.call().at(), node.get()));
      calls.put(read.call(), source);
      return Optional.of(source);
    }

    private boolean isTaken(String name) {
      return sources.containsKey(name) || names.isTaken(name) || others.contains(name);
    }

    /** A topic's columns have the names there that a query knows. */
    private static String relation(DltQuery.Read read, DltQuery query, String source) {
      List<String> columns = new ArrayList<>(List.of("`value`"));
      for (String column : List.of("key", "timestamp", "partition", "offset", "headers")) {
        if (DltSource.isTopic(read.call()) && query.shape().names(column)) {
          columns.add("_" + column + " AS `" + column + "`");
        }
      }
      return columns.size() == 1
          ? source
          : "(SELECT " + String.join(", ", columns) + " FROM " + source + ")";
    }

    private void checkColumns(DltQuery query, List<DltStatement.ColumnSpec> columns) {
      boolean asSchema =
          query.relations().stream()
              .filter(DltQuery.Read.class::isInstance)
              .map(DltQuery.Read.class::cast)
              .anyMatch(
                  read ->
                      new DltSource(read.call(), query, columns, findings).takesListedColumns());
      if (asSchema) {
        return;
      }
      List<DltStatement.ColumnSpec> unknown =
          columns.stream()
              .filter(column -> !query.shape().names(column.name().text()))
              .filter(column -> !query.shape().isSelectAll())
              .toList();
      if (!unknown.isEmpty()
          && query.shape().selects().isPresent()
          && !query.shape().selects().get().contains("*")) {
        whole = false;
        problem(
            unknown.get(0).name().at(),
            "the query of "
                + create.name().last()
                + " has no column "
                + unknown.get(0).name().text(),
            "a table has the columns of its query, by their names",
            "write AS " + unknown.get(0).name().text() + " behind the column in the SELECT");
      } else if (columns.stream().anyMatch(column -> column.type().isPresent())) {
        note(
            create.at(),
            "the types in the column list of " + create.name().last() + " are not applied",
            "a table has the types of its query",
            "CAST in the SELECT where they differ");
      }
    }
  }
}
