package io.lakebeam.cli.terminal;

import io.lakebeam.cli.text.Time;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Option;

/**
 * Turns Ctrl-C, TERM and the end of the terminal into a wish to stop. A shutdown hook would not do:
 * the hooks of others, which close file systems and clients, run at the same time.
 *
 * <p>An epoch that does not finish in time is abandoned, and so is one when the signal comes again;
 * the next run replays it.
 */
public final class StopSignals implements AutoCloseable {
  private static final int INTERRUPTED = 130;
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  private final Console console;
  private final Duration patience;
  private final Runnable stop;
  private final AtomicInteger received = new AtomicInteger();
  private final ScheduledExecutorService timer =
      Executors.newScheduledThreadPool(
          2,
          task -> {
            Thread thread = new Thread(task, "stop");
            thread.setDaemon(true);
            return thread;
          });

  /** How long the epoch under way may take, as typed. */
  public static final class Patience {
    @Option(
        names = "--stop-within",
        paramLabel = "TIME",
        converter = Time.class,
        description = {
          "How long the epoch under way may take to end after Ctrl-C or TERM before it is"
              + " abandoned, for the next run to do again. Default: 20s."
        })
    private Duration time = Duration.ofSeconds(20);

    public Duration time() {
      return time;
    }
  }

  /** A way to hear of the process's signals. */
  @FunctionalInterface
  public interface Watch {
    /**
     * Watches until closed.
     *
     * @param patience how long the epoch under way may take after the first signal
     * @param stop called once, in a thread of its own, at the first signal
     */
    StopSignals watch(Console console, Duration patience, Runnable stop);
  }

  private StopSignals(Console console, Duration patience, Runnable stop) {
    this.console = console;
    this.patience = patience;
    this.stop = stop;
  }

  /** By handlers of this JVM. */
  public static StopSignals watch(Console console, Duration patience, Runnable stop) {
    StopSignals signals = new StopSignals(console, patience, stop);
    SIGNALS.forEach(signals::handle);
    return signals;
  }

  /** Leaves signals to a process that is not ours alone: a platform's, which outlives the run. */
  public static StopSignals ignored(Console console, Duration patience, Runnable stop) {
    return new StopSignals(console, patience, stop);
  }

  private void received() {
    switch (received.incrementAndGet()) {
      case 1 -> {
        console.say("stopping when the epoch under way is done...");
        timer.execute(stop);
        timer.schedule(
            () -> abandon("the epoch under way takes too long", ExitCode.DONE),
            patience.toMillis(),
            TimeUnit.MILLISECONDS);
      }
      default -> abandon("stopped at once", INTERRUPTED);
    }
  }

  private void abandon(String why, int code) {
    console.say(why + ": nothing is lost, the next run does that epoch again");
    Runtime.getRuntime().halt(code);
  }

  /** No abandoning any more: what comes after the last epoch may take its time. */
  @Override
  public void close() {
    timer.shutdownNow();
  }

  /**
   * By reflection, because the compiler warns of each use of {@code sun.misc.Signal}, for which the
   * JDK has no other name.
   */
  private void handle(String name) {
    try {
      Class<?> signalType = Class.forName("sun.misc.Signal");
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      Object handler =
          Proxy.newProxyInstance(
              handlerType.getClassLoader(),
              new Class<?>[] {handlerType},
              (proxy, method, arguments) -> answer(proxy, method, arguments));
      signalType
          .getMethod("handle", signalType, handlerType)
          .invoke(null, signalType.getConstructor(String.class).newInstance(name), handler);
    } catch (ReflectiveOperationException e) {
      // A platform without that signal, such as HUP on Windows, or one that keeps it to itself.
      System.getLogger(StopSignals.class.getName())
          .log(System.Logger.Level.DEBUG, "signal " + name + " is not watched", e);
    }
  }

  private Object answer(Object proxy, Method method, Object[] arguments) {
    return switch (method.getName()) {
      case "handle" -> {
        received();
        yield null;
      }
      case "hashCode" -> System.identityHashCode(proxy);
      case "equals" -> proxy == arguments[0];
      default -> "StopSignals";
    };
  }
}
