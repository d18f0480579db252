package io.lakebeam.powerbi;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The grammar of TMDL as far as Lakebeam writes it, taken strictly: tabs for depth, one step deeper
 * at a time, a known object or property on each line, and expressions deeper than what they are of.
 */
final class TestingTmdl {
  private static final String NAME = "(?:[A-Za-z_][A-Za-z0-9_]*|'(?:[^']|'')+')";
  private static final Pattern OBJECT =
      Pattern.compile(
          "(database|model|table|column|measure|partition|expression|ref table|annotation)"
              + "(?: ("
              + NAME
              + "))?(?: = ?(.*)| =)?");
  private static final Pattern PROPERTY =
      Pattern.compile(
          "(compatibilityLevel|culture|defaultPowerBIDataSourceVersion|sourceQueryCulture"
              + "|lineageTag|formatString|displayFolder|dataType|summarizeBy|sourceColumn|mode): (.+)");

  /** An object, by its kind and name as they are written, and its properties as lines. */
  record Node(String kind, String name, List<String> properties, List<Node> children) {
    String property(String key) {
      return properties.stream()
          .filter(line -> line.startsWith(key + ": "))
          .map(line -> line.substring(key.length() + 2))
          .findFirst()
          .orElse("");
    }
  }

  private TestingTmdl() {}

  /** The objects of a file. */
  static List<Node> parse(String text) {
    Node root = new Node("file", "", new ArrayList<>(), new ArrayList<>());
    Deque<Node> open = new ArrayDeque<>(List.of(root));
    String[] lines = text.split("\n", -1);
    int expressionDepth = -1;
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i];
      if (line.isBlank()) {
        continue;
      }
      int depth = 0;
      while (line.charAt(depth) == '\t') {
        depth++;
      }
      String content = line.substring(depth);
      if (expressionDepth >= 0 && depth > expressionDepth) {
        continue;
      }
      expressionDepth = -1;
      if (content.startsWith("/// ")) {
        continue;
      }
      if (content.startsWith(" ") || depth >= open.size()) {
        throw new IllegalArgumentException((i + 1) + ": no such depth: " + line);
      }
      while (open.size() - 1 > depth) {
        open.pop();
      }
      Matcher property = PROPERTY.matcher(content);
      Matcher object = OBJECT.matcher(content);
      if (property.matches()) {
        open.peek().properties().add(content);
      } else if (content.equals("source =")) {
        expressionDepth = depth;
      } else if (object.matches()) {
        String name = object.group(2) == null ? "" : object.group(2);
        Node node = new Node(object.group(1), name, new ArrayList<>(), new ArrayList<>());
        open.peek().children().add(node);
        open.push(node);
        if (content.endsWith(" =")) {
          expressionDepth = depth + 1;
        }
      } else {
        throw new IllegalArgumentException((i + 1) + ": neither object nor property: " + line);
      }
    }
    return root.children();
  }
}
