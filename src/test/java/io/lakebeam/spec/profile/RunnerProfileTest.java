package io.lakebeam.spec.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.spec.InlineProject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunnerProfileTest {
  @TempDir Path dir;

  private RunnerProfile read(String yaml) {
    new InlineProject(dir).file("r.yaml", yaml);
    return RunnerProfile.read(Path.of("r.yaml"), dir, Map.of("N", "3")::get);
  }

  private List<String> told(String yaml) {
    return assertThrows(PipelineException.class, () -> read(yaml)).problems().stream()
        .map(InlineProject::told)
        .toList();
  }

  @Test
  void theShippedProfileIsTheDefault() {
    assertEquals(
        RunnerProfile.DIRECT,
        RunnerProfile.read(Path.of("runners/direct.yaml"), Path.of(""), name -> null));
  }

  @Test
  void optionsAreTexts() {
    assertEquals(
        new RunnerProfile("direct", Map.of("target_parallelism", "3", "x", "true"), Map.of()),
        read("runner: direct\noptions: {target_parallelism: \"${N}\", x: true}\n"));
  }

  @Test
  void sparkHasSettingsOfItsOwn() {
    assertEquals(
        new RunnerProfile(
            "spark", Map.of("master", "local[2]"), Map.of("spark.executor.memory", "4g")),
        read(
            "runner: spark\noptions: {master: \"local[2]\"}\n"
                + "spark_conf: {spark.executor.memory: 4g}\n"));
    RunnerProfile shipped =
        RunnerProfile.read(Path.of("runners/spark.yaml"), Path.of(""), name -> null);
    assertEquals("local[*]", shipped.option("master").orElseThrow());
    RunnerProfile cluster =
        RunnerProfile.read(Path.of("runners/cluster.yaml"), Path.of(""), name -> null);
    assertEquals("spark://localhost:7077", cluster.option("master").orElseThrow());
  }

  @Test
  void mistakesAreToldWithTheirPlace() {
    assertEquals(
        List.of(
            "r.yaml:1:9 runner cannot be 'dirct' |  | did you mean direct? it is one of direct, spark, databricks",
            "r.yaml:2:1 there is no key option in the file |  | did you mean options? the keys here"
                + " are runner, options, spark_conf, databricks"),
        told("runner: dirct\noption: {}\n"));
    assertEquals(
        List.of("r.yaml:1:1 the key runner is missing in the file |  | add runner: the runner"),
        told("options: {}\n"));
    String missing =
        assertThrows(
                PipelineException.class,
                () -> RunnerProfile.read(Path.of("no.yaml"), dir, name -> null))
            .problems()
            .get(0)
            .problem();
    assertEquals("there is no file no.yaml", missing);
  }
}
