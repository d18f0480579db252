package io.lakebeam.graph;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a pipeline is made of and what follows from what: resolved, typed, in an order in which
 * every dataset comes after all that it reads.
 *
 * @param pipeline its name
 * @param sources as declared
 * @param datasets in topological order; datasets that do not depend on each other stay as declared
 */
public record DataflowGraph(String pipeline, List<Source> sources, List<Dataset> datasets) {
  public DataflowGraph {
    sources = List.copyOf(sources);
    datasets = List.copyOf(datasets);
  }

  /**
   * A source.
   *
   * @param kind {@code event_hubs}, {@code kafka}, {@code files} or {@code reference}
   * @param reads the topic or the pattern of its files
   */
  public record Source(String name, String kind, String reads, TableSchema schema) {}

  /**
   * A dataset.
   *
   * @param layer bronze, silver or gold; empty when none is declared
   * @param schema the columns it stores; of a view, those its query selects
   * @param uses columns of its own that decide which of its rows are kept, or that rules look at
   */
  public record Dataset(
      String name,
      Kind kind,
      String layer,
      String comment,
      TableSchema schema,
      List<String> partitionBy,
      List<Flow> flows,
      List<ColumnUse> uses) {
    public Dataset {
      partitionBy = List.copyOf(partitionBy);
      flows = List.copyOf(flows);
      uses = List.copyOf(uses);
    }

    /** Everything its flows read, in order. */
    public Set<String> inputs() {
      Set<String> inputs = new LinkedHashSet<>();
      flows.forEach(flow -> inputs.addAll(flow.inputs()));
      return inputs;
    }
  }

  /** What a dataset is. */
  public enum Kind {
    STREAMING_TABLE("streaming table"),
    MATERIALIZED_VIEW("materialized view");

    private final String words;

    Kind(String words) {
      this.words = words;
    }

    /** As people say it. */
    public String words() {
      return words;
    }
  }

  /**
   * What writes a dataset.
   *
   * @param name the file of its query, the class of its transform, or the source it copies
   * @param inputs sources and datasets it reads; reference sources it looks up included
   * @param lineage what the columns that it gives follow from; unknown for those of a transform,
   *     which nobody can look into
   */
  public record Flow(String name, List<String> inputs, Lineage lineage) {
    public Flow {
      inputs = List.copyOf(inputs);
    }
  }

  public Optional<Dataset> dataset(String name) {
    return datasets.stream().filter(dataset -> dataset.name().equals(name)).findFirst();
  }

  public Optional<Source> source(String name) {
    return sources.stream().filter(source -> source.name().equals(name)).findFirst();
  }

  /** Datasets that read {@code name} directly. */
  public List<Dataset> readersOf(String name) {
    List<Dataset> readers = new ArrayList<>();
    for (Dataset dataset : datasets) {
      if (dataset.inputs().contains(name)) {
        readers.add(dataset);
      }
    }
    return readers;
  }
}
