package io.lakebeam.cli.terminal;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Clock;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * What of all the libraries' logging reaches a person: warnings of Lakebeam itself, one line each.
 * With {@code --verbose} everything from INFO on, with stack traces. No secret that this JVM has
 * resolved is printed, whoever logs it.
 */
public final class Logging {
  private static final String OURS = "io.lakebeam";

  /** Held, because the JDK forgets the level of a logger that nobody holds. */
  private static final Logger ROOT = Logger.getLogger("");

  private static final Logger LAKEBEAM = Logger.getLogger(OURS);

  /**
   * Loggers that say at every row or plan what only their authors need, held at a level of their
   * own. A row on which a query fails is in the quarantine, with its error.
   */
  private static final List<Logger> CHATTER =
      List.of(Logger.getLogger("org.apache.kafka.clients.consumer.ConsumerConfig"));

  private Logging() {}

  /** Warnings that go to a console until this is closed. */
  public interface Attached extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Sends Lakebeam's own warnings to a console too, and leaves all else of this JVM's logging
   * alone: it is somebody else's.
   */
  public static Attached attach(Console console) {
    Handler handler = new OurWarnings(console);
    LAKEBEAM.addHandler(handler);
    return () -> {
      LAKEBEAM.removeHandler(handler);
      handler.close();
    };
  }

  /** Sends the logging of this JVM, which is ours, to a console; the last call counts. */
  public static void configure(Console console, boolean verbose) {
    LogManager.getLogManager().reset();
    ROOT.setLevel(verbose ? Level.INFO : Level.OFF);
    LAKEBEAM.setLevel(verbose ? Level.INFO : Level.WARNING);
    CHATTER.forEach(logger -> logger.setLevel(Level.OFF));
    ROOT.addHandler(verbose ? new Everything(console) : new OurWarnings(console));
  }

  /** Keeps from standard error, which is ours, what libraries print there for nobody. */
  public static void quietStandardError() {
    System.setErr(new WithoutRejections(System.err));
  }

  /** Where an exception comes from, for those who asked. */
  public static String trace(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString().stripTrailing();
  }

  /** One line a warning, without the names of classes. */
  private static final class OurWarnings extends Handler {
    private final Console console;
    private final Warnings warnings;

    OurWarnings(Console console) {
      this.console = console;
      this.warnings = new Warnings(console::warning, Clock.systemUTC());
    }

    @Override
    public void publish(LogRecord record) {
      String name = String.valueOf(record.getLoggerName());
      boolean isOurs = name.equals(OURS) || name.startsWith(OURS + ".");
      if (isOurs && record.getLevel().intValue() >= Level.WARNING.intValue()) {
        warnings.warn(line(record));
      }
    }

    private static String line(LogRecord record) {
      String text = new SimpleFormatter().formatMessage(record).strip();
      String first = text.lines().findFirst().orElse("");
      Throwable thrown = record.getThrown();
      if (thrown == null || thrown.getMessage() == null) {
        return first;
      }
      return first + ": " + thrown.getMessage().lines().findFirst().orElse("");
    }

    @Override
    public void flush() {
      console.err().flush();
    }

    @Override
    public void close() {
      warnings.close();
    }
  }

  /** Everything, for those who look for a cause. */
  private static final class Everything extends Handler {
    private final Console console;

    Everything(Console console) {
      this.console = console;
    }

    @Override
    public void publish(LogRecord record) {
      StringWriter text = new StringWriter();
      text.append(
          String.format(
              Locale.ROOT,
              "%s %-7s %s: %s%n",
              LocalTime.ofInstant(record.getInstant(), ZoneId.systemDefault())
                  .truncatedTo(ChronoUnit.MILLIS),
              record.getLevel().getName(),
              record.getLoggerName(),
              new SimpleFormatter().formatMessage(record)));
      if (record.getThrown() != null) {
        text.append(trace(record.getThrown()));
      }
      console.say(text.toString().stripTrailing());
    }

    @Override
    public void flush() {
      console.err().flush();
    }

    @Override
    public void close() {}
  }
}
