package io.lakebeam.spec.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerHostsTest {
  private static final String CONTOSO = "contoso.servicebus.windows.net";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:9093",
        "LOCALHOST:9093, 127.0.0.1:1",
        "127.8.9.10:9093",
        "[::1]:9093",
        "SASL_SSL://localhost:9093"
      })
  void thisMachineIsKnown(String servers) {
    assertTrue(BrokerHosts.of(servers).areOfThisMachine());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",",
        "localhost.evil.example:9093",
        "127.0.0.1.evil.example:9093",
        "localhost:1,evil.example:9093",
        "localhost://evil.example:9093",
        "localhost:1 evil.example:9093",
        "evil.example:9093/localhost:1",
        "0.0.0.0:1",
        "10.0.0.1:9093",
        "[::2]:9093",
        "127.1:9093"
      })
  void othersAreNotTakenForIt(String servers) {
    assertFalse(BrokerHosts.of(servers).areOfThisMachine());
  }

  @ParameterizedTest
  @CsvSource({
    "contoso.servicebus.windows.net:9093, true",
    "CONTOSO.servicebus.windows.net:443, true",
    "contoso.privatelink.servicebus.windows.net:9093, true",
    "fabrikam.servicebus.windows.net:9093, false",
    "contoso.servicebus.chinacloudapi.cn:9093, false",
    "contoso.servicebus.windows.net.evil.example:9093, false",
    "contoso.evil.example:9093, false",
    "contoso.privatelink.evil.example:9093, false",
    "contoso.servicebus.windows.net://evil.example:9093, false",
    "'contoso.servicebus.windows.net:9093,evil.example:9093', false",
    "'', false"
  })
  void aNamespaceHasOneHostAndOnePrivateLink(String servers, boolean isIts) {
    assertEquals(isIts, BrokerHosts.of(servers).areOf(CONTOSO));
  }

  @ParameterizedTest
  @CsvSource({
    "contoso.servicebus.windows.net:9093, https://contoso.servicebus.windows.net/.default, true",
    "contoso.servicebus.windows.net:9093, https://eventhubs.azure.net/.default, true",
    "contoso.servicebus.windows.net:9093, https://fabrikam.servicebus.windows.net/.default, false",
    "contoso.servicebus.windows.net:9093, https://management.azure.com/.default, false",
    "evil.example:9093, https://contoso.servicebus.windows.net/.default, false",
    "evil.example:9093, https://eventhubs.azure.net/.default, false",
    "evil.example:9093, https://management.azure.com/.default, false",
    "evil.example:9093, https://evil.example/.default, true",
    "'management.azure.com:443,evil.example:9093', https://management.azure.com/.default, false",
    "localhost:9093, https://contoso.servicebus.windows.net/.default, true",
    "localhost:9093, https://management.azure.com/.default, false",
    "localhost:9093, https://x@contoso.servicebus.windows.net/.default, false",
    "localhost:9093, https://management.azure.com/x.servicebus.windows.net/.default, false",
    "localhost:9093, api://something/.default, false",
  })
  void aTokenGoesWhereItIsFor(String servers, String scope, boolean may) {
    assertEquals(may, BrokerHosts.of(servers).mayTakeToken(scope, false));
  }

  @ParameterizedTest
  @CsvSource({
    "broker.example:9093, https://contoso.servicebus.windows.net/.default, true",
    "broker.example:9093, https://management.azure.com/.default, false"
  })
  void anotherWayTakesTokensOfEventHubsOnly(String servers, String scope, boolean may) {
    assertEquals(may, BrokerHosts.of(servers).mayTakeToken(scope, true));
  }
}
