package io.lakebeam.spec.profile;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.secret.Expansions;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.ShapeCheck;
import io.lakebeam.spec.yaml.Substitution;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A runner profile as YAML, held against its schema.
 *
 * @param root without a value when the file cannot be read, which is among the problems
 */
record ProfileFile(Reading reading, Optional<YamlNode> root) {
  /** Kept as they are written: what signs in is looked up when it is used. */
  private static final Set<List<String>> SECRETS =
      Set.of(List.of("databricks", "token"), List.of("databricks", "client_secret"));

  static ProfileFile read(
      Path file, Path workingDirectory, UnaryOperator<String> environment, Trust trust) {
    PipelineLocation location = PipelineLocation.of(file, workingDirectory);
    String shown = location.shown(location.file());
    Problems problems = new Problems();
    Substitution substitution = new Substitution(Map.of(), environment, new Expansions());
    Reading reading = new Reading(location, substitution, problems, trust, name -> null);
    Optional<YamlNode> root =
        reading
            .files()
            .read(location.file(), SourceLocation.of(shown))
            .flatMap(
                text ->
                    reading.yaml(
                        shown,
                        text,
                        path ->
                            SECRETS.contains(path) ? Optional.empty() : Optional.of(substitution)));
    root.ifPresent(node -> ShapeCheck.RUNNER.check(node, problems));
    return new ProfileFile(reading, root);
  }

  /** Refuses the file when anything is wrong with it. */
  void throwIfAny() {
    reading.problems().throwIfAny(reading.files().opened());
  }

  /** The single values of a mapping. */
  static Map<String, String> texts(Optional<YamlNode> mapping) {
    Map<String, String> texts = new LinkedHashMap<>();
    Reading.entries(mapping)
        .forEach(
            (name, entry) ->
                Reading.scalar(entry.value()).ifPresent(value -> texts.put(name, value.text())));
    return texts;
  }
}
