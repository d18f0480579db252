package io.lakebeam.source.file;

import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.RecordDecoder;

/**
 * What a file of JSON lines looks like by its first line, so that whoever finds its lines in the
 * quarantine sees how to go on.
 */
enum LooksLike {
  LINES(""),
  /** On its first line alone; what follows are lines. */
  ARRAY_LINE("one JSON array"),
  ARRAY("one JSON array"),
  DOCUMENT("a document over several lines");

  private final String hint;

  LooksLike(String what) {
    this.hint =
        what.isEmpty()
            ? ""
            : "the file looks like " + what + ", for format: {json: {multi_line: true}}";
  }

  static LooksLike of(String firstLine) {
    String line = firstLine.strip();
    if (line.startsWith("[")) {
      // Of objects; what else begins so is a line of some log.
      String rest = line.substring(1).strip();
      boolean isArray = rest.isEmpty() || rest.startsWith("{") || rest.equals("]");
      return !isArray ? LINES : line.endsWith("]") ? ARRAY_LINE : ARRAY;
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
}
