package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.spec.yaml.ShapeMessages;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The JSON Schemas are made for our messages and for the reference page. */
class SchemaFilesTest {
  /** Keywords that {@link ShapeMessages} has words for, or that say nothing about a value. */
  private static final Set<String> KEYWORDS =
      Set.of(
          "$schema",
          "$ref",
          "$defs",
          "title",
          "description",
          "examples",
          "default",
          "type",
          "required",
          "additionalProperties",
          "properties",
          "propertyNames",
          "items",
          "oneOf",
          "not",
          "anyOf",
          "if",
          "then",
          "else",
          "enum",
          "pattern",
          "minimum",
          "maximum",
          "minItems",
          "minLength",
          "maxLength",
          "minProperties",
          "dependentRequired");

  @Test
  void everyKeyIsOnTheReferencePageAndSaysWhatItTakes() throws IOException {
    String page = Files.readString(Path.of("docs/reference/pipeline.md"));
    for (String file : Set.of("pipeline", "expectations", "runner")) {
      try (InputStream in = getClass().getResourceAsStream(file + ".schema.json")) {
        JsonNode schema = new ObjectMapper().readTree(in);
        check(file, schema, page);
        schema.path("$defs").forEach(definition -> check(file, definition, page));
      }
    }
  }

  @Test
  void everyKeyOfATestIsInTheGuide() throws IOException {
    String page = Files.readString(Path.of("docs/guides/testing.md"));
    try (InputStream in = getClass().getResourceAsStream("tests.schema.json")) {
      JsonNode schema = new ObjectMapper().readTree(in);
      check("tests", schema, page);
      schema.path("$defs").forEach(definition -> check("tests", definition, page));
    }
  }

  @Test
  void everyKeyForPowerBiIsInTheGuide() throws IOException {
    String page = Files.readString(Path.of("docs/guides/power-bi.md"));
    try (InputStream in = getClass().getResourceAsStream("power_bi.schema.json")) {
      JsonNode schema = new ObjectMapper().readTree(in);
      check("power_bi", schema, page);
      schema.path("$defs").forEach(definition -> check("power_bi", definition, page));
    }
  }

  private static void check(String where, JsonNode schema, String page) {
    schema
        .fieldNames()
        .forEachRemaining(
            keyword -> assertTrue(KEYWORDS.contains(keyword), keyword + " in " + where));
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              String name = property.getKey();
              JsonNode value = property.getValue();
              String path = where + "." + name;
              boolean onPage = page.contains("| `" + name + "` |") || page.contains(name + ":");
              assertTrue(onPage, path + " is not on the page");
              assertFalse(
                  value.path("title").isMissingNode() && !value.has("$ref"),
                  path + " does not say what it takes");
              check(path, value, page);
            });
  }
}
