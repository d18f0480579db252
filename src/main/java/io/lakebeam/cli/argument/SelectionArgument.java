package io.lakebeam.cli.argument;

import io.lakebeam.graph.NearestName;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.runner.Update;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Which of a pipeline's datasets a command is about. */
public final class SelectionArgument {
  private static final String ALL = "all";

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--refresh",
      paramLabel = "DATASETS",
      split = ",",
      description = {
        "Only these and what they need: the sources behind them are read, and of the views these."
            + " Streaming tables that read the same sources get their rows as well."
      })
  private List<String> refresh = List.of();

  @Option(
      names = "--full-refresh",
      paramLabel = "DATASETS|all",
      split = ",",
      description = {
        "Computes these anew, and all that follow them, of what their sources still have. Readers"
            + " see the old rows until the new ones are whole, then those. A run that ends before"
            + " is gone on with by the next one."
      })
  private List<String> fullRefresh = List.of();

  /**
   * What was selected.
   *
   * @throws CommandLine.ParameterException for a dataset that is not there, or has nothing stored
   */
  public Update.Selection of(CompiledPipeline pipeline) {
    Set<String> stored = new TreeSet<>();
    pipeline.streamingTables().stream().map(CompiledTable::name).forEach(stored::add);
    pipeline.upserts().stream().map(CompiledUpsert::name).forEach(stored::add);
    pipeline.views().stream().map(CompiledView::name).forEach(stored::add);
    Set<String> anew =
        fullRefresh.equals(List.of(ALL))
            ? stored
            : known("--full-refresh", fullRefresh, stored, pipeline);
    return new Update.Selection(known("--refresh", refresh, stored, pipeline), anew);
  }

  private Set<String> known(
      String option, List<String> names, Set<String> stored, CompiledPipeline pipeline) {
    for (String name : names) {
      if (!stored.contains(name)) {
        String fix =
            NearestName.among(name, stored)
                .map(near -> "did you mean " + near + "?")
                .orElse("there are " + String.join(", ", stored));
        throw new CommandLine.ParameterException(
            command.commandLine(),
            option
                + ": pipeline "
                + pipeline.name()
                + " has no streaming table or materialized view "
                + name
                + "; "
                + fix);
      }
    }
    return new TreeSet<>(names);
  }
}
