package io.lakebeam.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

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
    if (end instanceof SourcePosition.Offsets last
        && position instanceof SourcePosition.Offsets here) {
      return upTo(last, here);
    }
    if (end instanceof SourcePosition.SeenFiles last
        && position instanceof SourcePosition.SeenFiles here) {
      return upTo(last, here);
    }
    throw new IllegalArgumentException(position + " up to " + end);
  }

  private Discovery upTo(SourcePosition.Offsets last, SourcePosition.Offsets here) {
    List<Slice> within = new ArrayList<>();
    for (Slice slice : slices) {
      Slice.KafkaRange range = (Slice.KafkaRange) slice;
      long to = Math.min(range.to(), last.next().getOrDefault(range.partition(), 0L));
      if (to > range.from()) {
        within.add(
            new Slice.KafkaRange(
                range.source(), range.topic(), range.partition(), range.from(), to));
      }
    }
    Map<Integer, Long> next = new TreeMap<>(here.next());
    next.keySet().retainAll(last.next().keySet());
    next.replaceAll((partition, offset) -> Math.min(offset, last.next().get(partition)));
    return with(within, new SourcePosition.Offsets(next));
  }

  private Discovery upTo(SourcePosition.SeenFiles last, SourcePosition.SeenFiles here) {
    TreeSet<SourcePosition.FileIdentity> files = new TreeSet<>(here.files());
    files.retainAll(last.files());
    List<Slice> within =
        slices.stream()
            .filter(slice -> last.files().contains(((Slice.FileSlice) slice).identity()))
            .toList();
    return with(within, new SourcePosition.SeenFiles(files));
  }

  private Discovery with(List<Slice> within, SourcePosition end) {
    return new Discovery(within, end, more, unfinished, warnings);
  }
}
