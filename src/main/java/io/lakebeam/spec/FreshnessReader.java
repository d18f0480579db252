package io.lakebeam.spec;

import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads {@code silent_after} of sources and {@code fresh_within} of datasets. */
final class FreshnessReader {
  private static final String SILENT_AFTER = "silent_after";
  private static final String FRESH_WITHIN = "fresh_within";

  private final Problems problems;
  private final Duration commitEvery;

  /**
   * @param commitEvery the least time between two looks at a source
   */
  FreshnessReader(Problems problems, Duration commitEvery) {
    this.problems = problems;
    this.commitEvery = commitEvery;
  }

  FreshnessSpec read(YamlNode root) {
    Map<String, Duration> silentAfter = new TreeMap<>();
    Reading.entries(root.get("sources"))
        .forEach(
            (name, entry) ->
                limit(
                        entry.value(),
                        SILENT_AFTER,
                        "reference",
                        "silent_after is for sources that are read as they grow",
                        "a reference table is read whole, each time anew",
                        "leave it out")
                    .ifPresent(limit -> silentAfter.put(name, limit)));
    Map<String, Duration> freshWithin = new TreeMap<>();
    Reading.entries(root.get("datasets"))
        .forEach(
            (name, entry) ->
                limit(
                        entry.value(),
                        FRESH_WITHIN,
                        "view",
                        "a view has no fresh_within",
                        "it is not stored: it shows what the tables have that it reads",
                        "declare it on these, or make the view a materialized_view")
                    .ifPresent(limit -> freshWithin.put(name, limit)));
    return new FreshnessSpec(silentAfter, freshWithin);
  }

  /**
   * @param none what has no such limit, by its key
   */
  private Optional<Duration> limit(
      YamlNode of, String key, String none, String problem, String cause, String fix) {
    Optional<YamlNode.Scalar> said = Reading.scalar(of, key);
    if (said.isEmpty()) {
      return Optional.empty();
    }
    if (of.get(none).isPresent()) {
      problems.add(said.get().at(), problem, cause, fix);
      return Optional.empty();
    }
    Optional<Duration> limit = DurationText.parse(said.get().text());
    if (limit.isPresent() && limit.get().compareTo(commitEvery) <= 0) {
      problems.add(
          said.get().at(),
          key + ": " + said.get().text() + " is too short",
          "a continuous update looks for records no more often than every "
              + DurationText.exact(commitEvery)
              + ", as commit_every says",
          "write a longer time, for example " + key + ": 30m; or make commit_every shorter");
      return Optional.empty();
    }
    return limit;
  }
}
