package io.lakebeam.spec;

import java.util.Optional;

/** Reads {@code format:} of a source. */
final class FormatReader {
  private final Problems problems;

  FormatReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * The format.
   *
   * @param inMessages true when the records are messages of a topic, which have no header and are
   *     no files
   */
  Optional<SourceSpec.Format> read(YamlNode format, boolean inMessages) {
    if (format instanceof YamlNode.Mapping) {
      return format
          .get("csv")
          .<SourceSpec.Format>map(settings -> new CsvReader(problems).read(settings, inMessages))
          .or(() -> format.get("json").map(settings -> json(settings, inMessages)));
    }
    return Reading.scalar(format).flatMap(name -> named(name, inMessages));
  }

  private Optional<SourceSpec.Format> named(YamlNode.Scalar name, boolean inMessages) {
    return switch (name.text()) {
      case "json" -> Optional.of(new SourceSpec.Json());
      case "text" -> Optional.of(new SourceSpec.Text());
      case "csv" -> Optional.of(new SourceSpec.Csv(!inMessages, ',', '"', "UTF-8", ""));
      case "parquet" -> {
        if (inMessages) {
          problems.add(
              name.at(),
              "a topic's messages cannot be parquet",
              "Parquet is a format of files",
              "write json, csv or text");
        }
        yield Optional.of(new SourceSpec.Parquet());
      }
      default -> Optional.empty();
    };
  }

  private SourceSpec.Json json(YamlNode settings, boolean inMessages) {
    boolean multiLine =
        Reading.text(settings, "multi_line").map(Boolean::parseBoolean).orElse(false);
    if (multiLine && inMessages) {
      problems.add(
          settings.get("multi_line").orElse(settings).at(),
          "a topic's messages have no multi_line",
          "each message is one JSON object, over as many lines as it likes",
          "leave multi_line out");
    }
    boolean keepsJson = Reading.text(settings, "strings").orElse("").equals("keep_json");
    return new SourceSpec.Json(multiLine, keepsJson);
  }
}
