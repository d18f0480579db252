package io.lakebeam.epoch;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What an epoch puts into datasets, decided by one attempt in one step, or by several, one after
 * the other. In one step is decided what a dataset gets together with what those get that follow
 * it, so that both come from the same declarations, however many runs are alive.
 *
 * @param made by dataset
 * @param without datasets that get nothing of the epoch: nobody looks again whether they would
 */
public record Decisions(Map<String, Decision> made, Set<String> without) {
  public static final Decisions NONE = new Decisions(Map.of(), Set.of());

  public Decisions {
    made = new TreeMap<>(made);
    without = new TreeSet<>(without);
  }

  /** With what was decided after that. A later decision replaces one whose files are gone. */
  public Decisions then(Decisions later) {
    Map<String, Decision> all = new TreeMap<>(made);
    all.keySet().removeAll(later.without);
    all.putAll(later.made);
    Set<String> none = new TreeSet<>(without);
    none.removeAll(later.made.keySet());
    none.addAll(later.without);
    return new Decisions(all, none);
  }

  public Optional<Decision> of(String dataset) {
    return Optional.ofNullable(made.get(dataset));
  }

  /** True when it is decided what a dataset gets, were it nothing. */
  public boolean has(String dataset) {
    return made.containsKey(dataset) || without.contains(dataset);
  }

  public boolean isEmpty() {
    return made.isEmpty() && without.isEmpty();
  }
}
