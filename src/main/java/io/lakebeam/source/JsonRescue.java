package io.lakebeam.source;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The fields of one record that its schema does not know, as the text of a JSON object. Values are
 * copied from the record as they stand, so that no number loses a digit.
 */
final class JsonRescue {
  private final boolean keepsJson;
  private final StringBuilder fields = new StringBuilder();
  private byte[] bytes;
  private int start;

  JsonRescue() {
    this(false);
  }

  /**
   * @param keepsJson a STRING takes values that are no strings, as they stand
   */
  JsonRescue(boolean keepsJson) {
    this.keepsJson = keepsJson;
  }

  boolean keepsJson() {
    return keepsJson;
  }

  /** Forgets everything: a record starts that is not read from bytes. */
  void clear() {
    bytes = null;
    fields.setLength(0);
  }

  /**
   * A record starts.
   *
   * @param start the byte that the parser counts as its first
   */
  void begin(byte[] bytes, int start) {
    this.bytes = bytes;
    this.start = start;
    fields.setLength(0);
  }

  /** Takes the parser's current value and leaves the parser at its last token. */
  void add(JsonParser json, String path, String name) throws IOException {
    String text = text(json);
    if (bytes != null) {
      addRaw(path + name, text);
    }
  }

  /** The parser's current value as it stands; leaves the parser at its last token. */
  String text(JsonParser json) throws IOException {
    long from = json.currentTokenLocation().getByteOffset();
    json.skipChildren();
    json.finishToken();
    long to = json.currentLocation().getByteOffset();
    return bytes == null
        ? ""
        : new String(bytes, start + (int) from, (int) (to - from), StandardCharsets.UTF_8).strip();
  }

  /** Takes a field with its value as JSON text. */
  void addRaw(String name, String value) {
    fields.append(fields.isEmpty() ? "{\"" : ",\"");
    JsonStringEncoder.getInstance().quoteAsString(name, fields);
    fields.append("\":").append(value);
  }

  /** Takes a field whose value is a string. */
  void addText(String name, String value) {
    addRaw(name, '"' + new String(JsonStringEncoder.getInstance().quoteAsString(value)) + '"');
  }

  /** The object's text; null when there is nothing in it. */
  String text() {
    return fields.isEmpty() ? null : fields.append('}').toString();
  }
}
