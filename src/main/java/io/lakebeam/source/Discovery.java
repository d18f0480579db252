package io.lakebeam.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
 */
public record Discovery(
    List<Slice> slices,
    SourcePosition position,
    boolean more,
    List<String> unfinished,
    List<String> warnings) {
  public Discovery {
    slices = List.copyOf(slices);
    Objects.requireNonNull(position, "position");
    unfinished = List.copyOf(unfinished);
    warnings = List.copyOf(warnings);
  }

  /** Of a source that shows nothing unfinished. */
  public Discovery(
      List<Slice> slices, SourcePosition position, boolean more, List<String> warnings) {
    this(slices, position, more, List.of(), warnings);
  }

  /**
   * This discovery without what lies behind an earlier look. What has changed since that look lies
   * behind it too: a file counts as what it was then, not by its name.
   *
   * @param end a position of the same source
   */
  public Discovery upTo(SourcePosition end) {
    List<Slice> within = new ArrayList<>();
    slices.forEach(slice -> slice.upTo(end).ifPresent(within::add));
    return new Discovery(within, position.upTo(end), more, unfinished, warnings);
  }

  /** The same news, which lead to another position. */
  public Discovery to(SourcePosition other) {
    return new Discovery(slices, other, more, unfinished, warnings);
  }
}
