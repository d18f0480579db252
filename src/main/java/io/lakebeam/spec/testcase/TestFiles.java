package io.lakebeam.spec.testcase;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.secret.Expansions;
import io.lakebeam.spec.testcase.PipelineTest.Expected;
import io.lakebeam.spec.testcase.PipelineTest.Given;
import io.lakebeam.spec.testcase.PipelineTest.Row;
import io.lakebeam.spec.testcase.PipelineTest.Step;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.ShapeCheck;
import io.lakebeam.spec.yaml.Substitution;
import io.lakebeam.spec.yaml.YamlNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the tests of a pipeline: {@code tests/*.yaml} beside its file. */
public final class TestFiles {
  private static final String FOLDER = "tests";
  private static final String ENDING = ".yaml";

  private final PipelineSpec pipeline;
  private final Reading reading;
  private final Set<String> sources = new LinkedHashSet<>();
  private final Set<String> tables = new LinkedHashSet<>();
  private final List<PipelineTest> tests = new ArrayList<>();
  private final Map<String, SourceLocation> names = new LinkedHashMap<>();

  private TestFiles(PipelineSpec pipeline, PipelineLocation location) {
    this.pipeline = pipeline;
    this.reading =
        new Reading(
            location,
            new Substitution(Map.of(), name -> null, new Expansions()),
            new Problems(),
            pipeline.trust(),
            name -> null);
    pipeline.sources().stream().map(SourceSpec::name).forEach(sources::add);
    for (DatasetSpec dataset : pipeline.datasets()) {
      if (dataset.isStored()) {
        tables.add(dataset.name());
      }
      dataset.quarantine().ifPresent(tables::add);
    }
  }

  /** Where the tests of a pipeline are. */
  public static Path folder(PipelineLocation location) {
    return location.file().resolveSibling(FOLDER);
  }

  /**
   * The tests of a pipeline, in the order of their files' names and in these.
   *
   * @throws PipelineException with everything that is wrong with the files
   */
  public static List<PipelineTest> read(PipelineSpec pipeline, PipelineLocation location) {
    TestFiles files = new TestFiles(pipeline, location);
    for (Path file : in(folder(location))) {
      files.file(file);
    }
    files.reading.problems().throwIfAny(files.reading.files().opened());
    return List.copyOf(files.tests);
  }

  private static List<Path> in(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ENDING))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder, e);
    }
  }

  private void file(Path file) {
    String shown = reading.files().shown(file);
    // Records are what they are: what looks like a reference is one for the pipeline only.
    Optional<YamlNode> root =
        reading
            .files()
            .read(file, SourceLocation.of(shown))
            .flatMap(text -> reading.yaml(shown, text, path -> Optional.empty()));
    if (root.isEmpty()) {
      return;
    }
    int before = reading.problems().soFar().size();
    ShapeCheck.TESTS.check(root.get(), reading.problems());
    if (reading.problems().soFar().size() > before) {
      return; // its values are not what they are taken for
    }
    Optional<Instant> now = Reading.scalar(root.get(), "now").flatMap(this::time);
    Reading.entries(root.get().get("tests"))
        .forEach((name, entry) -> tests.add(test(name, entry, now)));
  }

  private Optional<Instant> time(YamlNode.Scalar text) {
    try {
      return Optional.of(Instant.parse(text.text()));
    } catch (DateTimeException e) {
      reading
          .problems()
          .add(text.at(), "this is no moment", "", "write it as 2026-01-31T12:00:00Z");
      return Optional.empty();
    }
  }

  private PipelineTest test(String name, YamlNode.Entry entry, Optional<Instant> now) {
    SourceLocation before = names.putIfAbsent(name, entry.keyAt());
    if (before != null) {
      reading
          .problems()
          .add(
              entry.keyAt(),
              "two tests are called " + name,
              "the other one is at " + before,
              "give one of them another name");
    }
    YamlNode test = entry.value();
    List<Step> steps =
        test.get("steps").isPresent()
            ? Reading.items(test.get("steps")).stream().map(this::step).toList()
            : List.of(step(test));
    return new PipelineTest(
        name, entry.keyAt(), Reading.scalar(test, "now").flatMap(this::time).or(() -> now), steps);
  }

  private Step step(YamlNode step) {
    Map<String, Given> given = new LinkedHashMap<>();
    Reading.entries(step.get("given"))
        .forEach(
            (source, entry) -> {
              require("source", source, sources, entry);
              given.put(
                  source,
                  new Given(
                      entry.keyAt(),
                      Reading.items(Optional.of(entry.value())).stream()
                          .map(YamlNode::json)
                          .toList()));
            });
    Map<String, Expected> expected = new LinkedHashMap<>();
    Reading.entries(step.get("expect"))
        .forEach(
            (table, entry) -> {
              require("table", table, tables, entry);
              expected.put(table, new Expected(entry.keyAt(), rows(entry.value())));
            });
    return new Step(given, expected);
  }

  private static List<Row> rows(YamlNode list) {
    List<Row> rows = new ArrayList<>();
    for (YamlNode item : Reading.items(Optional.of(list))) {
      Map<String, JsonNode> values = new LinkedHashMap<>();
      Reading.entries(Optional.of(item))
          .forEach((column, entry) -> values.put(column, entry.value().json()));
      rows.add(new Row(item.at(), values));
    }
    return rows;
  }

  private void require(String kind, String name, Set<String> known, YamlNode.Entry entry) {
    if (!known.contains(name)) {
      reading
          .problems()
          .add(
              entry.keyAt(),
              "the pipeline " + pipeline.name() + " has no " + kind + " " + name,
              NearestName.question(name, known).strip(),
              "there are " + String.join(", ", known));
    }
  }
}
