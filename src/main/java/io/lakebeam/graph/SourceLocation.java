package io.lakebeam.graph;

import java.io.Serializable;
import java.util.Objects;

/**
 * Where in a user's file something stands.
 *
 * @param file path as the user would type it
 * @param line 1-based; 0 when the whole file is meant
 * @param column 1-based; 0 when the whole line is meant
 */
public record SourceLocation(String file, int line, int column) implements Serializable {
  /** For what stands in none of the user's files. */
  public static final SourceLocation NOWHERE = new SourceLocation("", 0, 0);

  public SourceLocation {
    Objects.requireNonNull(file, "file");
    if (line < 0 || column < 0) {
      throw new IllegalArgumentException("negative position " + line + ":" + column);
    }
  }

  /** False for {@link #NOWHERE}. */
  public boolean isKnown() {
    return !file.isEmpty();
  }

  /** The whole of a file. */
  public static SourceLocation of(String file) {
    return new SourceLocation(file, 0, 0);
  }

  /** {@code file}, {@code file:line} or {@code file:line:column}: what editors make clickable. */
  @Override
  public String toString() {
    if (line == 0) {
      return file;
    }
    return column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
  }
}
