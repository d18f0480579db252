package io.lakebeam.source;

import java.util.List;
import java.util.Objects;

/**
 * What is new in a source.
 *
 * @param slices in the order of partitions, or of files' times and paths
 * @param position what to hand to the next discovery once the slices are planned; to be kept even
 *     when there are no slices
 * @param more true when the bound on rows left something for the next discovery
 * @param warnings what an operator should know, one sentence each; said once for each cause as long
 *     as the position is kept
 */
public record Discovery(
    List<Slice> slices, SourcePosition position, boolean more, List<String> warnings) {
  public Discovery {
    slices = List.copyOf(slices);
    Objects.requireNonNull(position, "position");
    warnings = List.copyOf(warnings);
  }
}
