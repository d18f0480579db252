package io.lakebeam.spec.yaml;

import io.lakebeam.graph.SourceLocation;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Where the text of a YAML value stands, so that an error inside it can be told by line and column.
 *
 * @param file as the user would type it
 * @param line 1-based, of the text's first character
 * @param column 1-based, of the text's first character
 * @param text the value as it stands in the file, with the file's own line breaks and indentation,
 *     when that means the same as the value; else the value, and then only its first line is exact
 */
public record ScalarPlace(String file, int line, int column, String text) {
  private static final Pattern BLANKS = Pattern.compile("\\s+");

  /** The place of an offset of {@link #text}. */
  public SourceLocation at(int offset) {
    String before = text.substring(0, offset);
    int lineBreak = before.lastIndexOf('\n');
    if (lineBreak < 0) {
      return new SourceLocation(file, line, column + offset);
    }
    int lines = (int) before.chars().filter(c -> c == '\n').count();
    return new SourceLocation(file, line + lines, offset - lineBreak);
  }

  /** A text that replaces {@link #text}, moved to its place by empty lines and blanks before it. */
  public String padded(String replacement) {
    return "\n".repeat(line - 1) + " ".repeat(column - 1) + replacement;
  }

  /**
   * The place of a value.
   *
   * @param units the UTF-16 unit at which a code point of the file starts: SnakeYAML counts the
   *     one, Java the other
   */
  public static ScalarPlace of(String file, String yaml, IntUnaryOperator units, ScalarNode node) {
    int line = node.getStartMark().getLine() + 1;
    int column = node.getStartMark().getColumn() + 1;
    String raw =
        yaml.substring(
            units.applyAsInt(node.getStartMark().getIndex()),
            units.applyAsInt(node.getEndMark().getIndex()));
    ScalarStyle style = node.getScalarStyle();
    boolean block = style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED;
    if (block) {
      int header = raw.indexOf('\n');
      raw = header < 0 ? "" : raw.substring(header + 1);
      line++;
      column = 1;
    } else if (style != ScalarStyle.PLAIN && raw.length() >= 2) {
      raw = raw.substring(1, raw.length() - 1);
      column++;
    }
    boolean same =
        collapsed(raw).equals(collapsed(node.getValue()))
            && (style == ScalarStyle.LITERAL || isIndifferentToLines(raw));
    if (same) {
      return new ScalarPlace(file, line, column, raw);
    }
    int indent = block ? raw.length() - raw.stripLeading().length() : 0;
    int start = raw.lastIndexOf('\n', indent) + 1;
    return new ScalarPlace(file, line, column + Math.max(0, indent - start), node.getValue());
  }

  private static String collapsed(String text) {
    return BLANKS.matcher(text).replaceAll(" ").strip();
  }

  /** False when folding the lines into one changes what SQL reads: in a text, behind a comment. */
  private static boolean isIndifferentToLines(String raw) {
    return raw.indexOf('\n') < 0
        || raw.lines()
            .noneMatch(
                line ->
                    line.contains("--") || line.chars().filter(c -> c == '\'').count() % 2 == 1);
  }
}
