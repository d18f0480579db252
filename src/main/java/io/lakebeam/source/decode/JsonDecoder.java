package io.lakebeam.source.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import io.lakebeam.graph.VisibleText;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** A record that is one JSON object. */
public final class JsonDecoder implements RecordDecoder {
  static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER).build();

  private static final int BOM_LENGTH = 3;

  private final RowLayout layout;
  private final TextEncoding encoding;
  private final JsonRescue rescue;
  private final JsonStruct columns;

  /**
   * @param encoding of the records; anything but UTF-8 is converted first
   */
  public JsonDecoder(RowLayout layout, SourceSpec.Json format, TextEncoding encoding) {
    this.layout = layout;
    this.rescue = new JsonRescue(format.keepsJson());
    this.encoding = encoding;
    this.columns = new JsonStruct(layout.columns(), layout.namesInData(), rescue);
  }

  @Override
  public void decode(byte[] bytes, int offset, int length, Object[] values) throws BadRecord {
    String text = encoding.text(bytes, offset, length);
    byte[] record = encoding.utf8(text, bytes, offset, length);
    values[layout.raw()] = UTF8String.fromBytes(record);
    requireWholeCharacters(text);
    try {
      parse(record, values, false);
    } catch (JsonRescue.SharedColumnException e) {
      Arrays.fill(values, 0, layout.columns().size(), null);
      parse(record, values, true);
    }
    values[layout.rescued()] = rescue.text();
  }

  /**
   * @param careful remembers the text of each value, in case another one takes its column
   */
  private void parse(byte[] record, Object[] values, boolean careful) throws BadRecord {
    int start = startsWithBom(record) ? BOM_LENGTH : 0;
    int size = record.length - start;
    // Jackson takes early zero bytes for UTF-16; the record is known to be UTF-8.
    for (int i = start; i < start + Math.min(size, TextEncoding.MAX_BOM); i++) {
      if (record[i] == 0) {
        throw new BadRecord("broken JSON at byte " + i + ": a zero byte");
      }
    }
    rescue.begin(record, start, careful);
    try (JsonParser json = FACTORY.createParser(record, start, size)) {
      JsonToken token = json.nextToken();
      if (token == null) {
        throw new BadRecord("the record is empty");
      }
      if (token != JsonToken.START_OBJECT) {
        throw new BadRecord("expected a JSON object, found " + JsonValue.described(json, token));
      }
      columns.readInto(json, values);
      requireNothingBehind(record, (int) json.currentLocation().getByteOffset() + start);
    } catch (JsonProcessingException e) {
      long at = Math.max(0, e.getLocation() == null ? 0 : e.getLocation().getByteOffset()) + start;
      throw broken(e, at);
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  /**
   * Half of a surrogate pair, which only an escape can write, is no character: no table could hold
   * it, and stored as text it would become a question mark.
   */
  static void requireWholeCharacters(String json) throws BadRecord {
    int at = json.indexOf('\\');
    while (at >= 0) {
      int unit = escapedUnit(json, at);
      int length = unit < 0 ? 2 : 6;
      if (unit >= Character.MIN_SURROGATE && unit <= Character.MAX_SURROGATE) {
        int other = unit <= Character.MAX_HIGH_SURROGATE ? escapedUnit(json, at + 6) : -1;
        if (other < Character.MIN_LOW_SURROGATE || other > Character.MAX_LOW_SURROGATE) {
          throw new BadRecord(
              json.substring(at, at + 6) + " is half a character, whose other half is missing");
        }
        length = 12;
      }
      at = json.indexOf('\\', at + length);
    }
  }

  /** The unit of the escape that starts there; -1 when it is another escape, or none. */
  private static int escapedUnit(String json, int at) {
    if (at + 6 > json.length() || json.charAt(at) != '\\' || json.charAt(at + 1) != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = at + 2; i < at + 6; i++) {
      int digit = json.charAt(i) < 0x80 ? Character.digit(json.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }

  private static boolean startsWithBom(byte[] record) {
    return record.length > 0
        && record[0] == (byte) 0xEF
        && TextEncoding.bom(record, record.length).isPresent();
  }

  private static void requireNothingBehind(byte[] record, int end) throws BadRecord {
    for (int i = end; i < record.length; i++) {
      byte b = record[i];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        String rest =
            new String(record, i, Math.min(record.length - i, 240), TextEncoding.UTF_8.charset());
        throw new BadRecord(
            "text after the JSON object, at byte " + i + ": " + BadRecord.quoted(rest));
      }
    }
  }

  private static BadRecord broken(JsonProcessingException e, long at) {
    if (e instanceof JsonEOFException) {
      return new BadRecord("broken JSON: it ends at byte " + at + ", before the object does");
    }
    String message = e.getOriginalMessage().lines().findFirst().orElse("");
    int details = message.indexOf(" (start marker");
    message = details < 0 ? message : message.substring(0, details);
    String text = message.length() > 200 ? message.substring(0, 200) : message;
    return new BadRecord("broken JSON at byte " + at + ": " + VisibleText.line(text));
  }
}
