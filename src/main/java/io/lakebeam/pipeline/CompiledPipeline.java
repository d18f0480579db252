package io.lakebeam.pipeline;

import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.catalyst.StoredTable;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A pipeline that is known to be right as far as can be known without data: every query read and
 * typed, every dataset's stored columns fixed.
 *
 * @param id what its lake knows it by; where nobody has asked the lake, its name
 * @param graph what people and lineage see of it
 * @param tables streaming tables that flows add rows to, in topological order
 * @param windows streaming tables that get the windows of others as they are closed
 * @param upserts tables whose rows follow from changes that one of the tables has
 * @param views materialized views, in topological order
 */
public record CompiledPipeline(
    PipelineSpec spec,
    String id,
    DataflowGraph graph,
    List<CompiledTable> tables,
    List<CompiledWindows> windows,
    List<CompiledUpsert> upserts,
    List<CompiledView> views) {
  public CompiledPipeline {
    tables = List.copyOf(tables);
    windows = List.copyOf(windows);
    upserts = List.copyOf(upserts);
    views = List.copyOf(views);
  }

  /** One that is new to its lake. */
  public CompiledPipeline(
      PipelineSpec spec,
      DataflowGraph graph,
      List<CompiledTable> tables,
      List<CompiledWindows> windows,
      List<CompiledUpsert> upserts,
      List<CompiledView> views) {
    this(spec, spec.name(), graph, tables, windows, upserts, views);
  }

  /** By which its lake and its files are reached. */
  public Storage storage() {
    return Storage.of(spec.storage());
  }

  /** Where it has its tables. */
  public Place lake() {
    return TablePaths.lake(spec);
  }

  /** What it is called. */
  public String name() {
    return spec.name();
  }

  /** The pipeline that its lake knows by that id. */
  public CompiledPipeline withId(String known) {
    return new CompiledPipeline(spec, known, graph, tables, windows, upserts, views);
  }

  /** The same, without sinks and whatever tells of it: for a look, or a test. */
  public CompiledPipeline tellingNobody() {
    return new CompiledPipeline(spec.tellingNobody(), id, graph, tables, windows, upserts, views);
  }

  /** Sources that are read as they grow, not looked up. */
  public List<SourceSpec> readSources() {
    return spec.sources().stream()
        .filter(source -> !source.reference())
        .filter(source -> !graph.readersOf(source.name()).isEmpty())
        .toList();
  }

  /** Every streaming table, whatever adds rows to it. */
  public List<CompiledTable> streamingTables() {
    return Stream.concat(tables.stream(), windows.stream().map(CompiledWindows::table)).toList();
  }

  /** A streaming table, whatever adds rows to it. */
  public Optional<CompiledTable> table(String name) {
    return streamingTables().stream().filter(table -> table.name().equals(name)).findFirst();
  }

  /** A table whose rows follow from changes. */
  public Optional<CompiledUpsert> upsert(String name) {
    return upserts.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** These names, and of tables that follow from changes those of the tables of their changes. */
  public Set<String> withChanges(Set<String> names) {
    Set<String> all = new TreeSet<>(names);
    names.forEach(name -> upsert(name).ifPresent(each -> all.add(each.upstream())));
    return all;
  }

  /** These names, and those of tables that follow from changes that one of them has. */
  public Set<String> withUpserts(Set<String> names) {
    Set<String> all = new TreeSet<>(names);
    upserts.stream()
        .filter(each -> names.contains(each.upstream()))
        .forEach(each -> all.add(each.name()));
    return all;
  }

  /**
   * The sources whose records a table reads directly, each once: what cannot be decoded of them
   * goes to the table's quarantine.
   */
  public Set<String> sourcesOf(CompiledTable of) {
    Set<String> sources = new LinkedHashSet<>();
    for (CompiledFlow flow : of.flows()) {
      sources.addAll(
          flow.input()
              .match(
                  source -> List.of(source.source()),
                  table -> List.of(),
                  transform ->
                      transform.from().stream().filter(name -> table(name).isEmpty()).toList()));
    }
    return sources;
  }

  /** True when rows leave their flows to meet others, and so are kept on the way. */
  public boolean keepsRows() {
    return tables.stream()
        .anyMatch(
            table ->
                table.deduplication().isPresent()
                    || table.flows().stream()
                        .anyMatch(flow -> flow.input() instanceof CompiledFlow.FromTransform));
  }

  /** The tables that get rows of a source, straight or through other tables; in their order. */
  public List<CompiledTable> tablesFedBy(String source) {
    Set<String> fed = new LinkedHashSet<>(Set.of(source));
    List<CompiledTable> tables = new ArrayList<>();
    // In topological order: what a table reads has been looked at before it.
    for (CompiledTable table : tables()) {
      boolean reads =
          table.flows().stream().flatMap(flow -> flow.takes().stream()).anyMatch(fed::contains);
      if (reads) {
        fed.add(table.name());
        tables.add(table);
      }
    }
    return tables;
  }

  /** Reference tables that queries join with. */
  public Set<String> lookups() {
    Set<String> lookups = new LinkedHashSet<>();
    tables.forEach(table -> table.flows().forEach(flow -> lookups.addAll(flow.lookups())));
    windows.forEach(each -> lookups.addAll(each.query().groups().lookups()));
    views.forEach(view -> lookups.addAll(view.lookups()));
    return lookups;
  }

  /** Tables of the lake that queries join with; one may be there twice, with other columns. */
  public List<StoredTable> storedTables() {
    return tables.stream()
        .flatMap(table -> table.flows().stream())
        .flatMap(flow -> flow.joined().stream())
        .distinct()
        .toList();
  }

  /**
   * The tables of the lake that rows of an epoch meet, in the version of its plan.
   *
   * @return where they are, by what plans call their versions
   */
  public Map<String, Place> joinedTables() {
    Map<String, Place> joined = new TreeMap<>();
    storedTables().forEach(table -> joined.put(table.name(), pathOf(table.name())));
    tables.stream()
        .filter(table -> table.deduplication().isPresent())
        .forEach(table -> joined.put(table.versionName(), table.path()));
    return joined;
  }

  /**
   * The pipeline while some tables are computed anew: their rows are written into a folder of their
   * own. What is computed of their stored rows waits until they are whole.
   *
   * @param names of tables that flows add rows to
   * @param folder below each table's
   */
  public CompiledPipeline staged(Set<String> names, String folder) {
    return new CompiledPipeline(
        spec,
        id,
        graph,
        tables.stream()
            .map(table -> names.contains(table.name()) ? table.stagedIn(folder) : table)
            .toList(),
        windows.stream().filter(each -> !names.contains(each.upstream())).toList(),
        upserts.stream().filter(each -> !names.contains(each.upstream())).toList(),
        viewsWithout(names));
  }

  /** The views that read none of these, nor a view that does. */
  private List<CompiledView> viewsWithout(Set<String> names) {
    Set<String> without = new TreeSet<>(names);
    List<CompiledView> left = new ArrayList<>();
    for (CompiledView view : views) {
      if (view.inputs().stream().anyMatch(without::contains)) {
        without.add(view.name());
      } else {
        left.add(view);
      }
    }
    return left;
  }

  /** The views of a kind. */
  private <V extends CompiledView> List<V> views(Class<V> kind) {
    return views.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Views that are kept up to date by what new rows add to them. */
  public List<AdditiveView> additiveViews() {
    return views(AdditiveView.class);
  }

  /** Views that are computed from tables as they stand; in topological order. */
  public List<ComputedView> computedViews() {
    return views(ComputedView.class);
  }

  /**
   * The pipeline when only some of its datasets are wanted: without the views and tables of windows
   * that these do not need. Flows are the same: an epoch has rows for all that read its sources.
   */
  public CompiledPipeline only(Set<String> names) {
    Set<String> wanted = new TreeSet<>(names);
    // From the last to the first: what a view reads stands before it.
    for (int i = views.size() - 1; i >= 0; i--) {
      if (wanted.contains(views.get(i).name())) {
        wanted.addAll(views.get(i).inputs());
      }
    }
    return new CompiledPipeline(
        spec,
        id,
        graph,
        tables,
        windows.stream().filter(each -> wanted.contains(each.name())).toList(),
        upserts.stream().filter(each -> wanted.contains(each.name())).toList(),
        views.stream().filter(view -> wanted.contains(view.name())).toList());
  }

  /** The sources that some datasets need, whether their rows flow there or are joined with. */
  public Set<String> sourcesFor(Set<String> names) {
    Set<String> sources = new TreeSet<>();
    names.forEach(name -> sources.addAll(sourcesFeeding(name)));
    sourcesAfterOthers()
        .forEach(
            (source, first) -> {
              if (sources.contains(source)) {
                sources.addAll(first);
              }
            });
    return sources;
  }

  /** These tables, and all that get rows of theirs, straight or through others. */
  public Set<String> withFollowers(Set<String> names) {
    Set<String> all = new TreeSet<>(names);
    // In topological order: what a table reads has been looked at before it.
    for (CompiledTable table : tables) {
      boolean follows =
          table.flows().stream().flatMap(flow -> flow.takes().stream()).anyMatch(all::contains);
      if (follows) {
        all.add(table.name());
      }
    }
    return all;
  }

  /**
   * Sources whose rows join with tables of the lake, and the sources that feed these tables. A
   * source that feeds both sides of a join waits for none: it cannot come before itself.
   */
  public Map<String, Set<String>> sourcesAfterOthers() {
    Map<String, Set<String>> after = new TreeMap<>();
    for (CompiledTable table : tables) {
      for (CompiledFlow flow : table.flows()) {
        Set<String> stream = new TreeSet<>();
        flow.takes().forEach(name -> stream.addAll(sourcesFeeding(name)));
        Set<String> first = new TreeSet<>();
        flow.joined().forEach(joined -> first.addAll(sourcesFeeding(joined.name())));
        first.removeAll(stream);
        if (!first.isEmpty()) {
          stream.forEach(name -> after.computeIfAbsent(name, s -> new TreeSet<>()).addAll(first));
        }
      }
    }
    return after;
  }

  private Set<String> sourcesFeeding(String name) {
    Optional<CompiledView> view = views.stream().filter(v -> v.name().equals(name)).findFirst();
    if (view.isPresent()) {
      Set<String> sources = new TreeSet<>();
      view.get().inputs().forEach(input -> sources.addAll(sourcesFeeding(input)));
      return sources;
    }
    Optional<CompiledWindows> grouped =
        windows.stream().filter(each -> each.name().equals(name)).findFirst();
    if (grouped.isPresent()) {
      return sourcesFeeding(grouped.get().upstream());
    }
    Optional<CompiledUpsert> upserted = upsert(name);
    if (upserted.isPresent()) {
      return sourcesFeeding(upserted.get().upstream());
    }
    Optional<CompiledTable> table = table(name);
    if (table.isEmpty()) {
      return Set.of(name);
    }
    Set<String> sources = new TreeSet<>();
    for (CompiledFlow flow : table.get().flows()) {
      flow.takes().forEach(input -> sources.addAll(sourcesFeeding(input)));
    }
    return sources;
  }

  /**
   * Where readers find a dataset.
   *
   * @param name of a streaming table or a materialized view
   */
  public Place pathOf(String name) {
    return TablePaths.of(spec, name);
  }

  public SourceSpec source(String name) {
    return spec.sources().stream()
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
