package io.lakebeam.spec.yaml;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.SourceLocation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Says what a JSON Schema refuses in the words of the pipeline file. */
public final class ShapeMessages {
  private final ValidationMessage message;
  private final List<JsonNode> schema;
  private final List<YamlNode> path;
  private final YamlNode node;
  private final Problems problems;

  private ShapeMessages(
      ValidationMessage message, List<JsonNode> schema, List<YamlNode> path, Problems problems) {
    this.message = message;
    this.schema = schema;
    this.path = path;
    this.node = path.get(path.size() - 1);
    this.problems = problems;
  }

  /**
   * Adds the problem that a message tells.
   *
   * @param schema from the schema's root to the keyword that refuses
   * @param path from the file's root to the value that is refused
   */
  static void tell(
      ValidationMessage message, List<JsonNode> schema, List<YamlNode> path, Problems problems) {
    new ShapeMessages(message, schema, path, problems).tell();
  }

  private void tell() {
    if (node instanceof YamlNode.Scalar scalar && scalar.isUnresolved()) {
      return; // what its ${NAME} lacks is told already
    }
    boolean inAlternative = message.getEvaluationPath().contains("oneOf");
    boolean inName = message.getEvaluationPath().contains("propertyNames");
    switch (message.getType()) {
      case "propertyNames" -> {}
      case "oneOf" -> alternatives();
      default -> {
        // The alternatives are told as one, and names by NameChecks, which knows more about them.
        if (!inAlternative && !inName) {
          tellKeyword();
        }
      }
    }
  }

  private void tellKeyword() {
    switch (message.getType()) {
      case "additionalProperties" -> unknownKey();
      case "required" -> missingKey();
      case "dependentRequired" -> {
        String missing = String.valueOf(message.getArguments()[0]);
        String present = String.valueOf(message.getArguments()[1]);
        problems.add(
            at(present), present + " needs " + missing + " beside it", "", "add " + missing);
      }
      case "enum" -> notAllowed();
      case "minItems", "minProperties", "minLength" -> {
        if (isCharacter()) {
          wrongValue();
        } else {
          problems.add(node.at(), name() + " is empty", takes(), example());
        }
      }
      default -> wrongValue();
    }
  }

  private void unknownKey() {
    String key = message.getProperty();
    List<String> known = keys(parent().get("properties"));
    List<String> open = known.stream().filter(candidate -> node.get(candidate).isEmpty()).toList();
    problems.add(
        at(key),
        "there is no key " + key + " in " + name(),
        "",
        NearestName.question(key, open) + "the keys here are " + String.join(", ", known));
  }

  private void missingKey() {
    String key = message.getProperty();
    JsonNode missing = parent().path("properties").path(key);
    if (missing.has("$ref")) {
      missing = schema.get(0).at(missing.get("$ref").asText().substring(1));
    }
    String title = missing.path("title").asText("");
    problems.add(
        keyAt(),
        "the key " + key + " is missing in " + name(),
        "",
        "add " + key + (title.isEmpty() ? "" : ": " + title));
  }

  private void notAllowed() {
    List<String> allowed =
        StreamSupport.stream(schema.get(schema.size() - 1).spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    String text = node instanceof YamlNode.Scalar scalar ? scalar.text() : "";
    problems.add(
        node.at(),
        name() + " cannot be " + node.kind(),
        "",
        NearestName.question(text, allowed) + "it is one of " + String.join(", ", allowed));
  }

  private void wrongValue() {
    problems.add(node.at(), name() + " takes " + title() + ", not " + node.kind(), "", example());
  }

  private void alternatives() {
    if (!(node instanceof YamlNode.Mapping mapping)) {
      return; // its type is told already
    }
    List<String> keys = new ArrayList<>();
    schema
        .get(schema.size() - 1)
        .forEach(
            alternative -> alternative.path("required").forEach(key -> keys.add(key.asText())));
    List<String> present = mapping.entries().keySet().stream().filter(keys::contains).toList();
    String list = String.join(", ", keys);
    if (present.isEmpty()) {
      problems.add(keyAt(), "one of " + list + " is missing in " + name(), "", "add one of them");
    } else {
      problems.add(
          at(present.get(1)),
          String.join(" and ", present) + " exclude each other",
          name() + " has exactly one of " + list,
          "leave one of them out");
    }
  }

  private boolean isCharacter() {
    return title().equals("one character");
  }

  private String takes() {
    return "it takes " + title();
  }

  private String example() {
    JsonNode example = titled().path("examples").path(0);
    String key = lastKey();
    return example.isMissingNode()
        ? ""
        : "write for example " + (key.isEmpty() ? "" : key + ": ") + example.asText();
  }

  private String title() {
    return titled().path("title").asText("something else");
  }

  /** The innermost schema around the keyword that says what the value is. */
  private JsonNode titled() {
    List<JsonNode> inner = new ArrayList<>(schema);
    Collections.reverse(inner);
    return inner.stream()
        .filter(candidate -> candidate.path("title").isTextual())
        .findFirst()
        .orElse(schema.get(0));
  }

  /** The schema that holds the keyword. */
  private JsonNode parent() {
    return schema.get(schema.size() - 2);
  }

  private static List<String> keys(JsonNode properties) {
    List<String> keys = new ArrayList<>();
    if (properties != null) {
      properties.fieldNames().forEachRemaining(keys::add);
    }
    return keys;
  }

  private SourceLocation at(String key) {
    return node instanceof YamlNode.Mapping mapping && mapping.entries().containsKey(key)
        ? mapping.entries().get(key).keyAt()
        : node.at();
  }

  /** Where the key stands that holds the value; for items and the root, the value itself. */
  private SourceLocation keyAt() {
    if (path.size() > 1 && path.get(path.size() - 2) instanceof YamlNode.Mapping outer) {
      return outer.entries().get(lastKey()).keyAt();
    }
    return node.at();
  }

  /** {@code sources.flights.files}. */
  private String name() {
    JsonNodePath location = message.getInstanceLocation();
    String name =
        IntStream.range(0, location.getNameCount())
            .mapToObj(
                i ->
                    location.getElement(i) instanceof Integer index
                        ? "[" + (index + 1) + "]"
                        : "." + location.getElement(i))
            .collect(Collectors.joining());
    return name.isEmpty() ? "the file" : name.startsWith(".") ? name.substring(1) : name;
  }

  private String lastKey() {
    JsonNodePath location = message.getInstanceLocation();
    int count = location.getNameCount();
    return count > 0 && location.getElement(count - 1) instanceof String key ? key : "";
  }
}
