package io.lakebeam.cli;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.PipelineCompiler;
import io.lakebeam.runner.Update;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.RunnerProfile;
import io.lakebeam.spec.Secrets;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a pipeline. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a pipeline, a line for each epoch: in are the records that came from sources, out the"
          + " rows added to tables that no other streaming table reads, quarantined and dropped"
          + " rows of all tables.",
      "Ctrl-C finishes the epoch under way and ends with exit code 0. Whatever ends a run, the next"
          + " one goes on where it stopped; nothing is lost and nothing comes twice.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam run airlines",
      "  lakebeam run airlines --mode continuous",
      "  lakebeam run airlines --runner spark",
      "  lakebeam run airlines --lake /data/lake --set report_year=2025",
      "  lakebeam run airlines --lake abfss://lake@account.dfs.core.windows.net/airlines"
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;
  private final StopSignals.Watch signals;
  private final UnaryOperator<PipelineSpec> place;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;
  @Mixin private RunnerArgument runner;
  @Mixin private StopSignals.Patience patience;

  @Option(
      names = "--mode",
      description = {
        "triggered (the default) takes what is there and ends, continuous goes on until stopped."
      })
  private Mode mode = Mode.TRIGGERED;

  @Option(
      names = "--skip-missing",
      description = {
        "When an epoch is done again whose files are gone: go on without their rows. The event log"
            + " names each file with its size."
      })
  private boolean skipMissing;

  @Option(
      names = "--accept-changed",
      description = {
        "When an epoch is done again whose files have changed: read them as they are now, though"
            + " some tables have their rows as they were."
      })
  private boolean acceptChanged;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object a line.")
  private Output output = Output.TEXT;

  /** As typed. */
  private enum Mode {
    TRIGGERED,
    CONTINUOUS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RunCommand(Console console) {
    this(console, StopSignals::watch, UnaryOperator.identity());
  }

  /**
   * @param signals what turns the process's signals into a wish to stop
   * @param place makes of a pipeline as declared what it is where it runs; may refuse it
   */
  RunCommand(Console console, StopSignals.Watch signals, UnaryOperator<PipelineSpec> place) {
    this.console = console;
    this.signals = signals;
    this.place = place;
  }

  @Override
  public Integer call() {
    CompiledPipeline compiled =
        PipelineCompiler.compile(place.apply(lake.applyTo(pipeline.read(console), console)));
    RunnerProfile where = runner.profile(console);
    List<Problem> unset = Secrets.unsetSecrets(compiled.spec());
    if (!unset.isEmpty()) {
      throw new PipelineException(compiled.spec().expansions().hidden(unset));
    }
    EpochLines lines = new EpochLines(console, output, compiled, Clock.systemUTC());
    Update update = new Update(compiled, where, lines, Clock.systemUTC());
    try (lines;
        StopSignals watched = signals.watch(console, patience.time(), update::stop)) {
      update.run(
          mode == Mode.TRIGGERED ? Update.Mode.TRIGGERED : Update.Mode.CONTINUOUS, consents());
    }
    if (output == Output.TEXT) {
      console.line("");
      new ClosingTables(console, compiled).print();
    }
    return Lakebeam.DONE;
  }

  private Set<Update.Consent> consents() {
    Set<Update.Consent> consents = EnumSet.noneOf(Update.Consent.class);
    if (skipMissing) {
      consents.add(Update.Consent.SKIP_MISSING);
    }
    if (acceptChanged) {
      consents.add(Update.Consent.ACCEPT_CHANGED);
    }
    return consents;
  }
}
