package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
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
      return format.get("csv").map(settings -> csv(settings, inMessages));
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

  private SourceSpec.Csv csv(YamlNode settings, boolean inMessages) {
    boolean header =
        Reading.text(settings, "header").map(Boolean::parseBoolean).orElse(!inMessages);
    if (header && inMessages) {
      problems.add(
          at(settings, "header"),
          "a topic's messages have no header",
          "each message is one record; its fields are those of the schema, in order",
          "leave header out");
    }
    char delimiter = character(settings, "delimiter", ',');
    char quote = character(settings, "quote", '"');
    if (delimiter == quote) {
      problems.add(
          settings.at(), "delimiter and quote are the same character", "", "change one of them");
    }
    return new SourceSpec.Csv(
        header,
        delimiter,
        quote,
        charset(settings),
        settings
            .get("null_value")
            .map(value -> value instanceof YamlNode.Scalar scalar ? scalar.text() : "")
            .orElse(""));
  }

  private char character(YamlNode settings, String key, char otherwise) {
    Optional<YamlNode.Scalar> value = Reading.scalar(settings, key);
    if (value.isEmpty() || value.get().text().length() != 1) {
      return otherwise; // the shape check refuses longer ones
    }
    char character = value.get().text().charAt(0);
    if (character == '\n' || character == '\r') {
      problems.add(
          value.get().at(), key + " may not be a line break", "it ends a record", "change it");
    }
    return character;
  }

  private String charset(YamlNode settings) {
    Optional<YamlNode.Scalar> encoding = Reading.scalar(settings, "encoding");
    String name = encoding.map(YamlNode.Scalar::text).orElse("UTF-8");
    if (!isCharset(name) && !encoding.map(YamlNode.Scalar::isUnresolved).orElse(false)) {
      problems.add(
          at(settings, "encoding"),
          "there is no character set " + name,
          "",
          "write for example UTF-8, ISO-8859-1 or windows-1252");
      return "UTF-8";
    }
    return name;
  }

  private static boolean isCharset(String name) {
    try {
      return Charset.isSupported(name);
    } catch (IllegalCharsetNameException e) {
      return false;
    }
  }

  private static SourceLocation at(YamlNode settings, String key) {
    return settings.get(key).map(YamlNode::at).orElse(settings.at());
  }
}
