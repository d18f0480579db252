package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {
  /** The loopback interface is reached by every user of a machine. */
  @Test
  void noListenerServesWithoutTlsAndAPassword() {
    BrokerIdentity identity =
        new BrokerIdentity(Path.of("broker.p12"), "private", Path.of("trust.p12"));
    Properties settings =
        BrokerSettings.of(1, Path.of("log"), new int[] {9001, 9002}, identity, "secret");
    Map<String, String> protocols = new HashMap<>();
    for (String each : settings.getProperty("listener.security.protocol.map").split(",")) {
      protocols.put(each.split(":")[0], each.split(":")[1]);
    }
    String[] listeners = settings.getProperty("listeners").split(",");
    assertEquals(2, listeners.length);
    for (String listener : listeners) {
      String name = listener.substring(0, listener.indexOf(':'));
      assertEquals("SASL_SSL", protocols.get(name), listener);
      assertTrue(listener.startsWith(name + "://127.0.0.1:"), listener);
      String users =
          settings.getProperty(
              "listener.name."
                  + name.toLowerCase(java.util.Locale.ROOT)
                  + ".plain.sasl.jaas.config");
      assertTrue(users.contains("user_$ConnectionString=\"secret\";"), name);
    }
  }
}
