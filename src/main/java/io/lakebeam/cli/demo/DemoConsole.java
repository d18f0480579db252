package io.lakebeam.cli.demo;

import io.lakebeam.console.ConsoleAccess;
import io.lakebeam.console.ConsolePipeline;
import io.lakebeam.console.ConsoleServer;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** The console beside a demo, for this machine only; whoever has its address is an operator. */
final class DemoConsole implements AutoCloseable {
  private static final int PORT = 8080;

  private final ConsoleServer server;
  private final String token;

  private DemoConsole(ConsoleServer server, String token) {
    this.server = server;
    this.token = token;
  }

  /**
   * Begins to answer.
   *
   * @param port where; empty for the usual one, or a free one when that is taken
   * @throws UsageException when somebody else listens there
   */
  static DemoConsole open(CompiledPipeline pipeline, Optional<Integer> port) throws IOException {
    String token = ConsoleAccess.newToken();
    ConsoleAccess access = new ConsoleAccess(Optional.empty(), Optional.of(token), false);
    List<ConsolePipeline> shown =
        List.of(new ConsolePipeline(pipeline.name(), () -> pipeline, Clock.systemUTC()));
    try {
      return new DemoConsole(server(port.orElse(PORT), access, shown), token);
    } catch (BindException e) {
      if (port.isPresent()) {
        throw new UsageException(
            "--port: the console cannot listen at port " + port.get() + ": " + e.getMessage());
      }
      return new DemoConsole(server(0, access, shown), token);
    }
  }

  private static ConsoleServer server(int port, ConsoleAccess access, List<ConsolePipeline> shown)
      throws IOException {
    return new ConsoleServer(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        Optional.empty(),
        access,
        shown);
  }

  /** What to type into a browser. */
  String address() {
    return server.address(token);
  }

  @Override
  public void close() {
    server.close();
  }
}
