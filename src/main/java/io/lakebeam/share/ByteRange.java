package io.lakebeam.share;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A part of a file.
 *
 * @param from the first byte
 * @param to the last byte
 */
record ByteRange(long from, long to) {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

  long length() {
    return to - from + 1;
  }

  /**
   * What a header asks for; empty for the whole file, which is the answer to several ranges and to
   * what is none, too.
   *
   * @param header {@code Range}; null when there is none
   * @param size of the file
   * @throws RefusedShareException when the file has no byte of it
   */
  static Optional<ByteRange> of(@Nullable String header, long size) {
    Matcher matcher = RANGE.matcher(header == null ? "" : header.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String first = matcher.group(1);
    String last = matcher.group(2);
    if (first.isEmpty() && last.isEmpty()) {
      return Optional.empty();
    }
    long from = first.isEmpty() ? Math.max(0, size - Long.parseLong(last)) : Long.parseLong(first);
    long to =
        first.isEmpty() || last.isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(last));
    boolean isBackwards = !first.isEmpty() && !last.isEmpty() && Long.parseLong(last) < from;
    if (isBackwards) {
      return Optional.empty();
    }
    if (from >= size) {
      throw new RefusedShareException(
          416, "INVALID_PARAMETER_VALUE", "the file has " + size + " bytes");
    }
    return Optional.of(new ByteRange(from, to));
  }
}
