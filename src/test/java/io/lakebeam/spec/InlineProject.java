package io.lakebeam.spec;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.project.PipelineLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/** A project in a temporary folder, its files written inline in the test. */
public final class InlineProject {
  /** A source and a table without fault, for tests that are about something else. */
  public static final String GOOD =
      """
      pipeline: p
      sources:
        events: {files: in/*.json, format: json, schema: "id BIGINT, name STRING"}
      datasets:
        bronze: {streaming_table: {from: events}}
      """;

  private final Path root;
  private final Map<String, String> environment = new HashMap<>();
  private final Map<String, String> overrides = new HashMap<>();
  private Trust trust = Trust.AS_DATA;

  public InlineProject(Path root) {
    this.root = root;
  }

  public InlineProject file(String path, String text) {
    return file(path, text.getBytes(StandardCharsets.UTF_8));
  }

  public InlineProject file(String path, byte[] bytes) {
    try {
      Path file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pipeline file, {@code pipelines/p/pipeline.yaml}. */
  public InlineProject pipeline(String yaml) {
    return file("pipelines/p/pipeline.yaml", yaml);
  }

  public InlineProject environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  public InlineProject set(String name, String value) {
    overrides.put(name, value);
    return this;
  }

  /** As {@code --trust} does. */
  public InlineProject trusted() {
    trust = Trust.AS_CODE;
    return this;
  }

  public PipelineLocation location() {
    return PipelineLocation.find("p", root, root);
  }

  public PipelineSpec read() {
    return new PipelineReader(trust).read(location(), overrides, environment::get);
  }

  public List<Problem> problems() {
    return Assertions.assertThrows(PipelineException.class, this::read).problems();
  }

  /** Every problem as {@code line:column problem | cause | fix}, the pipeline file left out. */
  public List<String> told() {
    return problems().stream().map(InlineProject::told).toList();
  }

  public static String told(Problem problem) {
    String at = problem.at().toString().replace("pipelines/p/pipeline.yaml:", "");
    return String.join(" | ", at + " " + problem.problem(), problem.cause(), problem.fix());
  }

  public String report() {
    return new ProblemReport(problems(), root).text();
  }
}
