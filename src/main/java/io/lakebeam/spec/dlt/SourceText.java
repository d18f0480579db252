package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.QueryText;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A file's text with its references replaced, and how to find a place in the file itself. Replaced
 * values hold no line breaks, so both have the same lines.
 */
public final class SourceText {
  private final String file;
  private final String original;
  private final String text;
  private final int[] lines;
  private final int[] originalLines;

  /**
   * A text of a file.
   *
   * @param file as the user would type it
   * @param original as it stands in the file
   * @param text after substitution
   */
  public SourceText(String file, String original, String text) {
    this.file = Objects.requireNonNull(file, "file");
    this.original = original;
    this.text = text;
    this.lines = lineStarts(text);
    this.originalLines = lineStarts(original);
    if (lines.length != originalLines.length) {
      throw new IllegalArgumentException("lines were replaced in " + file);
    }
  }

  private static int[] lineStarts(String text) {
    return IntStream.concat(
            IntStream.of(0),
            IntStream.range(0, text.length()).filter(i -> text.charAt(i) == '\n').map(i -> i + 1))
        .toArray();
  }

  String file() {
    return file;
  }

  /** After substitution. */
  public String text() {
    return text;
  }

  /** The place in the file of an offset of the text. */
  SourceLocation at(int offset) {
    int line = line(offset);
    return new SourceLocation(file, line + 1, originalOffset(offset) - originalLines[line] + 1);
  }

  /** A part of the text with its place. */
  Piece piece(int from, int to) {
    return new Piece(
        text.substring(from, to),
        original.substring(
            originalOffset(from), Math.max(originalOffset(from), originalOffset(to))),
        at(from));
  }

  private int line(int offset) {
    int found = Arrays.binarySearch(lines, offset);
    return found >= 0 ? found : -found - 2;
  }

  private int originalOffset(int offset) {
    int line = line(offset);
    int column = offset - lines[line];
    String before = lineOf(original, originalLines, line);
    String after = lineOf(text, lines, line);
    if (before.equals(after)) {
      return originalLines[line] + column;
    }
    if (column >= after.length()) {
      return originalLines[line] + before.length();
    }
    return originalLines[line] + new QueryText(file, after, before).at(1, column + 1).column() - 1;
  }

  private static String lineOf(String text, int[] starts, int line) {
    int end = line + 1 < starts.length ? starts[line + 1] - 1 : text.length();
    return text.substring(starts[line], end);
  }

  /**
   * A part of a file.
   *
   * @param text after substitution
   * @param original as it stands in the file
   * @param at where it starts
   */
  public record Piece(String text, String original, SourceLocation at) {
    /** With another text at the same place. */
    public Piece with(String other) {
      return new Piece(other, original, at);
    }
  }
}
