package io.lakebeam.spec.powerbi;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.powerbi.PowerBiSpec.Field;
import io.lakebeam.spec.powerbi.PowerBiSpec.Kind;
import io.lakebeam.spec.powerbi.PowerBiSpec.Measure;
import io.lakebeam.spec.powerbi.PowerBiSpec.Page;
import io.lakebeam.spec.powerbi.PowerBiSpec.Visual;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.secret.Expansions;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.ShapeCheck;
import io.lakebeam.spec.yaml.Substitution;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads {@code power_bi.yaml} beside a pipeline's file. */
public final class PowerBiFile {
  public static final String NAME = "power_bi.yaml";

  private PowerBiFile() {}

  /**
   * What the file says; nothing where there is none.
   *
   * @throws PipelineException with everything that is wrong with its shape
   */
  public static PowerBiSpec read(PipelineSpec pipeline, PipelineLocation location) {
    Path file =
        Files.isDirectory(location.file())
            ? location.file().resolve(NAME)
            : location.file().resolveSibling(NAME);
    if (!Files.exists(file)) {
      return PowerBiSpec.NONE;
    }
    Reading reading =
        new Reading(
            location,
            new Substitution(Map.of(), name -> null, new Expansions()),
            new Problems(),
            pipeline.trust(),
            name -> null);
    String shown = reading.files().shown(file);
    Optional<YamlNode> root =
        reading
            .files()
            .read(file, SourceLocation.of(shown))
            .flatMap(text -> reading.yaml(shown, text, path -> Optional.empty()));
    root.ifPresent(node -> ShapeCheck.POWER_BI.check(node, reading.problems()));
    reading.problems().throwIfAny(reading.files().opened());
    return spec(root.orElseThrow());
  }

  private static PowerBiSpec spec(YamlNode root) {
    List<Measure> measures = new ArrayList<>();
    Reading.entries(root.get("measures"))
        .forEach(
            (name, entry) -> {
              YamlNode.Scalar table = Reading.scalar(entry.value(), "table").orElseThrow();
              YamlNode.Scalar dax = Reading.scalar(entry.value(), "dax").orElseThrow();
              measures.add(
                  new Measure(
                      name,
                      entry.keyAt(),
                      table.text(),
                      table.at(),
                      dax.text().strip(),
                      dax.at(),
                      Reading.text(entry.value(), "format").orElse("")));
            });
    List<Page> pages = new ArrayList<>();
    Reading.entries(root.get("pages"))
        .forEach((name, entry) -> pages.add(new Page(name, entry.keyAt(), visuals(entry.value()))));
    return new PowerBiSpec(measures, pages);
  }

  private static List<Visual> visuals(YamlNode list) {
    List<Visual> visuals = new ArrayList<>();
    for (YamlNode item : Reading.items(Optional.of(list))) {
      Reading.entries(Optional.of(item))
          .forEach(
              (kind, entry) ->
                  visuals.add(
                      new Visual(
                          Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
                          entry.keyAt(),
                          Reading.items(Optional.of(entry.value())).stream()
                              .flatMap(field -> Reading.scalar(field).stream())
                              .map(field -> new Field(field.text(), field.at()))
                              .toList())));
    }
    return visuals;
  }
}
