package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The schemas that OpenLineage publishes, without a way to its server. */
final class OpenLineageSchema {
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(
          SpecVersion.VersionFlag.V202012,
          builder -> builder.schemaLoaders(loaders -> loaders.schemas(OpenLineageSchema::text)));

  private OpenLineageSchema() {}

  private static String text(String url) {
    String file = url.substring(url.lastIndexOf('/') + 1).replaceAll("#.*", "");
    try (InputStream in = OpenLineageSchema.class.getResourceAsStream("openlineage/" + file)) {
      return in == null ? null : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Holds an event, and each facet of it, against what it says that it is. */
  static void check(JsonNode event) {
    List<String> problems = new ArrayList<>();
    add(problems, event.path("schemaURL").asText(), event);
    int facets = 0;
    for (JsonNode url : event.findValues("_schemaURL")) {
      facets += url.isTextual() ? 1 : 0;
    }
    int checked = facets(problems, event);
    assertEquals(List.of(), problems);
    assertEquals(facets, checked);
  }

  private static int facets(List<String> problems, JsonNode node) {
    int checked = 0;
    if (node.has("_schemaURL")) {
      add(problems, node.get("_schemaURL").asText(), node);
      checked++;
    }
    for (JsonNode child : node) {
      checked += facets(problems, child);
    }
    return checked;
  }

  private static void add(List<String> problems, String url, JsonNode node) {
    Set.copyOf(SCHEMAS.getSchema(SchemaLocation.of(url)).validate(node))
        .forEach(message -> problems.add(url + ": " + message));
  }
}
