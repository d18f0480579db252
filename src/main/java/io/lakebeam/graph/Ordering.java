package io.lakebeam.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An order in which everything comes after what it depends on.
 *
 * @param order names without a cycle through them, otherwise as given
 * @param cycles each a closed path: the first name stands again at its end
 */
public record Ordering(List<String> order, List<List<String>> cycles) {
  public Ordering {
    order = List.copyOf(order);
    cycles = List.copyOf(cycles);
  }

  /**
   * Sorts names.
   *
   * @param dependencies what each name depends on; names without an entry of their own are ignored
   */
  public static Ordering of(Map<String, Set<String>> dependencies) {
    Search search = new Search(new LinkedHashMap<>(dependencies));
    dependencies.keySet().forEach(search::visit);
    return new Ordering(new ArrayList<>(search.done), search.cycles);
  }

  private static final class Search {
    private final Map<String, Set<String>> dependencies;
    private final Set<String> done = new LinkedHashSet<>();
    private final Set<String> inCycle = new LinkedHashSet<>();
    private final LinkedHashSet<String> path = new LinkedHashSet<>();
    private final List<List<String>> cycles = new ArrayList<>();

    Search(Map<String, Set<String>> dependencies) {
      this.dependencies = dependencies;
    }

    void visit(String name) {
      if (done.contains(name) || inCycle.contains(name) || !dependencies.containsKey(name)) {
        return;
      }
      if (path.contains(name)) {
        List<String> whole = new ArrayList<>(path);
        List<String> cycle = new ArrayList<>(whole.subList(whole.indexOf(name), whole.size()));
        inCycle.addAll(cycle);
        cycle.add(name);
        cycles.add(cycle);
        return;
      }
      path.add(name);
      dependencies.get(name).forEach(this::visit);
      path.remove(name);
      if (!inCycle.contains(name)) {
        done.add(name);
      }
    }
  }
}
