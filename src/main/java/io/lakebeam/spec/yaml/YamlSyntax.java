package io.lakebeam.spec.yaml;

import io.lakebeam.graph.SourceLocation;
import java.util.Optional;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Says what is wrong with a text that is no YAML. */
final class YamlSyntax {
  private YamlSyntax() {}

  static SourceLocation at(String file, Mark mark) {
    return new SourceLocation(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** The place of an offset in code points. */
  static SourceLocation at(String file, String text, int codePoints) {
    int count = Math.min(codePoints, text.codePointCount(0, text.length()));
    String before = text.substring(0, text.offsetByCodePoints(0, count));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    return new SourceLocation(file, line, before.length() - before.lastIndexOf('\n'));
  }

  static void tell(String file, String yaml, MarkedYAMLException e, Problems problems) {
    SourceLocation at =
        Optional.ofNullable(e.getProblemMark())
            .or(() -> Optional.ofNullable(e.getContextMark()))
            .map(mark -> at(file, mark))
            .orElse(SourceLocation.of(file));
    String problem = oneLine(e.getProblem());
    String context = oneLine(e.getContext());
    if (problem.startsWith("but ")) {
      problem = context + ", " + problem;
      context = "";
    }
    if (!context.isEmpty() && e.getContextMark() != null) {
      context += " that starts in line " + (e.getContextMark().getLine() + 1);
    }
    problems.add(at, "this is not YAML: " + problem, context, fix(yaml, e));
  }

  /** The parser's words, without the hints and line breaks in them. */
  private static String oneLine(String text) {
    if (text == null) {
      return "";
    }
    return text.replaceAll("\\(Do not use .*", "").strip().replaceAll("\\s+", " ");
  }

  private static String fix(String yaml, MarkedYAMLException e) {
    // The parser has one type for all that it cannot read.
    String problem = String.valueOf(e.getProblem());
    String context = String.valueOf(e.getContext());
    if (problem.contains("\\t(TAB)") || problem.contains("'\t'")) {
      return "indent with blanks, not with tabs";
    }
    if (problem.contains("mapping values are not allowed")) {
      return "put a value that holds ': ' in quotes, and check the indentation of this line";
    }
    if (problem.contains("alias") || context.contains("alias") || context.contains("anchor")) {
      return "put a value that starts with * or & in quotes";
    }
    if (problem.contains("tag")) {
      return "leave the tag out";
    }
    if (problem.contains("another document")) {
      return "keep one document a file, without ---";
    }
    boolean inFlow = context.contains("flow");
    if (inFlow && yaml.contains("${")) {
      return "inside { } and [ ], put a value that holds ${...} or a comma in quotes";
    }
    return inFlow ? "close every { and [, and put a comma between the values" : "";
  }
}
