package io.lakebeam.cli;

import io.lakebeam.cli.argument.ListenOptions;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.TrustOption;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.console.ConsoleAccess;
import io.lakebeam.console.ConsolePipeline;
import io.lakebeam.console.ConsoleServer;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.PipelineSearch;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows pipelines in a browser. */
@Command(
    name = "console",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows pipelines in a browser: how data flows, updates, quality, refused rows, tables and their"
          + " versions, events. Reads their lakes; no run has to be under way. Without PIPELINE it"
          + " shows all that are found here.",
      "It answers this machine only, and whoever has the address that it prints, which has a token in"
          + " it. It changes nothing, unless --operator is given: then whoever has the address can put"
          + " refused rows back.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam console airlines",
      "  lakebeam console airlines --lake lake-demo --operator",
      "  lakebeam console airlines stocks --port 9000",
      "  lakebeam console airlines --host 0.0.0.0 --key-store console.p12",
      "",
      "Tokens that stay the same from start to start come from the variables",
      "LAKEBEAM_CONSOLE_VIEWER_TOKEN and LAKEBEAM_CONSOLE_OPERATOR_TOKEN, the password of the key store",
      "from LAKEBEAM_CONSOLE_KEY_STORE_PASSWORD."
    })
final class ConsoleCommand implements Callable<Integer> {
  private static final String VIEWER = "LAKEBEAM_CONSOLE_VIEWER_TOKEN";
  private static final String OPERATOR = "LAKEBEAM_CONSOLE_OPERATOR_TOKEN";
  private static final String PASSWORD = "LAKEBEAM_CONSOLE_KEY_STORE_PASSWORD";

  private final Console console;
  private final Host host;

  @Parameters(
      paramLabel = "PIPELINE",
      arity = "0..*",
      description =
          "Names or paths, as of other commands. Default: all pipelines that are found here.")
  private List<String> pipelines = new ArrayList<>();

  @Mixin private PipelineArgument.Values values;
  @Mixin private TrustOption trust;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Default: ${DEFAULT-VALUE}; 0 takes a free one.")
  private int port = 8080;

  @Mixin private ListenOptions listen;

  @Option(
      names = "--operator",
      description = "Let whoever has the address that is printed decide about refused rows.")
  private boolean isOperated;

  @Option(
      names = "--no-token",
      description = "Let every user of this machine look; not beyond this machine.")
  private boolean isOpen;

  ConsoleCommand(Console console, Host host) {
    this.console = console;
    this.host = host;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    InetSocketAddress at = listen.at(port);
    boolean isLocal = at.getAddress().isLoopbackAddress();
    if (isOpen && !isLocal) {
      throw new UsageException("--no-token is for this machine only: beyond it a token is needed");
    }
    ConsoleAccess access =
        new ConsoleAccess(token(VIEWER, !isOperated), token(OPERATOR, isOperated), isOpen);
    listen.requireEncryption(at);
    List<ConsolePipeline> shown = shown();
    CountDownLatch end = new CountDownLatch(1);
    host.whenToEnd().accept(end::countDown);
    try (ConsoleServer server = serve(at, access, shown)) {
      console.line("console: " + address(server, access));
      if (isOperated) {
        console.say("who has this address can put refused rows back: keep it to yourself");
      }
      console.say("Ctrl-C ends it");
      console.out().flush();
      end.await();
    }
    return ExitCode.DONE;
  }

  private ConsoleServer serve(
      InetSocketAddress at, ConsoleAccess access, List<ConsolePipeline> shown) throws IOException {
    try {
      return new ConsoleServer(at, listen.tls(console, PASSWORD), access, shown);
    } catch (BindException e) {
      throw new UsageException(
          "the console cannot listen at port "
              + port
              + ": "
              + e.getMessage()
              + "; --port takes another one, 0 one that is free");
    }
  }

  /** What to open: with a token that was made for it, and never with one that somebody has set. */
  private String address(ConsoleServer server, ConsoleAccess access) {
    String variable = isOperated ? OPERATOR : VIEWER;
    boolean isSet = set(variable).isPresent();
    Optional<String> made =
        isOperated ? access.operator() : isOpen ? Optional.empty() : access.viewer();
    return isSet || made.isEmpty() ? server.address().toString() : server.address(made.get());
  }

  private Optional<String> set(String variable) {
    return Optional.ofNullable(console.environment().apply(variable))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /** The token that is set, or a new one where one is wanted. */
  private Optional<String> token(String variable, boolean isWanted) {
    Optional<String> token = set(variable);
    if (token.filter(text -> text.length() < ConsoleAccess.LEAST_TOKEN).isPresent()) {
      throw new UsageException(
          variable + " has fewer than " + ConsoleAccess.LEAST_TOKEN + " characters: it is guessed");
    }
    return token.isPresent() || !isWanted ? token : Optional.of(ConsoleAccess.newToken());
  }

  private List<ConsolePipeline> shown() {
    List<ConsolePipeline> shown = new ArrayList<>();
    for (String each : pipelines) {
      PipelineLocation location = PipelineArgument.locate(each, trust.trust(), console);
      PipelineSpec spec = read(location);
      shown.add(new ConsolePipeline(spec.name(), new Opened(location), Clock.systemUTC()));
    }
    if (pipelines.isEmpty()) {
      PipelineSearch search =
          new PipelineSearch(console.workingDirectory(), console.home(), trust.trust());
      for (String name : search.names()) {
        PipelineLocation location = search.find(name);
        shown.add(new ConsolePipeline(name, new Opened(location), Clock.systemUTC()));
      }
      search.leftOut().forEach(left -> console.warning("left out the pipeline " + left));
    }
    if (shown.isEmpty()) {
      throw new UsageException("there is no pipeline here: name one, or its path");
    }
    return shown;
  }

  private PipelineSpec read(PipelineLocation location) {
    return lake.applyTo(
        new PipelineReader(trust.trust()).read(location, values.byName(), console.environment()),
        console);
  }

  /** Opens the lake again only when the pipeline's files say something else than before. */
  private final class Opened implements Supplier<CompiledPipeline> {
    private final PipelineLocation location;
    private PipelineSpec last;
    private CompiledPipeline compiled;

    Opened(PipelineLocation location) {
      this.location = location;
    }

    @Override
    public CompiledPipeline get() {
      PipelineSpec now = read(location);
      if (!now.equals(last)) {
        CompiledPipeline opened = PipelineCompiler.compile(now);
        opened.storage().open();
        compiled = opened;
        last = now;
      }
      return compiled;
    }
  }
}
