package io.lakebeam.sql.function;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.lakebeam.graph.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Values inside a JSON text, by path: {@code $.name}, {@code ['name']}, {@code [0]}, {@code [*]}.
 */
public final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(Limits.NESTING)
                          .maxNumberLength(Limits.NUMBER_CHARACTERS)
                          .maxStringLength(Limits.TEXT_CHARACTERS)
                          .build())
                  .build())
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .build();
  private static final int CACHED = 1000;
  private static final Map<String, Optional<List<Step>>> PATHS = new ConcurrentHashMap<>();

  private Json() {}

  /** A field, an element (both null for all elements). */
  private record Step(String field, Integer index) {}

  /**
   * Text as it is, anything else as JSON; NULL when the text is no JSON, the path is none or leads
   * nowhere, or to a JSON null. Several values behind a {@code *} become an array.
   */
  public static String object(String json, String path) {
    if (json == null || path == null) {
      return null;
    }
    Optional<List<Step>> steps = PATHS.get(path);
    if (steps == null) {
      steps = steps(path);
      if (PATHS.size() >= CACHED) {
        PATHS.clear();
      }
      PATHS.put(path, steps);
    }
    if (steps.isEmpty()) {
      return null;
    }
    JsonNode root;
    try {
      root = MAPPER.readTree(json);
    } catch (StreamConstraintsException e) {
      // JSON it is: a NULL would say that it is none.
      throw new BadValueException(
          "GET_JSON_OBJECT: the text nests more than "
              + Limits.NESTING
              + " deep, or has a number of more than "
              + Limits.NUMBER_CHARACTERS
              + " characters");
    } catch (JsonProcessingException e) {
      return null;
    }
    List<JsonNode> found = root.isMissingNode() ? List.of() : follow(root, steps.get());
    if (found.isEmpty()) {
      return null;
    }
    if (found.size() == 1) {
      JsonNode only = found.get(0);
      return only.isNull() && !steps.get().isEmpty()
          ? null
          : only.isTextual() ? only.textValue() : only.toString();
    }
    return found.stream().map(JsonNode::toString).collect(Collectors.joining(",", "[", "]"));
  }

  private static List<JsonNode> follow(JsonNode root, List<Step> steps) {
    List<JsonNode> nodes = List.of(root);
    for (Step step : steps) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : nodes) {
        if (step.field() != null) {
          add(next, node.get(step.field()));
        } else if (step.index() != null) {
          add(next, node.isArray() ? node.get(step.index()) : null);
        } else if (node.isArray()) {
          node.forEach(next::add);
        }
      }
      nodes = next;
    }
    return nodes;
  }

  private static void add(List<JsonNode> nodes, JsonNode node) {
    if (node != null) {
      nodes.add(node);
    }
  }

  /** Empty for a text that is no path. */
  private static Optional<List<Step>> steps(String path) {
    if (!path.startsWith("$")) {
      return Optional.empty();
    }
    List<Step> steps = new ArrayList<>();
    int at = 1;
    while (at < path.length()) {
      int end;
      if (path.charAt(at) == '.') {
        end = at + 1;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
          end++;
        }
        String name = path.substring(at + 1, end);
        if (name.isEmpty()) {
          return Optional.empty();
        }
        steps.add(new Step(name, null));
      } else if (path.startsWith("['", at)) {
        int quote = path.indexOf("']", at + 2);
        if (quote < 0) {
          return Optional.empty();
        }
        steps.add(new Step(path.substring(at + 2, quote), null));
        end = quote + 2;
      } else if (path.charAt(at) == '[' && path.indexOf(']', at) > at + 1) {
        end = path.indexOf(']', at) + 1;
        String index = path.substring(at + 1, end - 1);
        if (index.equals("*")) {
          steps.add(new Step(null, null));
        } else if (index.length() < 10 && index.chars().allMatch(c -> c >= '0' && c <= '9')) {
          steps.add(new Step(null, Integer.valueOf(index)));
        } else {
          return Optional.empty();
        }
      } else {
        return Optional.empty();
      }
      at = end;
    }
    return Optional.of(steps);
  }
}
