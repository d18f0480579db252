package io.lakebeam.cli;

import io.lakebeam.cli.argument.ListenOptions;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.cli.text.Time;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.share.Share;
import io.lakebeam.share.ShareKey;
import io.lakebeam.share.ShareProfile;
import io.lakebeam.share.ShareServer;
import io.lakebeam.spec.secret.KnownSecrets;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shares tables by the protocol of Delta Sharing. */
@Command(
    name = "share",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shares a pipeline's gold tables by the open protocol of Delta Sharing, which Power BI, pandas"
          + " and Spark read. It writes a profile file with a token for these readers, and answers"
          + " until Ctrl-C. It changes nothing in the lake; no run has to be under way.",
      "It answers this machine only, unless --host says else. Whoever has the profile file reads the"
          + " tables until the token expires.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam share airlines",
      "  lakebeam share airlines --lake lake-demo --tables airport_delays,flights",
      "  lakebeam share airlines --host data.example.com --key-store share.p12 --expires 30d",
      "  lakebeam share airlines --behind-proxy --endpoint https://data.example.com/delta-sharing",
      "",
      "Tokens are good after a new start as well when LAKEBEAM_SHARE_KEY signs them, 32 characters or",
      "more that nobody else knows; the password of the key store is taken from",
      "LAKEBEAM_SHARE_KEY_STORE_PASSWORD."
    })
final class ShareCommand implements Callable<Integer> {
  private static final String KEY = "LAKEBEAM_SHARE_KEY";
  private static final String PASSWORD = "LAKEBEAM_SHARE_KEY_STORE_PASSWORD";
  private static final Duration LONGEST = Duration.ofDays(366);

  private final Console console;
  private final Host host;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--tables",
      paramLabel = "TABLE",
      split = ",",
      description =
          "Tables to share, of any layer, with commas between them. Default: the datasets of layer"
              + " gold that have no masked column.")
  private List<String> tables = new ArrayList<>();

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Default: ${DEFAULT-VALUE}; 0 takes a free one.")
  private int port = 8443;

  @Mixin private ListenOptions listen;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description =
          "How recipients reach this server, such as https://data.example.com/delta-sharing. Default:"
              + " the host and the port where it listens.")
  private @Nullable String endpoint;

  @Option(
      names = "--profile-file",
      paramLabel = "FILE",
      description = "Where the profile is written. Default: PIPELINE.share in this folder.")
  private @Nullable String profileFile;

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      converter = Time.class,
      description = "How long the token is good, such as 12h or 7d. Default: 7d.")
  private Duration expires = Duration.ofDays(7);

  ShareCommand(Console console, Host host) {
    this.console = console;
    this.host = host;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    InetSocketAddress at = listen.at(port);
    listen.requireEncryption(at);
    Optional<URI> reached = reached(at);
    if (expires.compareTo(LONGEST) > 0) {
      throw new UsageException("--expires is 366d at most: a token is not taken back before");
    }
    ShareKey key = key();
    CompiledPipeline compiled = pipeline.open(lake, console);
    Share share = Share.of(compiled, tables);
    Path file = console.resolve(profileFile == null ? compiled.name() + ".share" : profileFile);
    ShareProfile.requireFree(file);
    share
        .leftOut()
        .forEach(
            name ->
                console.warning(
                    name + " is not shared: it has masked columns; --tables shares it as a whole"));
    CountDownLatch end = new CountDownLatch(1);
    host.whenToEnd().accept(end::countDown);
    try (ShareServer server = serve(at, share, key, reached)) {
      Instant until = Clock.systemUTC().instant().plus(expires).truncatedTo(ChronoUnit.SECONDS);
      String token = key.token(share.name(), until);
      KnownSecrets.remember(token, "the share's token");
      new ShareProfile(server.endpoint(), token, until).writeTo(file);
      console.line("endpoint: " + server.endpoint());
      console.line("profile: " + file);
      console.say("shares " + String.join(", ", share.names()));
      console.say(
          "who has the profile reads them until "
              + until
              + (set(KEY).isPresent() ? "" : " or the end of this process"));
      console.say("Ctrl-C ends it");
      console.out().flush();
      end.await();
    }
    return ExitCode.DONE;
  }

  private ShareServer serve(InetSocketAddress at, Share share, ShareKey key, Optional<URI> reached)
      throws IOException {
    try {
      return new ShareServer(
          at, listen.tls(console, PASSWORD), share, key, Clock.systemUTC(), reached);
    } catch (BindException e) {
      throw new UsageException(
          "the share cannot listen at port "
              + port
              + ": "
              + e.getMessage()
              + "; --port takes another one, 0 one that is free");
    }
  }

  /** What stands in the profile and in links; nobody but its user knows it in some cases. */
  private Optional<URI> reached(InetSocketAddress at) {
    if (endpoint == null) {
      if (listen.isBehindProxy() || at.getAddress().isAnyLocalAddress()) {
        throw new UsageException(
            "recipients have to find this server: give --endpoint, such as"
                + " https://data.example.com"
                + ShareServer.PREFIX);
      }
      return Optional.empty();
    }
    String stripped = endpoint.replaceFirst("/+$", "");
    try {
      URI uri = new URI(stripped);
      if (uri.getHost() != null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && uri.getRawUserInfo() == null
          && (uri.getScheme().equals("https") || isThisMachine(uri))) {
        return Optional.of(uri);
      }
    } catch (URISyntaxException e) {
      // Told below.
    }
    throw new UsageException("--endpoint is a URL that starts with https://, not " + endpoint);
  }

  private static boolean isThisMachine(URI uri) {
    return uri.getScheme().equals("http")
        && List.of("localhost", "127.0.0.1").contains(uri.getHost());
  }

  private Optional<String> set(String variable) {
    return Optional.ofNullable(console.environment().apply(variable))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private ShareKey key() {
    Optional<String> text = set(KEY);
    text.ifPresent(known -> KnownSecrets.remember(known, "${" + KEY + "}"));
    if (text.filter(known -> known.length() < ShareKey.LEAST_CHARACTERS).isPresent()) {
      throw new UsageException(
          KEY + " has fewer than " + ShareKey.LEAST_CHARACTERS + " characters: it is guessed");
    }
    return text.map(ShareKey::of).orElseGet(ShareKey::random);
  }
}
