package io.lakebeam.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.TestingConsole;
import io.lakebeam.spec.secret.KnownSecrets;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library that logs a value whole, as Hadoop's does with a key that it cannot read. */
class LoggingTest {
  private static final String SECRET = "lg9Unique-key";

  @TempDir Path dir;

  @AfterEach
  void restore() throws Exception {
    LogManager.getLogManager().readConfiguration();
  }

  @Test
  void noSecretIsLoggedNorPrinted() {
    KnownSecrets.remember(SECRET, "${STORE_KEY}");
    TestingConsole console = new TestingConsole(dir);
    Logging.configure(console.console(), true);
    Logger library = Logger.getLogger("org.apache.hadoop.fs.azurebfs");
    library.log(Level.WARNING, "no key: " + SECRET, new IllegalStateException("of " + SECRET));
    Logging.configure(console.console(), false);
    Logger.getLogger("io.lakebeam.x").warning("it said " + SECRET);
    console.console().say("said " + SECRET);
    console.console().error("failed for " + SECRET);
    assertFalse(console.err().contains(SECRET), console.err());
    assertTrue(console.err().contains("no key: ${STORE_KEY}"), console.err());
    assertTrue(console.err().contains("IllegalStateException: of ${STORE_KEY}"), console.err());
    assertTrue(
        console
            .err()
            .endsWith(
                "warning: it said ${STORE_KEY}\nsaid ${STORE_KEY}\nerror: failed for"
                    + " ${STORE_KEY}\n"),
        console.err());
  }

  @Test
  void aSecretThatIsTypedIsWarnedOf() {
    TestingConsole console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    new TestingPipeline(dir)
        .yaml(
            """
            pipeline: p
            parameters: {year: "2025"}
            sources:
              hub:
                event_hubs: {namespace: n, event_hub: e, connection_string: "${TYPED_HUB}"}
                format: json
                schema: id INT
            datasets: {b: {streaming_table: {from: hub}}}
            """);
    assertEquals(0, console.type("validate", "p", "--set", "year=2026"), console::err);
    assertFalse(console.err().contains("warning"), console.err());
    assertEquals(0, console.type("validate", "p", "--set", "TYPED_HUB=lg9Typed"), console::err);
    assertTrue(
        console
            .err()
            .contains(
                "warning: --set TYPED_HUB: a secret may stand there, and everybody on this machine"
                    + " can read the arguments of a command; export TYPED_HUB instead"),
        console.err());
    assertFalse(console.err().contains("lg9Typed"), console.err());
    Secrets.forget("TYPED_HUB");
  }
}
