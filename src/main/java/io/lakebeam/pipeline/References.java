package io.lakebeam.pipeline;

import io.lakebeam.source.file.ReferenceTable;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files that views look rows up in, and in which state they are. */
public final class References implements Serializable {
  private final Storage storage;
  private final TreeMap<String, ArrayList<SourceSpec>> byView = new TreeMap<>();

  public References(CompiledPipeline pipeline) {
    this.storage = pipeline.storage();
    for (CompiledView view : pipeline.views()) {
      ArrayList<SourceSpec> sources = new ArrayList<>();
      view.lookups().stream().sorted().map(pipeline::source).forEach(sources::add);
      byView.put(view.name(), sources);
    }
  }

  /**
   * Texts that tell two states of what a view looks up apart, by source; none when it looks up
   * nothing.
   *
   * @throws io.lakebeam.source.SourceException when there are no such files
   */
  public TreeMap<String, String> of(String view) {
    TreeMap<String, String> states = new TreeMap<>();
    for (SourceSpec source : byView.getOrDefault(view, new ArrayList<>())) {
      states.put(source.name(), ReferenceTable.state(storage, source));
    }
    return states;
  }

  /** One text of all of them. */
  public static String text(Map<String, String> states) {
    return states.isEmpty() ? "" : new TreeMap<>(states).toString();
  }

  /** As {@link #of}, of every source that is looked up in, by its name. */
  static Map<String, String> states(CompiledPipeline pipeline) {
    Map<String, String> states = new TreeMap<>();
    List<SourceSpec> sources = pipeline.lookups().stream().map(pipeline::source).toList();
    sources.forEach(
        source -> states.put(source.name(), ReferenceTable.state(pipeline.storage(), source)));
    return states;
  }
}
