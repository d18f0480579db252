package io.lakebeam.spec.dlt;

import io.lakebeam.spec.dlt.DltStatement.Create;
import io.lakebeam.spec.dlt.DltStatement.Kind;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The {@code sources:} that statements make: of calls in queries, and of views that name files. */
final class DltSources {
  private final List<Create> creates;
  private final List<DltStatement.Flow> flows;
  private final DltNames names;
  private final Set<String> others;
  private final Findings findings;
  private final Map<String, YamlNode.Entry> sources = new LinkedHashMap<>();

  /**
   * Of all statements of a pipeline.
   *
   * @param others sources that the pipeline file declares beside
   */
  DltSources(
      List<Create> creates,
      List<DltStatement.Flow> flows,
      DltNames names,
      Set<String> others,
      Findings findings) {
    this.creates = creates;
    this.flows = flows;
    this.names = names;
    this.others = others;
    this.findings = findings;
  }

  Map<String, YamlNode.Entry> all() {
    return sources;
  }

  /** True for a view that gives files a name: rows are looked up in them, or come from them. */
  static boolean isFiles(Create create) {
    return create.kind() == Kind.VIEW
        && create.rules().isEmpty()
        && create.query().isPresent()
        && create.query().get().shape().isSelectAll()
        && create.query().get().relations().get(0) instanceof DltQuery.Read read
        && !DltSource.isTopic(read.call());
  }

  /** Adds the files of such a view; false when a problem says why they cannot be read. */
  boolean files(Create create, String name) {
    DltQuery query = create.query().orElseThrow();
    DltQuery.Read read = (DltQuery.Read) query.relations().get(0);
    Optional<YamlNode.Mapping> source =
        new DltSource(read.call(), query, create.columns(), findings)
            .read(!read.streaming() && isJoined(name, create));
    source.ifPresent(found -> sources.put(name, new YamlNode.Entry(create.at(), found)));
    return source.isPresent();
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

  /** True for a source of the pipeline file, and for a view that gives files a name. */
  boolean has(String name) {
    return others.contains(name)
        || creates.stream().anyMatch(c -> isFiles(c) && names.of(c.name()).equals(name));
  }

  /**
   * Adds a source under a name like that, which is answered.
   *
   * @param isTaken true for names that the pipeline file gives
   */
  String add(String base, YamlNode.Entry entry, Predicate<String> isTaken) {
    String name = base;
    for (int i = 2; sources.containsKey(name) || names.isTaken(name) || isTaken.test(name); i++) {
      name = base + "_" + i;
    }
    sources.put(name, entry);
    return name;
  }
}
