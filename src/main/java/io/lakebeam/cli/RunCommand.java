package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.RunnerArgument;
import io.lakebeam.cli.argument.SelectionArgument;
import io.lakebeam.cli.demo.ClosingTables;
import io.lakebeam.cli.metrics.MetricsAddress;
import io.lakebeam.cli.metrics.RunMetrics;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.cli.terminal.StopSignals;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.Time;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.secret.Secrets;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
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
          + " rows added to tables that no other streaming table reads and changes of tables that"
          + " are updated, quarantined, dropped and, where tables look for them, duplicates rows of"
          + " all tables.",
      "Ctrl-C finishes the epoch under way and ends with exit code 0. Whatever ends a run, the next"
          + " one goes on where it stopped; nothing is lost and nothing comes twice.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam run airlines",
      "  lakebeam run airlines --mode continuous",
      "  lakebeam run airlines --mode continuous --stop-after 7d",
      "  lakebeam run airlines --runner spark",
      "  lakebeam run airlines --full-refresh flights",
      "  lakebeam run airlines --refresh delays_by_airport,delays_by_carrier",
      "  lakebeam run airlines --lake /data/lake --set report_year=2025",
      "  lakebeam run airlines --lake abfss://lake@account.dfs.core.windows.net/airlines"
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;
  private final Host host;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;
  @Mixin private RunnerArgument runner;
  @Mixin private StopSignals.Patience patience;
  @Mixin private SelectionArgument selection;

  @Option(
      names = "--mode",
      description = {
        "triggered (the default) takes what is there and ends, continuous goes on until stopped."
      })
  private Mode mode = Mode.TRIGGERED;

  @Option(
      names = "--stop-after",
      paramLabel = "TIME",
      converter = Time.class,
      description = {
        "Ends the run after the epoch that is under way then, with exit code 0, for whoever starts"
            + " the next run; 7d, for example. Without it a continuous run goes on until stopped."
      })
  private Duration stopAfter;

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

  @Option(
      names = "--accept-topic",
      description = {
        "When a topic is not the one that was read so far, but another of its name: go on where"
            + " reading stands."
      })
  private boolean acceptTopic;

  @Option(
      names = "--accept-loss",
      description = {
        "When tables are computed anew: of what is still there, though they have rows of files or"
            + " records that are gone, or that somebody else has added."
      })
  private boolean acceptLoss;

  @Option(
      names = "--without-sinks",
      description = "Delivers nothing; what this run adds waits for the next one.")
  private boolean withoutSinks;

  @Option(
      names = "--metrics",
      paramLabel = "[HOST]:PORT",
      converter = MetricsAddress.class,
      description = {
        "Answers Prometheus at /metrics while the run lives; :9400 for every network of this"
            + " machine, localhost:9400 for itself only."
      })
  private InetSocketAddress metrics;

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

  RunCommand(Console console, Host host) {
    this.console = console;
    this.host = host;
  }

  @Override
  public Integer call() throws IOException {
    CompiledPipeline compiled =
        pipeline.compile(console, spec -> host.place().apply(lake.applyTo(spec, console)));
    Update.Selection selected = selection.of(compiled);
    RunnerProfile where = runner.profile(console);
    List<Problem> unset =
        Secrets.unsetSecrets(withoutSinks ? compiled.spec().withSinks(List.of()) : compiled.spec());
    if (!unset.isEmpty()) {
      throw new PipelineException(compiled.spec().expansions().hidden(unset));
    }
    List<UpdateListener> told = new ArrayList<>();
    try (EpochLines lines = new EpochLines(console, output, compiled, host.clock());
        RunMetrics measured = metrics == null ? null : metrics(compiled);
        UpdateProgress progress =
            output == Output.JSON ? null : new UpdateProgress(console, host.clock())) {
      told.add(lines);
      if (measured != null) {
        told.add(measured);
      }
      if (progress != null) {
        told.add(progress);
      }
      run(compiled, where, selected, new Listeners(told));
    }
    if (output == Output.TEXT) {
      console.line("");
      new ClosingTables(console, compiled).print();
    }
    return ExitCode.DONE;
  }

  private void run(
      CompiledPipeline compiled,
      RunnerProfile where,
      Update.Selection selected,
      UpdateListener listener) {
    Update update = new Update(compiled, where, listener, host.clock());
    if (withoutSinks) {
      update.deliverNothing();
    }
    if (stopAfter != null) {
      update.stopAfter(stopAfter);
    }
    if (mode == Mode.CONTINUOUS) {
      host.whenToEnd().accept(update::stop);
    }
    try (StopSignals watched = host.signals().watch(console, patience.time(), update::stop)) {
      update.run(
          mode == Mode.TRIGGERED ? Update.Mode.TRIGGERED : Update.Mode.CONTINUOUS,
          consents(),
          selected);
    }
    if (update.isTimeUp()) {
      console.say("stopped after " + Time.text(stopAfter) + "; the next run goes on");
    }
  }

  private RunMetrics metrics(CompiledPipeline compiled) throws IOException {
    RunMetrics measured;
    try {
      measured = new RunMetrics(compiled.name(), metrics);
    } catch (BindException e) {
      throw new UsageException(
          "--metrics cannot listen at port "
              + metrics.getPort()
              + " of "
              + (metrics.getAddress().isAnyLocalAddress()
                  ? "this machine"
                  : metrics.getHostString())
              + ": "
              + e.getMessage());
    }
    console.say("metrics: http://localhost:" + measured.port() + "/metrics");
    return measured;
  }

  private Set<Update.Consent> consents() {
    Set<Update.Consent> consents = EnumSet.noneOf(Update.Consent.class);
    if (skipMissing) {
      consents.add(Update.Consent.SKIP_MISSING);
    }
    if (acceptChanged) {
      consents.add(Update.Consent.ACCEPT_CHANGED);
    }
    if (acceptTopic) {
      consents.add(Update.Consent.ACCEPT_TOPIC);
    }
    if (acceptLoss) {
      consents.add(Update.Consent.ACCEPT_LOSS);
    }
    return consents;
  }
}
