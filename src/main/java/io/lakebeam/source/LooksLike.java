package io.lakebeam.source;

/**
 * What a file of JSON lines looks like by its first line, so that whoever finds its lines in the
 * quarantine sees how to go on.
 */
enum LooksLike {
  LINES(""),
  /** On its first line alone; what follows are lines. */
  ARRAY_LINE("the file looks like one JSON array, " + Constants.FIX),
  ARRAY("the file looks like one JSON array, " + Constants.FIX),
  DOCUMENT("the file looks like a document over several lines, " + Constants.FIX);

  private final String hint;

  LooksLike(String hint) {
    this.hint = hint;
  }

  static LooksLike of(String firstLine) {
    String line = firstLine.strip();
    if (line.startsWith("[")) {
      return line.endsWith("]") ? ARRAY_LINE : ARRAY;
    }
    boolean goesOn =
        line.endsWith("{") || line.endsWith("[") || line.endsWith(",") || line.endsWith(":");
    return line.startsWith("{") && goesOn ? DOCUMENT : LINES;
  }

  /** A decoder of the file's lines that adds the hint to what it refuses. */
  RecordDecoder hinting(RecordDecoder lines) {
    return (bytes, offset, length, values) -> {
      try {
        lines.decode(bytes, offset, length, values);
      } catch (BadRecord e) {
        throw e.behind(hint);
      }
      if (this == ARRAY) {
        // An element without a comma behind it; its neighbours are refused.
        throw new BadRecord("the line is an element of it").behind(hint);
      }
    };
  }

  /** Values of an enum's constants cannot use its own. */
  private static final class Constants {
    static final String FIX = "for format: {json: {multi_line: true}}";
  }
}
