package io.lakebeam.spec.dlt;

import io.lakebeam.graph.SourceLocation;
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
  private final Alike[] alike;

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
    this.alike = new Alike[lines.length];
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

  public String file() {
    return file;
  }

  /** After substitution. */
  public String text() {
    return text;
  }

  /** The place in the file of an offset of the text. */
  public SourceLocation at(int offset) {
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
    if (alike[line] == null) {
      alike[line] = Alike.of(lineOf(original, originalLines, line), lineOf(text, lines, line));
    }
    return originalLines[line] + alike[line].column(column);
  }

  private static String lineOf(String text, int[] starts, int line) {
    int end = line + 1 < starts.length ? starts[line + 1] - 1 : text.length();
    return text.substring(starts[line], end);
  }

  /**
   * What a line and its replacement have in common. Counted once a line, which may be long and hold
   * many places.
   *
   * @param start characters at the start that are the same
   * @param end characters at the end that are the same
   */
  private record Alike(int start, int end, int before, int after) {
    public static Alike of(String before, String after) {
      int most = Math.min(before.length(), after.length());
      int start = 0;
      while (start < most && before.charAt(start) == after.charAt(start)) {
        start++;
      }
      int end = 0;
      while (end < most - start
          && before.charAt(before.length() - 1 - end) == after.charAt(after.length() - 1 - end)) {
        end++;
      }
      return new Alike(start, end, before.length(), after.length());
    }

    /** The place of a place in the replacement; the start of what was replaced for those in it. */
    public int column(int column) {
      if (column <= start) {
        return column;
      }
      int fromEnd = after - column;
      return fromEnd <= end ? before - fromEnd : start;
    }
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
