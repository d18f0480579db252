package io.lakebeam.source.file;

import io.lakebeam.source.FilePart;
import io.lakebeam.source.Slice;
import java.util.ArrayList;
import java.util.List;

/** Where a file is cut, of the places where it may be. */
final class FileCuts {
  private final Slice.FileSlice file;
  private final long maxRows;
  private final long maxBytes;
  private final List<FilePart> parts = new ArrayList<>();
  private long from;
  private long before;
  private long rows;

  /**
   * @param maxRows that a part should have
   */
  FileCuts(Slice.FileSlice file, long maxRows) {
    this.file = file;
    this.maxRows = maxRows;
    long count = 1 + (file.weight() - 1) / maxRows;
    this.maxBytes = 1 + (file.bytes() - 1) / count;
  }

  /**
   * A record starts here.
   *
   * @param at its first byte
   * @param before lines or rows that come before it
   */
  void mayCutAt(long at, long before) {
    if (at - from >= maxBytes) {
      cut(at, before, (at - from) / Slice.FileSlice.BYTES_PER_ROW);
    }
  }

  /**
   * A row group starts here.
   *
   * @param group its number, from 0
   * @param before rows that come before it
   * @param groupRows its own rows
   */
  void mayCutBefore(int group, long before, long groupRows) {
    if (group > from && rows + groupRows > maxRows) {
      cut(group, before, rows);
      rows = 0;
    }
    rows += groupRows;
  }

  void endAt(int groups) {
    end(groups, rows);
  }

  /** With the file's last byte. */
  void endAtEnd() {
    end(file.bytes(), (file.bytes() - from) / Slice.FileSlice.BYTES_PER_ROW);
  }

  private void end(long to, long weight) {
    if (!parts.isEmpty()) {
      cut(to, before, weight);
    }
  }

  /** It is not cut after all. */
  void forget() {
    parts.clear();
  }

  private void cut(long to, long nextBefore, long weight) {
    parts.add(new FilePart(file, from, to, before, weight));
    from = to;
    before = nextBefore;
  }

  /** The file itself when it is not cut. */
  List<? extends Slice> parts() {
    return parts.isEmpty() ? List.of(file) : List.copyOf(parts);
  }
}
