package io.lakebeam.source;

import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * One CSV record into its fields, as RFC 4180 says: a quote opens a field only at its start, two
 * quotes inside stand for one. Where there is an escape, it makes a quote or an escape behind it
 * stand for itself, inside quotes only, as Spark does. {@link RecordSplitter} follows the same
 * rules to find a record's end.
 */
final class CsvFields {
  private static final int NONE = -1;

  private final char delimiter;
  private final int quote;
  private final int escape;
  private final List<String> fields = new ArrayList<>();

  CsvFields(SourceSpec.Csv format) {
    this.delimiter = format.delimiter();
    this.quote = sign(format.quote());
    this.escape = sign(format.escape());
  }

  private static int sign(char character) {
    return character == SourceSpec.Csv.NONE ? NONE : character;
  }

  /**
   * One record's fields.
   *
   * @param record without its line end
   * @return the fields without their quotes, at least one; overwritten by the next call
   */
  List<String> split(String record) throws BadRecord {
    fields.clear();
    int at = 0;
    while (true) {
      if (at < record.length() && record.charAt(at) == quote) {
        at = quoted(record, at + 1);
      } else {
        int end = record.indexOf(delimiter, at);
        end = end < 0 ? record.length() : end;
        fields.add(record.substring(at, end));
        at = end;
      }
      if (at >= record.length()) {
        return fields;
      }
      at++;
    }
  }

  /** Takes the field whose text starts there; answers the place of the delimiter behind it. */
  private int quoted(String record, int start) throws BadRecord {
    StringBuilder joined = null;
    int from = start;
    int at = start;
    while (true) {
      at = nextSign(record, at);
      if (at < 0) {
        throw new BadRecord(
            "field "
                + (fields.size() + 1)
                + " opens a quote that is never closed: "
                + BadRecord.quoted(record.substring(start)));
      }
      int behind = at + 1 < record.length() ? record.charAt(at + 1) : NONE;
      boolean isEscape = record.charAt(at) == escape;
      if (behind == quote || (isEscape && behind == escape)) {
        // One sign stands for the two.
        joined = joined == null ? new StringBuilder() : joined;
        joined.append(record, from, at);
        from = at + 1;
        at += 2;
      } else if (isEscape) {
        at += 2;
      } else {
        requireDelimiter(record, at + 1);
        String last = record.substring(from, at);
        fields.add(joined == null ? last : joined.append(last).toString());
        return at + 1;
      }
    }
  }

  /** The next quote or escape. */
  private int nextSign(String record, int at) {
    if (at >= record.length()) {
      return -1;
    }
    int next = record.indexOf(quote, at);
    int escaped = escape == NONE ? -1 : record.indexOf(escape, at);
    return escaped >= 0 && (next < 0 || escaped < next) ? escaped : next;
  }

  private void requireDelimiter(String record, int at) throws BadRecord {
    if (at < record.length() && record.charAt(at) != delimiter) {
      throw new BadRecord(
          "field "
              + (fields.size() + 1)
              + " goes on after its closing quote: "
              + BadRecord.quoted(record.substring(at)));
    }
  }

  /** True when every line end of the text is inside quotes. */
  boolean isOneRecord(String text) {
    boolean fieldStart = true;
    boolean inQuotes = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int behind = i + 1 < text.length() ? text.charAt(i + 1) : NONE;
      if (inQuotes && (c == escape || (c == quote && behind == quote))) {
        i++;
      } else if (c == quote && (inQuotes || fieldStart)) {
        inQuotes = !inQuotes;
      } else if (!inQuotes && (c == '\n' || c == '\r')) {
        return false;
      }
      fieldStart = !inQuotes && c == delimiter;
    }
    return true;
  }
}
