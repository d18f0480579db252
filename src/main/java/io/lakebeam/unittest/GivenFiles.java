package io.lakebeam.unittest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.testcase.PipelineTest.Given;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What tests give the sources of a pipeline, as files in a folder. A record that is a text is what
 * comes, byte for byte; one that is an object is written in the source's format, or as JSON where
 * that is no text.
 */
final class GivenFiles {
  /** Of old files, which nobody is writing any more. */
  private static final Instant LANDED = Instant.parse("2020-01-01T00:00:00Z");

  private final Path folder;
  private final Map<String, SourceSpec> sources = new HashMap<>();
  private int landed;

  GivenFiles(Path folder, PipelineSpec pipeline) {
    this.folder = folder;
    pipeline.sources().forEach(source -> sources.put(source.name(), source));
  }

  /**
   * The pipeline that reads these files.
   *
   * @param given names of sources that tests give something: reference sources that are not among
   *     them keep their files
   */
  PipelineSpec readBy(PipelineSpec pipeline, Set<String> given) {
    List<SourceSpec> replaced = new ArrayList<>();
    for (SourceSpec source : pipeline.sources()) {
      replaced.add(
          source.reference() && !given.contains(source.name()) ? source : replaced(source));
    }
    return pipeline.withSources(replaced);
  }

  private SourceSpec replaced(SourceSpec source) {
    String pattern = folder.resolve(source.name()) + "/*";
    FileRules plain = FileRules.of(pattern);
    FileRules rules =
        source.connection() instanceof SourceSpec.Files files
            ? new FileRules(
                files.badFiles(),
                plain.settle(),
                plain.changedFiles(),
                plain.remember(),
                plain.afterRead())
            : plain;
    return new SourceSpec(
        source.name(),
        new SourceSpec.Files(pattern, "", rules),
        format(source),
        source.schema(),
        source.namesInData(),
        source.namedColumns(),
        source.reference(),
        source.newFields(),
        source.at());
  }

  private static SourceSpec.Format format(SourceSpec source) {
    SourceSpec.Format records = source.format().records();
    if (records instanceof SourceSpec.Csv csv) {
      // A message has no header.
      boolean header = csv.header() && source.connection() instanceof SourceSpec.Files;
      return new SourceSpec.Csv(
          header,
          csv.delimiter(),
          csv.quote(),
          csv.escape(),
          csv.comment(),
          0,
          "UTF-8",
          csv.nullValue());
    }
    if (records instanceof SourceSpec.Text) {
      return records;
    }
    return records instanceof SourceSpec.Json json
        ? new SourceSpec.Json(false, json.keepsJson(), SourceSpec.Framing.UNSAID)
        : new SourceSpec.Json();
  }

  /**
   * Makes the folders of all sources, so that one that gets nothing is no mistake.
   *
   * @param given names of sources that tests give something
   */
  void prepare(Set<String> given) {
    for (String source : sources.keySet()) {
      try {
        Files.createDirectories(folder.resolve(source));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot make " + folder.resolve(source), e);
      }
      if (given.contains(source) && sources.get(source).reference()) {
        land(source, new Given(SourceLocation.NOWHERE, List.of()));
      }
    }
  }

  /**
   * Lets records come, all at once.
   *
   * @throws TestProblemException when a record cannot be written
   */
  void land(String source, Given given) {
    SourceSpec spec = sources.get(source);
    SourceSpec.Format format = format(spec);
    List<String> lines = new ArrayList<>();
    if (format instanceof SourceSpec.Csv csv && csv.header()) {
      List<String> names = names(spec).stream().map(name -> quoted(csv, name)).toList();
      lines.add(String.join(String.valueOf(csv.delimiter()), names));
    }
    for (JsonNode record : given.records()) {
      lines.add(record.isTextual() ? text(spec, record.asText(), given.at()) : line(spec, record));
    }
    Path file = folder.resolve(source).resolve(String.format(Locale.ROOT, "%06d", ++landed));
    Path hidden = file.resolveSibling("." + file.getFileName());
    try {
      Files.write(hidden, lines, StandardCharsets.UTF_8);
      Files.setLastModifiedTime(hidden, FileTime.from(LANDED.plusSeconds(landed)));
      Files.move(hidden, file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private static List<String> names(SourceSpec source) {
    return source.schema().names().stream()
        .map(name -> source.namesInData().getOrDefault(name, name))
        .toList();
  }

  private static String text(SourceSpec source, String record, SourceLocation at) {
    SourceSpec.Format records = source.format().records();
    boolean isText =
        records instanceof SourceSpec.Json
            || records instanceof SourceSpec.Csv
            || records instanceof SourceSpec.Text;
    if (!isText) {
      throw new TestProblemException(
          new Problem(
                  at,
                  "a record of " + source.name() + " cannot be given as a text",
                  "its format is " + records.name(),
                  "give its columns: {" + source.schema().names().get(0) + ": ...}")
              .as(ErrorCode.WRONG_USE));
    }
    return record;
  }

  private static String line(SourceSpec source, JsonNode record) {
    ObjectNode named = (ObjectNode) record;
    if (format(source) instanceof SourceSpec.Csv csv) {
      List<String> cells = new ArrayList<>();
      for (String name : names(source)) {
        cells.add(cell(csv, named.path(name)));
      }
      return String.join(String.valueOf(csv.delimiter()), cells);
    }
    if (format(source) instanceof SourceSpec.Text) {
      return named.path(names(source).get(0)).asText();
    }
    return named.toString();
  }

  private static String cell(SourceSpec.Csv csv, JsonNode value) {
    if (value.isMissingNode() || value.isNull()) {
      return csv.nullValue();
    }
    return quoted(csv, value.isValueNode() ? value.asText() : value.toString());
  }

  private static String quoted(SourceSpec.Csv csv, String text) {
    String quote = String.valueOf(csv.quote());
    boolean needsQuotes =
        csv.quote() != SourceSpec.Csv.NONE
            && (text.indexOf(csv.delimiter()) >= 0
                || text.contains(quote)
                || text.contains("\n")
                || text.contains("\r")
                || text.isEmpty());
    String escape = csv.escape() == SourceSpec.Csv.NONE ? quote : String.valueOf(csv.escape());
    return needsQuotes ? quote + text.replace(quote, escape + quote) + quote : text;
  }
}
