package io.lakebeam.source.decode;

import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.spec.SourceSpec;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One CSV record into its fields, as RFC 4180 says: a quote opens a field only at its start, two
 * quotes inside stand for one. Where there is an escape, it makes a quote or an escape behind it
 * stand for itself, inside quotes only, as Spark does. {@link RecordSplitter} follows the same
 * rules to find a record's end.
 */
public final class CsvFields {
  private static final int NONE = -1;

  private final byte[] delimiter;
  private final int quote;
  private final int escape;
  private final List<UTF8String> fields = new ArrayList<>();

  /** Of the record being split. */
  private byte[] record;

  private int end;

  public CsvFields(SourceSpec.Csv format) {
    this.delimiter = Character.toString(format.delimiter()).getBytes(StandardCharsets.UTF_8);
    this.quote = sign(format.quote());
    this.escape = sign(format.escape());
  }

  private static int sign(char character) {
    return character == SourceSpec.Csv.NONE ? NONE : character;
  }

  /**
   * One record's fields.
   *
   * @param text a record without its line end, in UTF-8; fields lie in it
   * @return the fields without their quotes, at least one; overwritten by the next call
   */
  public List<UTF8String> split(byte[] text, int from, int to) throws BadRecord {
    record = text;
    end = to;
    fields.clear();
    int at = from;
    while (true) {
      if (at < end && record[at] == quote) {
        at = quoted(at + 1);
      } else {
        int start = at;
        while (at < end && !isDelimiter(at)) {
          at++;
        }
        fields.add(UTF8String.fromBytes(record, start, at - start));
      }
      if (at >= end) {
        return fields;
      }
      at += delimiter.length;
    }
  }

  private boolean isDelimiter(int at) {
    if (record[at] != delimiter[0] || at + delimiter.length > end) {
      return false;
    }
    for (int i = 1; i < delimiter.length; i++) {
      if (record[at + i] != delimiter[i]) {
        return false;
      }
    }
    return true;
  }

  /** Takes the field whose text starts there; answers the place of the delimiter behind it. */
  private int quoted(int start) throws BadRecord {
    ByteArrayOutputStream joined = null;
    int from = start;
    int at = start;
    while (true) {
      at = nextSign(at);
      if (at < 0) {
        throw new BadRecord(
            "field "
                + (fields.size() + 1)
                + " opens a quote that is never closed: "
                + BadRecord.quoted(textFrom(start)));
      }
      int behind = at + 1 < end ? record[at + 1] : NONE;
      boolean isEscape = record[at] == escape;
      if (behind == quote || (isEscape && behind == escape)) {
        // One sign stands for the two.
        joined = joined == null ? new ByteArrayOutputStream() : joined;
        joined.write(record, from, at - from);
        from = at + 1;
        at += 2;
      } else if (isEscape) {
        at += 2;
      } else {
        requireDelimiter(at + 1);
        fields.add(joined(joined, from, at));
        return at + 1;
      }
    }
  }

  private UTF8String joined(@Nullable ByteArrayOutputStream before, int from, int to) {
    if (before == null) {
      return UTF8String.fromBytes(record, from, to - from);
    }
    before.write(record, from, to - from);
    return UTF8String.fromBytes(before.toByteArray());
  }

  /** The next quote or escape. */
  private int nextSign(int at) {
    for (int i = at; i < end; i++) {
      if (record[i] == quote || record[i] == escape) {
        return i;
      }
    }
    return -1;
  }

  private void requireDelimiter(int at) throws BadRecord {
    if (at < end && !isDelimiter(at)) {
      throw new BadRecord(
          "field "
              + (fields.size() + 1)
              + " goes on after its closing quote: "
              + BadRecord.quoted(textFrom(at)));
    }
  }

  private String textFrom(int start) {
    return new String(record, start, end - start, StandardCharsets.UTF_8);
  }

  /** True when every line end of the text is inside quotes. */
  boolean isOneRecord(byte[] text, int from, int to) {
    record = text;
    end = to;
    boolean fieldStart = true;
    boolean inQuotes = false;
    for (int i = from; i < to; i++) {
      int c = text[i];
      int behind = i + 1 < to ? text[i + 1] : NONE;
      boolean isDelimiter = !inQuotes && isDelimiter(i);
      if (inQuotes && (c == escape || (c == quote && behind == quote))) {
        i++;
      } else if (c == quote && (inQuotes || fieldStart)) {
        inQuotes = !inQuotes;
      } else if (!inQuotes && (c == '\n' || c == '\r')) {
        return false;
      }
      if (isDelimiter) {
        i += delimiter.length - 1;
      }
      fieldStart = isDelimiter;
    }
    return true;
  }
}
