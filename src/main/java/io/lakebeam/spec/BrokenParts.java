package io.lakebeam.spec;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which parts of a pipeline file the problems of its shape stand in. */
final class BrokenParts {
  /** Whatever is wrong with these says nothing of the datasets. */
  private static final Set<String> APART =
      Set.of(
          "pipeline",
          "description",
          "lake",
          "storage",
          "commit_every",
          "max_rows_per_epoch",
          "sources",
          "datasets");

  private static final List<String> DEFINITIONS =
      List.of("streaming_table", "materialized_view", "view");

  private final Optional<YamlNode> datasets;
  private final Map<String, YamlNode.Entry> top;
  private final List<Problem> problems;

  BrokenParts(YamlNode root, List<Problem> problems) {
    this.top = Reading.entries(Optional.of(root));
    this.datasets = root.get("datasets");
    this.problems = problems;
  }

  /** True when a problem may make others that are none, such as a source that is not there. */
  boolean mayMisleadAll() {
    boolean isElsewhere = datasets.isEmpty() && top.containsKey(SpecBuilder.DLT_SQL);
    return !isElsewhere && !(datasets.isPresent() && datasets.get() instanceof YamlNode.Mapping)
        || problems.stream().anyMatch(problem -> !APART.contains(keyOf(top, problem.at())));
  }

  /** True when a problem stands in what a dataset is made of. */
  boolean hasBrokenDefinition(String dataset) {
    Map<String, YamlNode.Entry> all = Reading.entries(datasets);
    if (!all.containsKey(dataset)) {
      return false; // it stands in a SQL file
    }
    Map<String, YamlNode.Entry> keys = Reading.entries(Optional.of(all.get(dataset).value()));
    return problems.stream()
        .map(Problem::at)
        .filter(at -> keyOf(top, at).equals("datasets") && keyOf(all, at).equals(dataset))
        .anyMatch(at -> keys.isEmpty() || DEFINITIONS.contains(keyOf(keys, at)));
  }

  /** The key of the mapping behind which a place stands; empty when it stands before them all. */
  private static String keyOf(Map<String, YamlNode.Entry> entries, SourceLocation at) {
    List<Map.Entry<String, YamlNode.Entry>> before = new ArrayList<>();
    for (Map.Entry<String, YamlNode.Entry> entry : entries.entrySet()) {
      if (!isBehind(entry.getValue().keyAt(), at)) {
        before.add(entry);
      }
    }
    return before.stream()
        .max((a, b) -> isBehind(a.getValue().keyAt(), b.getValue().keyAt()) ? 1 : -1)
        .map(Map.Entry::getKey)
        .orElse("");
  }

  private static boolean isBehind(SourceLocation a, SourceLocation b) {
    return a.line() > b.line() || a.line() == b.line() && a.column() > b.column();
  }
}
