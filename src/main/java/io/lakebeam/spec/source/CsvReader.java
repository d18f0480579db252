package io.lakebeam.spec.source;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads {@code csv:} of a format. */
final class CsvReader {
  private final Problems problems;

  CsvReader(Problems problems) {
    this.problems = problems;
  }

  /**
   * The settings.
   *
   * @param inMessages true when each message of a topic is a record
   */
  SourceSpec.Csv read(YamlNode settings, boolean inMessages) {
    boolean header =
        Reading.text(settings, "header").map(Boolean::parseBoolean).orElse(!inMessages);
    if (header && inMessages) {
      problems.add(
          at(settings, "header"),
          "a topic's messages have no header",
          "each message is one record; its fields are those of the schema, in order",
          "leave header out");
    }
    String charset = charset(settings);
    char delimiter = character(settings, "delimiter", ',');
    char quote = ascii(settings, "quote", '"');
    char escape = ascii(settings, "escape", SourceSpec.Csv.NONE);
    // A quote that escapes a quote is a quote written twice.
    escape = escape == quote ? SourceSpec.Csv.NONE : escape;
    char comment = ascii(settings, "comment", SourceSpec.Csv.NONE);
    Map<String, Character> signs = new LinkedHashMap<>();
    signs.put("delimiter", delimiter);
    signs.put("quote", quote);
    signs.put("escape", escape);
    signs.put("comment", comment);
    refuseSameSigns(settings, signs);
    refuseEscape(settings, escape, charset);
    if (inMessages) {
      refuseInMessages(settings, "comment", "each message is one record, and none is a comment");
      refuseInMessages(settings, "skip_lines", "each message is one record");
    }
    return new SourceSpec.Csv(
        header,
        delimiter,
        quote,
        escape,
        comment,
        wholeNumber(settings, "skip_lines"),
        charset,
        settings
            .get("null_value")
            .map(value -> value instanceof YamlNode.Scalar scalar ? scalar.text() : "")
            .orElse(""));
  }

  private void refuseSameSigns(YamlNode settings, Map<String, Character> signs) {
    Map<Character, String> taken = new HashMap<>();
    signs.forEach(
        (name, sign) -> {
          String other = sign == SourceSpec.Csv.NONE ? null : taken.putIfAbsent(sign, name);
          if (other != null) {
            problems.add(
                settings.at(),
                other + " and " + name + " are the same character",
                "",
                "change one of them");
          }
        });
  }

  /** In such a character set, a part of another character may look like it. */
  private void refuseEscape(YamlNode settings, char escape, String charset) {
    if (escape == SourceSpec.Csv.NONE || !isCharset(charset)) {
      return;
    }
    Charset set = Charset.forName(charset);
    boolean oneByte = set.canEncode() && set.newEncoder().maxBytesPerChar() <= 1;
    if (!oneByte && !set.name().startsWith("UTF-")) {
      problems.add(
          at(settings, "escape"),
          "escape cannot be used with encoding " + charset,
          "a part of another character may look like it",
          "convert the files to UTF-8");
    }
  }

  private void refuseInMessages(YamlNode settings, String key, String cause) {
    settings
        .get(key)
        .ifPresent(
            value ->
                problems.add(
                    value.at(), "a topic's messages have no " + key, cause, "leave it out"));
  }

  private static int wholeNumber(YamlNode settings, String key) {
    String text = Reading.text(settings, key).orElse("0");
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0; // else the shape check tells
  }

  /** A character that is one byte in every file, or none when the value is empty. */
  private char ascii(YamlNode settings, String key, char otherwise) {
    Optional<YamlNode> value = settings.get(key);
    boolean isEmpty =
        value.isPresent()
            && value.get() instanceof YamlNode.Scalar scalar
            && scalar.text().isEmpty();
    if (isEmpty) {
      return SourceSpec.Csv.NONE;
    }
    char character = character(settings, key, otherwise);
    if (character >= 0x80) {
      problems.add(
          at(settings, key),
          key + " cannot be " + character,
          "it is looked for before the text is decoded",
          "choose a character of ASCII");
      return otherwise;
    }
    return character;
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
