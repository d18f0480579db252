package io.lakebeam.cli.demo;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.RunnerArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.StopSignals;
import io.lakebeam.cli.text.Time;
import io.lakebeam.demo.DemoFolder;
import io.lakebeam.demo.DemoSources;
import io.lakebeam.demo.Pace;
import io.lakebeam.graph.NearestName;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A shipped pipeline at work, with a world of its own. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a shipped pipeline on this machine, with nothing to install. Of airlines: a real Kafka"
          + " broker that answers as Azure Event Hubs does, airlines that publish their flights'"
          + " events to it, airports whose reports land as CSV files, and a lake of Delta tables.",
      "Of stocks: trades that land as files of JSON lines, bars of a minute, alerts on prices. Of"
          + " vehicles: positions that land as files, visits to geofences, by a function in Java.",
      "A line for each epoch, and at the end every table beside what the generator of the records"
          + " knows must be in it. Without --for and --rows it goes on until Ctrl-C.",
      "What is read is kept in LAKE/_demo: started again, even after a kill, the demo goes"
          + " on where it stopped.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam demo",
      "  lakebeam demo --for 60s --speed 3600",
      "  lakebeam demo --for 60s --runner spark",
      "  lakebeam demo --rows 200000 --seed 7 --lake /tmp/lake",
      "  lakebeam demo --sources-only --rows 200000",
      "  lakebeam demo stocks --rows 50000",
      "  lakebeam demo vehicles --for 60s",
      "  lakebeam show lake-demo/carrier_performance"
    })
public final class DemoCommand implements Callable<Integer> {
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);

  private final Console console;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      description = "airlines, stocks or vehicles. Default: ${DEFAULT-VALUE}.")
  private String name = Demo.AIRLINES.pipeline();

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = Time.class,
      description = "Publish for so long (60s, 5m, 1h), commit what is there, end.")
  private Duration time;

  @Option(
      names = "--rows",
      paramLabel = "N",
      description = {
        "Publish N records as fast as possible, end when they and the files that belong to them are"
            + " committed; fail if any table is not as expected."
      })
  private Long rows;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What the world is made from: the same seed, the same records. Default: 7.")
  private Long seed;

  @Option(
      names = "--lake",
      paramLabel = "DIR",
      description = "A local folder for the lake. Default: lake-demo, of others lake-demo-NAME.")
  private String lake;

  @Option(
      names = "--speed",
      paramLabel = "X",
      description = {
        "How many times faster than the clock their time passes. Default: 600 of airlines, 120 of"
            + " others, some 400 records a second; with --rows as fast as possible."
      })
  private Double speed;

  @Option(
      names = "--sources-only",
      description = {
        "Only what the pipeline reads, until Ctrl-C: for lakebeam run NAME in another terminal,"
            + " which the demo tells how."
      })
  private boolean sourcesOnly;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = {
        "Where the console answers, on this machine only. Default: 8080, or a free one when that is"
            + " taken; 0 takes a free one."
      })
  private Integer port;

  @Mixin private RunnerArgument runner;
  @Mixin private StopSignals.Patience patience;

  public DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Demo demo = demo();
    check();
    runner.profile(console);
    OptionalLong wanted = seed == null ? OptionalLong.empty() : OptionalLong.of(seed);
    Path place = console.resolve(lake == null ? demo.lake() : lake);
    try (DemoFolder folder = DemoFolder.open(place, demo.pipeline(), wanted)) {
      console.say(
          "starting " + demo.starting() + " of seed " + folder.seed() + "; lake: " + folder.lake());
      try (DemoSources sources = demo.start(folder)) {
        return sourcesOnly ? serve(demo, sources) : run(demo, folder, sources);
      }
    }
  }

  /** Ends by a signal, which ends the broker too. */
  private int serve(Demo demo, DemoSources sources) throws IOException, InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(sources::close, "demo-end"));
    Path environment = sources.writeEnvironment();
    CompletableFuture<Void> publishing =
        sources.publish(rows == null ? Long.MAX_VALUE : rows, pace(demo));
    console.say("the sources are there; in another terminal:");
    console.line("  source " + environment);
    console.line("  lakebeam run " + demo.pipeline());
    console.say("Ctrl-C ends them");
    try {
      publishing.get();
      new CountDownLatch(1).await();
      return ExitCode.DONE;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    }
  }

  private int run(Demo demo, DemoFolder folder, DemoSources sources)
      throws InterruptedException, IOException {
    CompiledPipeline pipeline =
        PipelineCompiler.compile(
            sources.pipeline(
                DemoSources.shipped(demo.pipeline(), console.home(), console.workingDirectory()),
                COMMIT_EVERY));
    DemoRun run =
        new DemoRun(
            console,
            sources,
            pipeline,
            runner.profile(console),
            folder.lake(),
            pace(demo),
            patience.time());
    Optional<DemoComparison> comparison;
    try (DemoConsole page = DemoConsole.open(pipeline, Optional.ofNullable(port))) {
      console.line("console: " + page.address());
      console.out().flush();
      comparison = run.untilItsEnd(rows == null ? Long.MAX_VALUE : rows, Optional.ofNullable(time));
    }
    console.line("");
    ClosingTables tables = new ClosingTables(console, pipeline);
    boolean isRight;
    if (comparison.isPresent()) {
      isRight = tables.print(comparison.get(), sources.delivered()).isEmpty();
    } else {
      tables.print();
      console.say(
          "not compared: not all that is published is committed yet; the next demo goes on here");
      isRight = rows == null || run.isStopped();
    }
    console.say("look into it: lakebeam show " + shown(pipeline, demo.table()));
    return isRight ? ExitCode.DONE : ExitCode.FAILED;
  }

  private String shown(CompiledPipeline pipeline, String table) {
    Path path = Path.of(TablePaths.of(pipeline.spec(), table).uri());
    return path.startsWith(console.workingDirectory())
        ? console.workingDirectory().relativize(path).toString()
        : path.toString();
  }

  private Demo demo() {
    return Demo.of(name)
        .orElseThrow(
            () ->
                new UsageException(
                    "there is no demo "
                        + name
                        + ": "
                        + NearestName.question(name, Demo.names())
                        + "there are "
                        + String.join(", ", Demo.names())));
  }

  private void check() {
    if (rows != null && rows < 1) {
      throw new UsageException("--rows is a number of records, at least 1, not " + rows);
    }
    if (rows != null && time != null) {
      throw new UsageException("--rows and --for both say when the demo ends; give one of them");
    }
    if (sourcesOnly && time != null) {
      throw new UsageException("--sources-only goes on until Ctrl-C; leave out --for");
    }
    if (speed != null && !(speed > 0 && speed < Double.POSITIVE_INFINITY)) {
      throw new UsageException("--speed is a positive number, not " + speed);
    }
    if (port != null && (port < 0 || port > 65_535)) {
      throw new UsageException("--port is 0 to 65535, not " + port);
    }
    if (lake != null && (PipelineArgument.isUri(lake) || lake.isBlank())) {
      throw new UsageException("the demo's lake is a folder on this machine, not '" + lake + "'");
    }
  }

  private Pace pace(Demo demo) {
    if (speed == null && rows != null) {
      return Pace.unlimited();
    }
    return Pace.of(speed == null ? demo.speed() : speed, InstantSource.system());
  }
}
