package io.lakebeam.delta.sorted;

import io.lakebeam.delta.DataFile;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Between which keys the rows of a data file are, by a tag that its writer has put into the log.
 * Statistics say as much of each column only, and of texts only how they begin.
 *
 * @param first the least key, inclusive
 * @param last the greatest key, inclusive
 */
public record KeyRange(UnsafeRow first, UnsafeRow last) {
  private static final String TAG = "lakebeam.keys";

  /** Of a file; empty when nothing says it, as of files that somebody else has written. */
  public static Optional<KeyRange> of(DataFile file, int width) {
    String tag = file.tags().getOrDefault(TAG, "");
    int middle = tag.indexOf(' ');
    try {
      return middle < 0
          ? Optional.empty()
          : Optional.of(
              new KeyRange(
                  row(tag.substring(0, middle), width), row(tag.substring(middle + 1), width)));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // somebody has changed it
    }
  }

  /** The file with a tag that says it. */
  public DataFile of(DataFile file) {
    Map<String, String> tags = new HashMap<>(file.tags());
    tags.put(TAG, text(first.getBytes()) + " " + text(last.getBytes()));
    return file.withTags(tags);
  }

  public boolean contains(InternalRow key, Comparator<InternalRow> order) {
    return order.compare(key, first) >= 0 && order.compare(key, last) <= 0;
  }

  public boolean meets(KeyRange other, Comparator<InternalRow> order) {
    return order.compare(first, other.last) <= 0 && order.compare(last, other.first) >= 0;
  }

  private static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static UnsafeRow row(String text, int width) {
    return row(Base64.getDecoder().decode(text), width);
  }

  /** The key that has these bytes. */
  public static UnsafeRow row(byte[] bytes, int width) {
    if (bytes.length < UnsafeRow.calculateBitSetWidthInBytes(width) + 8 * width) {
      throw new IllegalArgumentException("these bytes are no key of " + width + " columns");
    }
    UnsafeRow row = new UnsafeRow(width);
    row.pointTo(bytes, bytes.length);
    return row;
  }
}
