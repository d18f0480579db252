package io.lakebeam.source;

import java.util.ArrayList;
import java.util.List;

/**
 * One CSV record into its fields, as RFC 4180 says: a quote opens a field only at its start, two
 * quotes inside stand for one. {@link RecordSplitter} follows the same rules to find a record's
 * end.
 */
final class CsvFields {
  private final char delimiter;
  private final char quote;
  private final List<String> fields = new ArrayList<>();

  CsvFields(char delimiter, char quote) {
    this.delimiter = delimiter;
    this.quote = quote;
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
    while (true) {
      int end = record.indexOf(quote, from);
      if (end < 0) {
        throw new BadRecord(
            "field "
                + (fields.size() + 1)
                + " opens a quote that is never closed: "
                + BadRecord.quoted(record.substring(start)));
      }
      boolean doubled = end + 1 < record.length() && record.charAt(end + 1) == quote;
      if (!doubled) {
        if (end + 1 < record.length() && record.charAt(end + 1) != delimiter) {
          throw new BadRecord(
              "field "
                  + (fields.size() + 1)
                  + " goes on after its closing quote: "
                  + BadRecord.quoted(record.substring(end + 1)));
        }
        String last = record.substring(from, end);
        fields.add(joined == null ? last : joined.append(last).toString());
        return end + 1;
      }
      joined = joined == null ? new StringBuilder() : joined;
      joined.append(record, from, end + 1);
      from = end + 2;
    }
  }
}
