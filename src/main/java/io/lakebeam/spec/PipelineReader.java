package io.lakebeam.spec;

import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltFiles;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.ProjectFiles;
import io.lakebeam.spec.secret.Expansions;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.spec.source.KafkaReader;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.Substitution;
import io.lakebeam.spec.yaml.YamlFile;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Reads a declared pipeline: its YAML file and the SQL and expectation files that it names.
 *
 * <pre>{@code
 * PipelineLocation location = PipelineLocation.find("airlines", workingDirectory, projectRoot);
 * PipelineSpec spec = new PipelineReader().read(location, Map.of(), System::getenv);
 * }</pre>
 *
 * <p>Nothing is looked up outside these files: no source is opened, no query parsed, no secret
 * resolved. Immutable.
 */
public final class PipelineReader {

  private static final String PARAMETERS = "parameters";

  private final Trust trust;

  /** Reads pipelines that are data, whoever wrote them. */
  public PipelineReader() {
    this(Trust.AS_DATA);
  }

  public PipelineReader(Trust trust) {
    this.trust = trust;
  }

  /**
   * The pipeline as declared.
   *
   * @param overrides values by name: of parameters, and of environment variables that the pipeline
   *     refers to. One that a secret refers to is handed to {@link Secrets}.
   * @param environment answers null for what is not set
   * @throws PipelineException with everything that is wrong, in the order of the files
   */
  public PipelineSpec read(
      PipelineLocation location, Map<String, String> overrides, UnaryOperator<String> environment) {
    PipelineDraft draft = draft(location, overrides, environment);
    if (!draft.problems().isEmpty()) {
      throw new PipelineException(draft.problems());
    }
    return draft.spec().orElseThrow();
  }

  /**
   * As much of the pipeline as can be read, with what is wrong with the rest. Parameters as of
   * {@link #read}.
   *
   * @throws PipelineException when there is no pipeline file to read
   */
  public PipelineDraft draft(
      PipelineLocation location, Map<String, String> overrides, UnaryOperator<String> environment) {
    return draft(
        location,
        location.isSql() ? Optional.of(location.sqlPipeline()) : Optional.empty(),
        overrides,
        environment);
  }

  /**
   * As {@link #draft}, of some of the SQL files of a folder.
   *
   * @param files below the location's root
   */
  public PipelineDraft draftOf(
      PipelineLocation location,
      List<Path> files,
      Map<String, String> overrides,
      UnaryOperator<String> environment) {
    List<String> names =
        files.stream().map(file -> location.root().relativize(file).toString()).toList();
    return draft(location, Optional.of(location.sqlPipeline(names)), overrides, environment);
  }

  private PipelineDraft draft(
      PipelineLocation location,
      Optional<String> pipeline,
      Map<String, String> overrides,
      UnaryOperator<String> environment) {
    Problems problems = new Problems();
    Set<String> asked = new HashSet<>();
    UnaryOperator<String> values =
        name -> {
          asked.add(name);
          return overrides.containsKey(name) ? overrides.get(name) : environment.apply(name);
        };
    String shown = location.shown(location.file());
    Expansions expansions = new Expansions();
    Stream.of(location.root(), location.workingDirectory(), location.file())
        .forEach(path -> expansions.written(path.toString()));
    Substitution inParameters = new Substitution(Map.of(), values, expansions);
    ProjectFiles files = new ProjectFiles(location, problems, trust, expansions);
    Optional<String> text =
        pipeline.or(() -> files.read(location.file(), SourceLocation.of(shown)));
    problems.throwIfAny(files.opened());

    Map<String, String> parameters = parameters(shown, text.orElseThrow(), overrides, inParameters);
    Substitution everywhere = new Substitution(parameters, values, expansions);
    UnaryOperator<String> typed =
        name -> {
          asked.add(name);
          return overrides.get(name);
        };
    Reading reading = new Reading(location, everywhere, problems, trust, typed);
    Set<String> unreadable = new HashSet<>();
    Optional<PipelineSpec> spec =
        reading
            .yaml(
                shown,
                text.get(),
                path -> substitution(path, everywhere, inParameters, overrides.keySet()))
            .flatMap(root -> new SpecBuilder(reading, shown, parameters).build(root, unreadable));
    asked.addAll(reading.secretNames());
    if (spec.isPresent()) {
      checkOverrides(overrides.keySet(), parameters.keySet(), asked, shown, problems);
    }
    List<String> order = new ArrayList<>(List.of(shown));
    order.addAll(reading.files().opened());
    List<Problem> found = problems.sorted(order);
    if (found.isEmpty()) {
      reading.secretNames().stream()
          .filter(overrides::containsKey)
          .forEach(name -> Secrets.provideTyped(name, overrides.get(name)));
    }
    return new PipelineDraft(
        spec,
        expansions.hidden(found),
        unreadable,
        expansions.hidden(reading.notes()),
        DltFiles.outline(reading.statements()));
  }

  private static Optional<Substitution> substitution(
      List<String> path,
      Substitution everywhere,
      Substitution inParameters,
      Set<String> overrides) {
    if (KafkaReader.isSecret(path)
        || StorageReader.isSecret(path)
        || SinkReader.isSecret(path)
        || MirrorReader.isSecret(path)
        || OpenLineageReader.isSecret(path)) {
      return Optional.empty();
    }
    if (path.size() == 2 && path.get(0).equals(PARAMETERS)) {
      // The default of an overridden parameter may refer to what is not set: nobody asks for it.
      return overrides.contains(path.get(1)) ? Optional.empty() : Optional.of(inParameters);
    }
    return Optional.of(everywhere);
  }

  /** Parameters come first, as every other value may refer to them; problems are told later. */
  private static Map<String, String> parameters(
      String shown, String text, Map<String, String> overrides, Substitution inParameters) {
    Optional<YamlNode> root =
        YamlFile.read(shown, text, nowhere -> Optional.empty(), new Problems());
    Map<String, String> parameters = new LinkedHashMap<>();
    Reading.entries(root.flatMap(node -> node.get(PARAMETERS)))
        .forEach(
            (name, entry) -> {
              if (overrides.containsKey(name)) {
                parameters.put(name, overrides.get(name));
              } else if (entry.value() instanceof YamlNode.Scalar value) {
                parameters.put(name, inParameters.quietly(value.text()));
              }
            });
    return parameters;
  }

  private static void checkOverrides(
      Set<String> overrides,
      Set<String> parameters,
      Set<String> asked,
      String shown,
      Problems problems) {
    for (String name : overrides) {
      if (!parameters.contains(name) && !asked.contains(name)) {
        problems.add(
            SourceLocation.of(shown),
            "there is no parameter " + name,
            "a value was given for it with --set, and nothing in the pipeline refers to it",
            NearestName.question(name, parameters)
                + (parameters.isEmpty()
                    ? "the pipeline has no parameters"
                    : "the parameters are " + String.join(", ", parameters)));
      }
    }
  }
}
