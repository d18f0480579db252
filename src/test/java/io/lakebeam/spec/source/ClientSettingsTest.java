package io.lakebeam.spec.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.InlineProject;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pipeline's own word is enough for, and what needs that of whoever types the command. */
class ClientSettingsTest {
  private static final String MODULE =
      "sasl.jaas.config: \"com.sun.security.auth.module.JndiLoginModule required;\"";

  @TempDir Path dir;

  private InlineProject kafka(String properties) {
    return connection("kafka: {bootstrap_servers: 'b.example:9093', topic: t%s}", properties);
  }

  private InlineProject hub(String more) {
    return connection("event_hubs: {namespace: n, event_hub: e, %s}", more);
  }

  private InlineProject connection(String connection, String more) {
    return new InlineProject(dir)
        .pipeline(
            "pipeline: p\nsources:\n  s:\n    "
                + connection.formatted(more)
                + "\n    format: json\n    schema: id INT\n"
                + "datasets: {b: {streaming_table: {from: s}}}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "config.providers: f",
        "config.providers.f.class: org.apache.kafka.common.config.provider.FileConfigProvider",
        "interceptor.classes: com.acme.Spy",
        "metric.reporters: com.acme.Spy",
        "partition.assignment.strategy: com.acme.Spy",
        "sasl.client.callback.handler.class: com.acme.Spy",
        "sasl.login.callback.handler.class: com.acme.Spy",
        "sasl.login.class: com.acme.Spy",
        "sasl.kerberos.kinit.cmd: /bin/sh",
        "sasl.oauthbearer.token.endpoint.url: file:///etc/passwd",
        "sasl.oauthbearer.jwks.endpoint.url: http://169.254.169.254/",
        "security.providers: com.acme.Spy",
        "ssl.engine.factory.class: com.acme.Spy",
        "ssl.keystore.location: /etc/client.p12",
        "ssl.provider: Spy",
        "ssl.trustmanager.algorithm: Spy",
        "ssl.truststore.location: /etc/trust.jks",
        "no.such.setting: x",
        MODULE
      })
  void whatNamesAProgramOrAFileNeedsTrust(String property) {
    List<String> told = kafka(", properties: {" + property + "}").told();
    assertEquals(1, told.size(), told::toString);
    String key = property.substring(0, property.indexOf(':'));
    assertTrue(told.get(0).contains(" " + key + " "), told::toString);
    assertTrue(told.get(0).contains("add --trust to the command"), told::toString);
    assertEquals(
        1, kafka(", properties: {" + property + "}").trusted().read().sources().size(), key);
  }

  @Test
  void aSlipOfThePenGetsItsNeighbour() {
    assertTrue(
        kafka(", properties: {sasl.mechanisms: PLAIN}")
            .told()
            .get(0)
            .contains("Lakebeam does not know it; sasl.mechanism is near"));
    assertTrue(
        kafka(", properties: {ssl.truststore.location: x}")
            .told()
            .get(0)
            .contains("certificates may stand in ssl.truststore.certificates, as PEM"));
  }

  /** A new version of Kafka, which may have new ways to name a class, changes what is here. */
  @Test
  void whatIsKnownIsASettingOfKafkaAndNoClassNorFile() {
    ConfigDef kafka = ConsumerConfig.configDef();
    for (String name : ClientSettings.all()) {
      ConfigDef.ConfigKey key = kafka.configKeys().get(name);
      assertTrue(key != null, name);
      assertTrue(key.type != ConfigDef.Type.CLASS, name);
      assertTrue(!name.matches(".*(class|classes|location|url|cmd|provider|providers)"), name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "security.protocol: SASL_PLAINTEXT",
        "security.protocol: sasl_plaintext",
        "{security.protocol: SSL, ssl.endpoint.identification.algorithm: ''}",
        "{security.protocol: SASL_SSL, ssl.endpoint.identification.algorithm: ' '}",
        "{security.protocol: SASL_SSL, client.dns.lookup: resolve_canonical_bootstrap_servers_only}"
      })
  void weakConnectionsAreRefusedUnlessThePipelineSaysSo(String property) {
    String properties =
        ", properties: " + (property.startsWith("{") ? property : "{" + property + "}");
    List<String> told = kafka(properties).told();
    assertEquals(1, told.size(), told::toString);
    assertTrue(
        told.get(0).contains("the connection to b.example:9093 is not safe"), told::toString);
    assertTrue(told.get(0).contains("write insecure: true"), told::toString);
    assertEquals(1, kafka(", insecure: true" + properties).read().sources().size());
    String here = properties.replace("b.example", "localhost");
    assertEquals(
        1,
        connection("kafka: {bootstrap_servers: 'localhost:9093', topic: t%s}", here)
            .read()
            .sources()
            .size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "security.protocol: SASL_PLAINTEXT",
        "security.protocol: PLAINTEXT",
        "security.protocol: SSL",
        "ssl.endpoint.identification.algorithm: ''"
      })
  void anEventHubIsEncryptedAlways(String property) {
    String hub = "connection_string: '${C}', properties: {" + property + "}";
    assertTrue(
        hub(hub).told().get(0).contains("n.servicebus.windows.net:9093 is not safe"),
        () -> hub(hub).told().toString());
    assertEquals(1, hub("insecure: true, " + hub).read().sources().size());
    assertEquals(1, hub("bootstrap_servers: 'localhost:9093', " + hub).read().sources().size());
  }

  @Test
  void aTokenIsAskedForItsOwnBrokerOnly() {
    String identity = "auth: {managed_identity: {}, scope: '%s'}";
    List<String> told = hub(identity.formatted("https://management.azure.com/.default")).told();
    assertEquals(1, told.size());
    assertTrue(
        told.get(0)
            .contains(
                "a token for https://management.azure.com/.default is not for"
                    + " n.servicebus.windows.net"),
        told::toString);
    told = hub("bootstrap_servers: 'evil.example:9093', auth: {managed_identity: {}}").told();
    assertTrue(told.get(0).contains("is not for evil.example"), told::toString);
    assertEquals(
        1,
        hub("private_endpoint: true, bootstrap_servers: 'mine.example:9093', auth:"
                + " {managed_identity: {}}")
            .read()
            .sources()
            .size());
  }

  @Test
  void secretsGoToEntraIdOnly() {
    String application =
        "auth: {client_credentials: {tenant: t, client_id: c, client_secret: '${S}', authority:"
            + " '%s'}}";
    for (String known :
        List.of("https://login.chinacloudapi.cn", "https://LOGIN.microsoftonline.us/")) {
      assertEquals(1, hub(application.formatted(known)).read().sources().size());
    }
    for (String other :
        List.of("https://evil.example", "https://login.microsoftonline.com.evil.example/x")) {
      List<String> told = hub(application.formatted(other)).told();
      assertTrue(told.get(0).contains("authority is none of Microsoft's"), told::toString);
      assertEquals(1, hub(application.formatted(other)).trusted().read().sources().size());
    }
    String identity = "auth: {managed_identity: {endpoint: '%s'}}";
    assertTrue(
        hub(identity.formatted("https://evil.example/token"))
            .told()
            .get(0)
            .contains("endpoint is none of Microsoft's"));
    assertEquals(1, hub(identity.formatted("http://localhost:40342/x")).read().sources().size());
  }
}
