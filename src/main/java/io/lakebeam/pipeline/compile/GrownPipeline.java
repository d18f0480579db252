package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.spec.NewFields;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A pipeline with the fields that were found in its sources' data as columns of these sources. What
 * is declared is right without them, and stays what it is with them: a field that a query or a
 * table cannot take as a column, or that would change what another column is computed of, is kept
 * in {@code _rescued}. The same fields and declarations give the same columns, whoever asks.
 *
 * @param notTaken fields that are kept in {@code _rescued} for such a reason
 */
public record GrownPipeline(CompiledPipeline pipeline, List<NotTaken> notTaken) {
  public GrownPipeline {
    notTaken = List.copyOf(notTaken);
  }

  /** A field that could be a column of its source, and is none. */
  public record NotTaken(String source, String field, String reason) {
    @Override
    public String toString() {
      return "source "
          + source
          + ": the field "
          + field
          + " does not become a column, and is kept in _rescued: "
          + reason;
    }
  }

  /**
   * @param found the names of the fields that were found, by source, in their order
   * @param objection why a pipeline cannot be run with its columns, beside what it says itself
   */
  public static GrownPipeline of(
      CompiledPipeline declared,
      Map<String, List<String>> found,
      Function<CompiledPipeline, Optional<String>> objection) {
    Map<String, List<String>> candidates = new TreeMap<>();
    for (SourceSpec source : declared.readSources()) {
      if (source.newFields().becomeColumns()) {
        List<String> names = found.getOrDefault(source.name(), List.of());
        candidates.put(source.name(), NewFields.candidates(source, names));
      }
    }
    return new Growing(declared, candidates, objection).grown();
  }

  private static final class Growing {
    private final CompiledPipeline declared;
    private final Map<String, List<String>> candidates;
    private final Function<CompiledPipeline, Optional<String>> objection;

    Growing(
        CompiledPipeline declared,
        Map<String, List<String>> candidates,
        Function<CompiledPipeline, Optional<String>> objection) {
      this.declared = declared;
      this.candidates = candidates;
      this.objection = objection;
    }

    /** What a pipeline looks like with some columns; a reason when it cannot have them. */
    private record Attempt(Optional<CompiledPipeline> pipeline, String reason) {}

    public GrownPipeline grown() {
      Set<String> names = new LinkedHashSet<>();
      candidates.values().forEach(each -> each.forEach(name -> names.add(lower(name))));
      if (names.isEmpty()) {
        return new GrownPipeline(declared, List.of());
      }
      Optional<CompiledPipeline> all = with(names).pipeline();
      return all.map(pipeline -> new GrownPipeline(pipeline, List.of()))
          .orElseGet(() -> oneByOne(names));
    }

    /** In all sources that have it at once: flows of one table bring their columns together. */
    private GrownPipeline oneByOne(Set<String> names) {
      Set<String> taken = new HashSet<>();
      Map<String, String> refused = new LinkedHashMap<>();
      CompiledPipeline grown = with(taken).pipeline().orElse(declared);
      for (String name : names) {
        taken.add(name);
        Attempt attempt = with(taken);
        if (attempt.pipeline().isPresent()) {
          grown = attempt.pipeline().get();
        } else {
          taken.remove(name);
          refused.put(name, attempt.reason());
        }
      }
      List<NotTaken> notTaken = new ArrayList<>();
      candidates.forEach(
          (source, each) ->
              each.stream()
                  .filter(name -> refused.containsKey(lower(name)))
                  .map(name -> new NotTaken(source, name, refused.get(lower(name))))
                  .forEach(notTaken::add));
      return new GrownPipeline(grown, notTaken);
    }

    private Attempt with(Set<String> names) {
      List<SourceSpec> sources =
          declared.spec().sources().stream()
              .map(
                  source ->
                      candidates.containsKey(source.name())
                          ? source.withNewFields(fields(candidates.get(source.name()), names))
                          : source)
              .toList();
      try {
        CompiledPipeline grown =
            PipelineCompiler.compile(declared.spec().withSources(sources)).withId(declared.id());
        return changed(declared.graph(), grown.graph())
            .or(() -> objection.apply(grown))
            .map(reason -> new Attempt(Optional.empty(), reason))
            .orElseGet(() -> new Attempt(Optional.of(grown), ""));
      } catch (PipelineException e) {
        return new Attempt(Optional.empty(), e.problems().get(0).sentence());
      }
    }

    private static NewFields fields(List<String> candidates, Set<String> names) {
      List<String> added = new ArrayList<>();
      Set<String> kept = new HashSet<>();
      candidates.forEach(name -> (names.contains(lower(name)) ? added : kept).add(name));
      return new NewFields(NewFields.Rule.ADD_COLUMNS, added, kept);
    }
  }

  /** Which column is not any more what it was, or is not the one of its name. */
  private static Optional<String> changed(DataflowGraph before, DataflowGraph after) {
    for (DataflowGraph.Dataset now : after.datasets()) {
      DataflowGraph.Dataset then = before.dataset(now.name()).orElseThrow();
      for (int i = 0; i < now.flows().size(); i++) {
        Map<String, List<ColumnOrigin>> known = then.flows().get(i).lineage().origins();
        for (Map.Entry<String, List<ColumnOrigin>> of :
            now.flows().get(i).lineage().origins().entrySet()) {
          String column = of.getKey();
          boolean isAsBefore =
              known.containsKey(column)
                  ? known.get(column).equals(of.getValue())
                  : of.getValue().stream().allMatch(o -> o.column().equalsIgnoreCase(column));
          if (!isAsBefore) {
            return Optional.of(
                "it would change what " + column + " of " + now.name() + " is computed from");
          }
        }
      }
    }
    return Optional.empty();
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
