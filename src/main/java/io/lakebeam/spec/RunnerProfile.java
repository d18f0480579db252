package io.lakebeam.spec;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.SourceLocation;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where a pipeline runs; never what it computes.
 *
 * @param runner {@code direct} or {@code spark}
 * @param options of the runner, in snake case: {@code target_parallelism}, {@code master}
 * @param sparkConf settings of Spark itself, by their own names
 */
public record RunnerProfile(
    String runner, Map<String, String> options, Map<String, String> sparkConf) {
  /** What is used when no profile is named: everything in this JVM. */
  public static final RunnerProfile DIRECT = new RunnerProfile("direct", Map.of(), Map.of());

  /** Spark in this JVM, or the one this JVM was started by. */
  public static final RunnerProfile SPARK = new RunnerProfile("spark", Map.of(), Map.of());

  public RunnerProfile {
    options = Map.copyOf(options);
    sparkConf = Map.copyOf(sparkConf);
  }

  /** An option of the runner; empty when the profile does not say. */
  public Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /**
   * The profile of a YAML file such as {@code runners/direct.yaml}.
   *
   * @param file absolute, or relative to the working directory
   * @param environment answers null for what is not set
   * @throws PipelineException with everything that is wrong
   */
  public static RunnerProfile read(
      Path file, Path workingDirectory, UnaryOperator<String> environment) {
    PipelineLocation location = PipelineLocation.of(file, workingDirectory);
    String shown = location.shown(location.file());
    Problems problems = new Problems();
    Substitution substitution = new Substitution(Map.of(), environment);
    Reading reading = new Reading(location, substitution, problems);
    Optional<YamlNode> root =
        reading
            .files()
            .read(location.file(), SourceLocation.of(shown))
            .flatMap(text -> reading.yaml(shown, text, every -> Optional.of(substitution)));
    root.ifPresent(node -> ShapeCheck.RUNNER.check(node, problems));
    problems.throwIfAny(reading.files().opened());
    return new RunnerProfile(
        root.flatMap(node -> Reading.text(node, "runner")).orElseThrow(),
        texts(root, "options"),
        texts(root, "spark_conf"));
  }

  private static Map<String, String> texts(Optional<YamlNode> root, String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    Reading.entries(root.flatMap(node -> node.get(key)))
        .forEach(
            (name, entry) ->
                Reading.scalar(entry.value()).ifPresent(value -> texts.put(name, value.text())));
    return texts;
  }
}
