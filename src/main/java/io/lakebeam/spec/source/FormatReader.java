package io.lakebeam.spec.source;

import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.project.ProjectFiles;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/** Reads {@code format:} of a source. */
final class FormatReader {
  private final ProjectFiles files;
  private final Problems problems;

  FormatReader(Reading reading) {
    this.files = reading.files();
    this.problems = reading.problems();
  }

  /**
   * The format; empty only when a problem says why.
   *
   * @param inMessages true when the records are messages, which have no header and are no files
   */
  Optional<SourceSpec.Format> read(YamlNode format, boolean inMessages) {
    if (!(format instanceof YamlNode.Mapping)) {
      return Reading.scalar(format).flatMap(name -> named(name, inMessages));
    }
    return format
        .get("csv")
        .<SourceSpec.Format>map(settings -> new CsvReader(problems).read(settings, inMessages))
        .or(() -> format.get("json").map(settings -> json(settings, inMessages)))
        .or(() -> format.get("avro").flatMap(settings -> avro(settings, inMessages)))
        .or(() -> format.get("protobuf").flatMap(settings -> protobuf(settings, inMessages)));
  }

  private Optional<SourceSpec.Format> named(YamlNode.Scalar name, boolean inMessages) {
    return switch (name.text()) {
      case "json" -> Optional.of(new SourceSpec.Json());
      case "text" -> Optional.of(new SourceSpec.Text());
      case "csv" -> Optional.of(new SourceSpec.Csv(!inMessages, ',', '"', "UTF-8", ""));
      case "avro" -> inMessages ? avroWithoutSchema(name) : Optional.of(new SourceSpec.Avro());
      case "parquet" -> {
        if (inMessages) {
          problems.add(
              name.at(),
              "a topic's messages cannot be parquet",
              "Parquet is a format of files",
              "write json, csv, text, {avro: {schema: ...}} or {protobuf: {...}}");
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
    return new SourceSpec.Json(multiLine, keepsJson, framing(settings, inMessages));
  }

  private Optional<SourceSpec.Format> avro(YamlNode settings, boolean inMessages) {
    SourceSpec.Framing framing = framing(settings, inMessages);
    Optional<YamlNode> body = settings.get("body");
    Optional<YamlNode.Scalar> schema = Reading.scalar(settings, "schema");
    if (inMessages) {
      body.ifPresent(
          value ->
              problems.add(
                  value.at(),
                  "a topic's messages have no body",
                  "files of Event Hubs Capture have one",
                  "leave body out"));
      return schema.isPresent()
          ? schema
              .flatMap(file -> files.file(file, ".avsc"))
              .flatMap(path -> avroMessages(path, schema.get(), framing))
          : avroWithoutSchema(settings);
    }
    schema.ifPresent(
        value ->
            problems.add(
                value.at(),
                "files of Avro need no schema",
                "each holds the one that it was written with",
                "leave schema out"));
    return body.isPresent()
        ? body.flatMap(format -> read(format, true)).map(SourceSpec.Capture::new)
        : Optional.of(new SourceSpec.Avro());
  }

  private Optional<SourceSpec.Format> avroWithoutSchema(YamlNode node) {
    problems.add(
        node.at(),
        "messages of Avro need their schema",
        "they do not hold it, as files do",
        "write {avro: {schema: order.avsc}} with the file of the schema");
    return Optional.empty();
  }

  private Optional<SourceSpec.Format> avroMessages(
      Path path, YamlNode.Scalar named, SourceSpec.Framing framing) {
    return files
        .read(path, named.at())
        .map(text -> new SourceSpec.AvroMessages(text, files.shown(path), framing));
  }

  private Optional<SourceSpec.Format> protobuf(YamlNode settings, boolean inMessages) {
    if (!inMessages) {
      problems.add(
          settings.at(),
          "files cannot be protobuf",
          "nothing in them says where a message ends",
          "read the messages from their topic, or from its capture with {avro: {body: ...}}");
      return Optional.empty();
    }
    SourceSpec.Framing framing = framing(settings, true);
    Optional<YamlNode.Scalar> descriptor = Reading.scalar(settings, "descriptor");
    Optional<Path> path = descriptor.flatMap(file -> files.file(file, ".desc"));
    Optional<byte[]> bytes = path.flatMap(file -> files.readBytes(file, descriptor.get().at()));
    return Reading.text(settings, "message")
        .flatMap(
            message ->
                bytes.map(
                    set ->
                        new SourceSpec.Protobuf(
                            Base64.getEncoder().encodeToString(set),
                            files.shown(path.get()),
                            message,
                            framing)));
  }

  private SourceSpec.Framing framing(YamlNode settings, boolean inMessages) {
    Optional<YamlNode.Scalar> framing = Reading.scalar(settings, "framing");
    if (framing.isPresent() && !inMessages) {
      problems.add(
          framing.get().at(),
          "files have no framing",
          "it is what a schema registry puts before each message",
          "leave framing out");
    }
    return switch (framing.map(YamlNode.Scalar::text).orElse("")) {
      case "confluent" -> SourceSpec.Framing.CONFLUENT;
      case "none" -> SourceSpec.Framing.NONE;
      default -> SourceSpec.Framing.UNSAID;
    };
  }
}
