package io.lakebeam.spec.profile;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where a pipeline runs; never what it computes.
 *
 * @param runner {@code direct}, {@code spark} or {@code databricks}, of which {@link
 *     DatabricksProfile} knows the rest
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
    ProfileFile profile = ProfileFile.read(file, workingDirectory, environment, Trust.AS_DATA);
    profile.throwIfAny();
    YamlNode root = profile.root().orElseThrow();
    return new RunnerProfile(
        Reading.text(root, "runner").orElseThrow(),
        ProfileFile.texts(root.get("options")),
        ProfileFile.texts(root.get("spark_conf")));
  }
}
