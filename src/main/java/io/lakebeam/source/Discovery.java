package io.lakebeam.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is new in a source.
 *
 * @param slices in the order of partitions, or of files' times and paths
 * @param position what to hand to the next discovery once the slices are planned; to be kept even
 *     when there are no slices
 * @param more true when the bound on rows left something for the next discovery
 * @param unfinished files that somebody seems to be writing still: left for a later discovery
 * @param warnings what an operator should know, one sentence each; said once for each cause as long
 *     as the position is kept
 * @param backlog what is there beside the slices, where the look has told it
 */
public record Discovery(
    List<Slice> slices,
    SourcePosition position,
    boolean more,
    List<String> unfinished,
    List<String> warnings,
    Backlog backlog) {
  public Discovery {
    slices = List.copyOf(slices);
    Objects.requireNonNull(position, "position");
    unfinished = List.copyOf(unfinished);
    warnings = List.copyOf(warnings);
    Objects.requireNonNull(backlog, "backlog");
  }

  /** Of a source that shows nothing unfinished. */
  public Discovery(
      List<Slice> slices, SourcePosition position, boolean more, List<String> warnings) {
    this(slices, position, more, List.of(), warnings, Backlog.NONE_KNOWN);
  }

  /**
   * This discovery without what lies behind an earlier look. What has changed since that look lies
   * behind it too: a file counts as what it was then, not by its name.
   *
   * @param end a position of the same source
   */
  public Discovery upTo(SourcePosition end) {
    List<Slice> within = new ArrayList<>();
    Backlog left = backlog;
    for (Slice slice : slices) {
      Optional<? extends Slice> part = slice.upTo(end);
      part.ifPresent(within::add);
      left = part.isPresent() ? left.withRows(rows(slice) - rows(part.get())) : left.with(slice);
    }
    return new Discovery(within, position.upTo(end), more, unfinished, warnings, left);
  }

  /** The same news, which lead to another position. */
  public Discovery to(SourcePosition other) {
    return new Discovery(slices, other, more, unfinished, warnings, backlog);
  }

  /** The same news, of a source that has so much beside them. */
  public Discovery beside(Backlog other) {
    return new Discovery(slices, position, more, unfinished, warnings, other);
  }

  private static long rows(Slice slice) {
    return slice.rows().orElse(0);
  }
}
