package io.lakebeam.pipeline.replay;

import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.source.KeptRecords;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.RowProgram;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How a record of a source becomes rows of a table: straight, or by way of other tables, which have
 * their rows of it already.
 *
 * @param ways the queries on each way, those of the table last
 * @param problem why no record can go it again, that came as bytes; empty when it can
 * @param problemOfText why no record can go it again of which the text is kept; empty when it can
 */
record Route(SourceSpec source, List<Way> ways, String problem, String problemOfText)
    implements Serializable {
  Route {
    ways = List.copyOf(ways);
  }

  /**
   * The queries that a record goes through.
   *
   * @param queries the table's own last; null where the rows are taken as they are
   */
  record Way(ArrayList<@Nullable RowProgram> queries) implements Serializable {
    boolean isStraight() {
      return queries.size() == 1;
    }

    /**
     * True when some of the first queries may make several rows of one.
     *
     * @param count of the queries
     */
    boolean mayMultiply(int count) {
      return queries.stream().limit(count).anyMatch(each -> each != null && each.mayMultiply());
    }

    Way and(@Nullable RowProgram query) {
      ArrayList<@Nullable RowProgram> longer = new ArrayList<>(queries);
      longer.add(query);
      return new Way(longer);
    }
  }

  /** The route from a source into a table; empty when the table gets nothing of the source. */
  static Optional<Route> of(CompiledPipeline pipeline, SourceSpec source, CompiledTable table) {
    Search search = new Search(pipeline, source.name());
    List<Way> ways = search.into(table);
    if (ways.isEmpty() && !search.isTransformed) {
      return Optional.empty();
    }
    String problem =
        search.isTransformed ? "its rows go through a transform in Java on their way" : "";
    return Optional.of(
        new Route(
            source,
            ways,
            problem.isEmpty() ? KeptRecords.problem(source, false).orElse("") : problem,
            problem.isEmpty() ? KeptRecords.problem(source, true).orElse("") : problem));
  }

  private static final class Search {
    private final CompiledPipeline pipeline;
    private final String source;
    private boolean isTransformed;

    Search(CompiledPipeline pipeline, String source) {
      this.pipeline = pipeline;
      this.source = source;
    }

    List<Way> into(CompiledTable table) {
      List<Way> ways = new ArrayList<>();
      for (CompiledFlow flow : table.flows()) {
        @Nullable RowProgram query =
            flow.query() instanceof CompiledFlow.Rows rows ? rows.program() : null;
        flow.input()
            .match(
                from -> from.source().equals(source) ? List.of(new Way(new ArrayList<>())) : none(),
                from -> ofTable(from.table()),
                from -> transformed(from))
            .forEach(way -> ways.add(way.and(query)));
      }
      return ways;
    }

    private static List<Way> none() {
      return List.of();
    }

    private List<Way> ofTable(String name) {
      return pipeline.table(name).map(this::into).orElse(List.of());
    }

    private List<Way> transformed(CompiledFlow.FromTransform transform) {
      for (String from : transform.from()) {
        isTransformed |= from.equals(source) || !ofTable(from).isEmpty();
      }
      return List.of();
    }
  }
}
