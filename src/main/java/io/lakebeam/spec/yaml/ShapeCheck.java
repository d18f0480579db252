package io.lakebeam.spec.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.regex.RegularExpression;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Holds a YAML file against its JSON Schema, the one that editors use as well.
 *
 * <p>The schemas keep to keywords that {@link ShapeMessages} has words for, and every value in them
 * has a {@code title} (what it takes) and {@code examples}, which the words are made of.
 */
public enum ShapeCheck {
  PIPELINE("pipeline.schema.json"),
  EXPECTATIONS("expectations.schema.json"),
  RUNNER("runner.schema.json"),
  TESTS("tests.schema.json"),
  POWER_BI("power_bi.schema.json");

  private static final int LONGEST_VALUE = 2000;
  private static final String LINE_BREAKS = "\n\r\u0085\u2028\u2029";
  private static final String FOLDER = "io/lakebeam/spec/";

  private final String file;

  ShapeCheck(String file) {
    this.file = file;
  }

  /** Adds everything that the schema refuses. */
  public void check(YamlNode root, Problems problems) {
    for (ValidationMessage message : Loaded.SCHEMAS.get(this).validate(root.json())) {
      if (problems.isFull()) {
        return;
      }
      List<YamlNode> path = path(root, message.getInstanceLocation());
      ShapeMessages.tell(message, schemaPath(message.getSchemaLocation()), path, problems);
    }
  }

  /**
   * A schema's pattern as editors take it: for Java, $ matches before a last line break as well. A
   * value that is longer than any that is meant does not match, because some patterns take a stack
   * frame for each of its parts.
   */
  private static RegularExpression wholeLine(String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    return value ->
        value.length() <= LONGEST_VALUE
            && LINE_BREAKS.indexOf(value.isEmpty() ? ' ' : value.charAt(value.length() - 1)) < 0
            && compiled.matcher(value).find();
  }

  /** The values from the root down to the one that a message is about. */
  private static List<YamlNode> path(YamlNode root, JsonNodePath location) {
    List<YamlNode> path = new ArrayList<>();
    path.add(root);
    for (int i = 0; i < location.getNameCount(); i++) {
      YamlNode parent = path.get(path.size() - 1);
      if (parent instanceof YamlNode.Sequence sequence) {
        path.add(sequence.items().get((Integer) location.getElement(i)));
      } else {
        path.add(parent.get(String.valueOf(location.getElement(i))).orElseThrow());
      }
    }
    return path;
  }

  /** The schema's nodes from its root down to the keyword that refuses. */
  private static List<JsonNode> schemaPath(SchemaLocation location) {
    String iri = location.getAbsoluteIri().toString();
    JsonNode node = Loaded.DOCUMENTS.get(iri.substring(iri.lastIndexOf('/') + 1));
    List<JsonNode> path = new ArrayList<>(List.of(node));
    JsonNodePath fragment = location.getFragment();
    for (int i = 0; i < fragment.getNameCount(); i++) {
      Object element = fragment.getElement(i);
      node =
          node.isArray()
              ? node.get(Integer.parseInt(element.toString()))
              : node.get(element.toString());
      path.add(node);
    }
    return path;
  }

  /** Read once, on first use. */
  private static final class Loaded {
    static final Map<String, JsonNode> DOCUMENTS =
        Stream.of(values())
            .collect(Collectors.toUnmodifiableMap(check -> check.file, check -> tree(check.file)));

    static final Map<ShapeCheck, JsonSchema> SCHEMAS =
        Stream.of(values())
            .collect(Collectors.toUnmodifiableMap(Function.identity(), Loaded::schema));

    private static JsonSchema schema(ShapeCheck check) {
      Map<String, String> texts =
          DOCUMENTS.entrySet().stream()
              .collect(
                  Collectors.toUnmodifiableMap(
                      document -> iri(document.getKey()),
                      document -> document.getValue().toString()));
      JsonSchemaFactory factory =
          JsonSchemaFactory.getInstance(
              VersionFlag.V202012,
              builder -> builder.schemaLoaders(loaders -> loaders.schemas(texts)));
      SchemaValidatorsConfig config =
          SchemaValidatorsConfig.builder().regularExpressionFactory(ShapeCheck::wholeLine).build();
      return factory.getSchema(SchemaLocation.of(iri(check.file)), config);
    }

    /** A name to resolve references between the schemas by; nothing is fetched from it. */
    private static String iri(String file) {
      return "classpath:/" + FOLDER + file;
    }

    private static JsonNode tree(String file) {
      try (InputStream in = ShapeCheck.class.getResourceAsStream("/" + FOLDER + file)) {
        return new ObjectMapper().readTree(in);
      } catch (IOException e) {
        throw new UncheckedIOException("the schema " + file + " in the jar cannot be read", e);
      }
    }
  }
}
