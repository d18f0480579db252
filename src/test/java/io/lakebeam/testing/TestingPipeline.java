package io.lakebeam.testing;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.project.PipelineLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;

/**
 * A pipeline in a temporary folder, its files written inline in the test. Its lake is the folder
 * {@code lake}, its landing folder {@code in}.
 */
public final class TestingPipeline {
  private static final String YAML = "pipelines/p/pipeline.yaml";

  private final Path root;
  private final Map<String, String> settings = new HashMap<>();
  private long landed;

  public TestingPipeline(Path root) {
    this.root = root;
    folder("in");
  }

  public TestingPipeline yaml(String text) {
    return file(YAML, text);
  }

  /** Writes a file of the project. */
  public TestingPipeline file(String path, String text) {
    write(root.resolve(path), text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  public TestingPipeline set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  public TestingPipeline folder(String path) {
    try {
      Files.createDirectories(root.resolve(path));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets a file appear in the landing folder in one step, each newer than the one before. */
  public Path land(String name, String text) {
    return land(name, text.getBytes(StandardCharsets.UTF_8));
  }

  public Path land(String name, byte[] bytes) {
    Path file = root.resolve("in").resolve(name);
    Path hidden = file.resolveSibling("." + name);
    write(hidden, bytes);
    try {
      Files.setLastModifiedTime(hidden, FileTime.fromMillis(1_700_000_000_000L + landed++ * 1000));
      return Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path root() {
    return root;
  }

  public Path lake() {
    return root.resolve("lake");
  }

  public String table(String name) {
    return lake().resolve(name).toString();
  }

  public PipelineSpec spec() {
    return new PipelineReader()
        .read(PipelineLocation.find("p", root, root), settings, name -> null);
  }

  public CompiledPipeline compile() {
    return PipelineCompiler.compile(spec());
  }

  /** As {@code validate} compiles it: what is wrong with its files hides nothing else. */
  public CompiledPipeline validate() {
    return PipelineCompiler.compile(
        new PipelineReader().draft(PipelineLocation.find("p", root, root), settings, name -> null));
  }

  public List<Problem> problems() {
    return Assertions.assertThrows(PipelineException.class, this::validate).problems();
  }

  /** Every problem as {@code place problem | cause | fix}, the pipeline file's name left out. */
  public List<String> told() {
    return problems().stream().map(TestingPipeline::told).toList();
  }

  private static String told(Problem problem) {
    String at = problem.at().toString().replace(YAML + ":", "");
    return String.join(" | ", at + " " + problem.problem(), problem.cause(), problem.fix());
  }

  private static void write(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
