package io.lakebeam.source;

import io.lakebeam.source.SourcePosition.TableHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Slices of a source that some tables take once more, a bounded part at a time. Which they are is
 * known when it begins, so its position is only how many of them are planned.
 */
public final class RereadDiscovery implements SourceDiscovery {
  private final List<Slice> slices;
  private final Set<String> into;

  /**
   * @param slices always the same, in the same order
   * @param into the tables that take their rows
   */
  public RereadDiscovery(List<Slice> slices, Set<String> into) {
    this.slices = List.copyOf(slices);
    this.into = Set.copyOf(into);
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    int next = ((TableHistory) since).next();
    List<Slice> taken = new ArrayList<>();
    long rows = 0;
    while (next < slices.size() && (taken.isEmpty() || rows + rows(slices.get(next)) <= maxRows)) {
      Slice slice = slices.get(next++);
      taken.add(new Reread(slice, into));
      rows += rows(slice);
    }
    TableHistory position = new TableHistory("", 0, next, slices.size());
    return new Discovery(taken, position, !position.isAtEnd(), List.of());
  }

  /** A small file is guessed to have none. */
  private static long rows(Slice slice) {
    return Math.max(1, slice.weight());
  }

  @Override
  public Discovery discover(SourcePosition since, SourcePosition end, long maxRows) {
    return discover(since, maxRows);
  }

  @Override
  public Discovery present(SourcePosition since) {
    return new Discovery(List.of(), TableHistory.END, true, List.of());
  }
}
