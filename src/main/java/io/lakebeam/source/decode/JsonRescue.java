package io.lakebeam.source.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
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
  private boolean careful;

  /** Two fields of an object are one column: the record is read once more, carefully. */
  static final class SharedColumnException extends RuntimeException {
    private static final SharedColumnException INSTANCE = new SharedColumnException();

    private SharedColumnException() {
      super("", null, false, false);
    }
  }

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
    careful = false;
    fields.setLength(0);
  }

  /**
   * A record starts.
   *
   * @param start the byte that the parser counts as its first
   * @param careful the text of each value is remembered, so that one whose column is taken by
   *     another can be rescued
   */
  void begin(byte[] bytes, int start, boolean careful) {
    this.bytes = bytes;
    this.start = start;
    this.careful = careful;
    fields.setLength(0);
  }

  boolean isCareful() {
    return careful;
  }

  /** Two fields are one column; to be called when not careful. */
  void sharedColumn() {
    if (bytes != null) {
      throw SharedColumnException.INSTANCE;
    }
  }

  /** Where the parser's current value starts. */
  static long startOf(JsonParser json) {
    return json.currentTokenLocation().getByteOffset();
  }

  /** The text from there to the end of the parser's current token. */
  String textFrom(long from, JsonParser json) throws IOException {
    json.finishToken();
    long to = json.currentLocation().getByteOffset();
    return bytes == null
        ? ""
        : new String(bytes, start + (int) from, (int) (to - from), StandardCharsets.UTF_8).strip();
  }

  /** The parser's current string, of which most are ASCII. */
  static UTF8String string(JsonParser json) throws IOException {
    char[] chars = json.getTextCharacters();
    int from = json.getTextOffset();
    byte[] bytes = new byte[json.getTextLength()];
    int all = 0;
    for (int i = 0; i < bytes.length; i++) {
      char c = chars[from + i];
      all |= c;
      bytes[i] = (byte) c;
    }
    return all < 0x80 ? UTF8String.fromBytes(bytes) : Utf8.of(json.getText());
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
    long from = startOf(json);
    json.skipChildren();
    return textFrom(from, json);
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
  UTF8String text() {
    return fields.isEmpty() ? null : Utf8.of(fields.append('}').toString());
  }
}
