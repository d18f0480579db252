package io.lakebeam.cli.text;

import io.lakebeam.graph.VisibleText;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows in aligned columns, two blanks apart: numbers to the right, all else to the left. When the
 * width is known, the widest columns give way until a line fits.
 */
public final class TextTable {
  private static final String GAP = "  ";
  private static final String CUT = "…";
  private static final int NARROWEST = 6;

  private final List<String> header;
  private final List<Boolean> isNumeric;
  private final List<List<String>> rows = new ArrayList<>();

  private TextTable(List<String> header, List<Boolean> isNumeric) {
    this.header = header.stream().map(VisibleText::line).toList();
    this.isNumeric = List.copyOf(isNumeric);
  }

  /** A name that begins with {@code >} heads a column of numbers. */
  public static TextTable of(String... header) {
    List<String> names = new ArrayList<>();
    List<Boolean> numeric = new ArrayList<>();
    for (String name : header) {
      numeric.add(name.startsWith(">"));
      names.add(name.startsWith(">") ? name.substring(1) : name);
    }
    return new TextTable(names, numeric);
  }

  /**
   * @param isNumeric for each column of the header
   */
  public static TextTable of(List<String> header, List<Boolean> isNumeric) {
    return new TextTable(header, isNumeric);
  }

  public TextTable add(String... cells) {
    return add(List.of(cells));
  }

  public TextTable add(List<String> cells) {
    if (cells.size() != header.size()) {
      throw new IllegalArgumentException(cells.size() + " cells for " + header);
    }
    rows.add(cells.stream().map(VisibleText::line).toList());
    return this;
  }

  /**
   * The table's lines, the header first.
   *
   * @param width that a line may have; empty for no bound
   */
  public List<String> lines(OptionalInt width) {
    int[] widths = widths(width);
    List<String> lines = new ArrayList<>();
    lines.add(line(header, widths));
    rows.forEach(row -> lines.add(line(row, widths)));
    return lines;
  }

  private int[] widths(OptionalInt width) {
    int[] widths = header.stream().mapToInt(TextTable::length).toArray();
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], length(row.get(i)));
      }
    }
    if (width.isPresent()) {
      int room = width.getAsInt() - GAP.length() * (widths.length - 1);
      narrow(widths, room);
    }
    return widths;
  }

  /** Takes from the widest text column, one character at a time, as far as that helps. */
  private void narrow(int[] widths, int room) {
    while (IntStream.of(widths).sum() > room) {
      int widest = -1;
      for (int i = 0; i < widths.length; i++) {
        boolean canGive = !isNumeric.get(i) && widths[i] > NARROWEST;
        if (canGive && (widest < 0 || widths[i] > widths[widest])) {
          widest = i;
        }
      }
      if (widest < 0) {
        return;
      }
      widths[widest]--;
    }
  }

  private String line(List<String> cells, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(i -> pad(cut(cells.get(i), widths[i]), widths[i], isNumeric.get(i)))
        .collect(Collectors.joining(GAP))
        .stripTrailing();
  }

  private static String cut(String text, int width) {
    if (length(text) <= width) {
      return text;
    }
    int end = text.offsetByCodePoints(0, Math.max(0, width - 1));
    return text.substring(0, end) + CUT;
  }

  private static String pad(String text, int width, boolean toTheRight) {
    String blanks = " ".repeat(Math.max(0, width - length(text)));
    return toTheRight ? blanks + text : text + blanks;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
