package io.lakebeam.spec.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.InlineProject;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  private static final String SECRET = "Endpoint=sb://x/;SharedAccessKey=hunter2hunter2=";

  private static final String PIPELINE =
      """
      pipeline: p
      description: ${WHO:-nobody}
      sources:
        hub:
          event_hubs: {namespace: n, event_hub: e, connection_string: "${HUB_CONNECTION}"}
          format: json
          schema: id INT
        entra:
          event_hubs:
            namespace: n
            event_hub: e
            auth: {client_credentials: {tenant: t, client_id: c, client_secret: "${CLIENT_SECRET:-}"}}
          format: json
          schema: id INT
        topic:
          kafka:
            bootstrap_servers: h:9092
            topic: t
            properties:
              security.protocol: SASL_SSL
              sasl.jaas.config: >
                org.apache.kafka.common.security.plain.PlainLoginModule required
                username="$ConnectionString" password="${TOPIC_PASSWORD}";
              group.id: ${GROUP:-g}
          format: json
          schema: id INT
      datasets: {b: {streaming_table: {flows: [{from: hub}, {from: topic}]}}}
      """;

  @TempDir Path dir;

  @AfterEach
  void forget() {
    List.of("HUB_CONNECTION", "TOPIC_PASSWORD", "A").forEach(Secrets::forget);
  }

  @Test
  void resolvesFromWhatIsProvidedThenFromTheEnvironment() {
    SecretText text = new SecretText("a=${A};b=${B:-none};c=$${C};$ConnectionString");
    Map<String, String> environment = Map.of("A", "of-env-4711", "B", "");
    assertEquals(
        "a=of-env-4711;b=;c=${C};$ConnectionString", Secrets.resolve(text, environment::get));
    Secrets.provide("A", "by-hand-4711");
    assertEquals(
        "a=by-hand-4711;b=none;c=${C};$ConnectionString", Secrets.resolve(text, name -> null));
  }

  @Test
  void whatIsNotSetIsNamedAndNothingElse() {
    Secrets.provide("A", SECRET);
    UnsetSecretException e =
        assertThrows(
            UnsetSecretException.class,
            () -> Secrets.resolve(new SecretText("${A} ${UNSET_ONE}"), name -> null));
    assertEquals(
        "the environment variable UNSET_ONE is not set on this machine; ${A} ${UNSET_ONE} cannot be"
            + " resolved",
        e.getMessage());
  }

  @Test
  void tellsWhatARunWillLack() {
    PipelineSpec spec = new InlineProject(dir).pipeline(PIPELINE).read();
    Map<String, String> environment = Map.of("HUB_CONNECTION", SECRET);
    List<Problem> problems = Secrets.unsetSecrets(spec, environment::get);
    assertEquals(1, problems.size());
    assertEquals(
        "15:3 ${TOPIC_PASSWORD} is not set | sasl.jaas.config of the source topic refers to it |"
            + " export TOPIC_PASSWORD=... before the command",
        InlineProject.told(problems.get(0)));
    Secrets.provide("TOPIC_PASSWORD", "x");
    assertEquals(List.of(), Secrets.unsetSecrets(spec, environment::get));
  }

  @Test
  void namesThatSaySecretAreKnown() {
    for (String name :
        List.of(
            "GITHUB_TOKEN",
            "SK_KEY",
            "key",
            "LANDING_SAS",
            "dbPassword",
            "MY_SECRET_2",
            "API_KEYS_TOKENS",
            "PARTITION_KEY_SAS")) {
      assertTrue(Secrets.isNamedAsOne(name), name);
    }
    for (String name :
        List.of(
            "LAKE",
            "MONKEY",
            "KEYBOARD",
            "SASKATOON",
            "TOKENIZER",
            "SECRETARY",
            "PARTITION_KEY",
            "EVENTHUBS_NAMESPACE")) {
      assertFalse(Secrets.isNamedAsOne(name), name);
    }
  }

  @Test
  void aSecretThatIsSetReachesNeitherTheSpecNorItsSerializedForm() throws Exception {
    PipelineSpec spec =
        new InlineProject(dir)
            .pipeline(PIPELINE)
            .environment("HUB_CONNECTION", SECRET)
            .environment("CLIENT_SECRET", "hunter2")
            .set("TOPIC_PASSWORD", "hunter2")
            .set("WHO", "me")
            .read();
    assertEquals("me", spec.description());
    assertFalse(spec.toString().contains("hunter2"));
    for (SourceSpec source : spec.sources()) {
      byte[] bytes = serialized(source);
      assertFalse(new String(bytes, StandardCharsets.ISO_8859_1).contains("hunter2"));
      assertEquals(source, deserialized(bytes));
    }
    SourceSpec.Kafka topic = (SourceSpec.Kafka) spec.sources().get(2).connection();
    String jaas = Secrets.resolve(topic.properties().get("sasl.jaas.config"), name -> null);
    assertTrue(jaas.contains("username=\"$ConnectionString\" password=\"hunter2\";"), jaas);
  }

  private static byte[] serialized(Object object) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(object);
    }
    return bytes.toByteArray();
  }

  private static Object deserialized(byte[] bytes) throws IOException, ClassNotFoundException {
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return in.readObject();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "event_hubs: {namespace: n, event_hub: e, connection_string: 'Endpoint=sb://x/;"
            + "SharedAccessKeyName=k;SharedAccessKey=hunter2='}",
        "event_hubs: {namespace: n, event_hub: e, connection_string: hunter2}",
        "event_hubs: {namespace: n, event_hub: e, connection_string: '${A:-hunter2}'}",
        "event_hubs: {namespace: n, event_hub: e, connection_string: 'K=${A};"
            + "SharedAccessKey=hunter2'}",
        "kafka: {bootstrap_servers: h, topic: t, properties: {ssl.key.password: hunter2}}",
        "kafka: {bootstrap_servers: h, topic: t, properties: {ssl.key.password: 'hunter2${A}'}}",
        "kafka: {bootstrap_servers: h, topic: t, properties: {ssl.key.password: 'hunter2${'}}",
        "kafka: {bootstrap_servers: h, topic: t, properties: {\"ssl.key.password\":\"hunter2\"}}",
        "kafka: {bootstrap_servers: h, topic: t, properties: {ssl.keystore.key: hunter2}}",
        "kafka: {bootstrap_servers: h, topic: t, properties: {ssl.truststore.password:"
            + " '${A:-hunter2}'}}",
        "kafka: {bootstrap_servers: h, topic: t, properties: {sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule"
            + " required username=\"${A}\" password=\"hunter2\";'}}",
        "kafka: {bootstrap_servers: h, topic: t, properties: {sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule"
            + " required clientSecret=\"hunter2\";'}}",
      })
  void aSecretThatIsWrittenOutIsRefusedAndNotRepeated(String connection) {
    InlineProject project =
        new InlineProject(dir)
            .pipeline(
                """
                pipeline: p
                sources:
                  s:
                    %s
                    format: jsonn
                    schema: id INT
                datasets: {b: {streaming_table: {from: s}}}
                """
                    .formatted(connection));
    PipelineException refused = assertThrows(PipelineException.class, project::read);
    Problem problem = refused.problems().get(0);
    assertTrue(
        problem.problem().endsWith("holds a secret that is written out"), problem.toString());
    assertTrue(problem.fix().startsWith("write ${"), problem.fix());
    assertEquals(4, problem.at().line());
    assertTrue(refused.problems().size() >= 2, "the wrong format is told as well");
    assertFalse(project.report().contains("hunter2"), project.report());
    assertFalse(refused.toString().contains("hunter2"));
  }

  @Test
  void aSecretOnLinesOfItsOwnIsNotShownEither() {
    for (String style : List.of("|", ">-", "")) {
      InlineProject project =
          new InlineProject(dir)
              .pipeline(
                  """
                  pipeline: p
                  sources:
                    s:
                      kafka:
                        bootstrap_servers: h
                        topic: t
                        properties:
                          ssl.key.password: %s
                            hunter2
                      format: json
                      schema: id INT
                  datasets: {b: {streaming_table: {from: s}}}
                  """
                      .formatted(style));
      assertEquals(1, project.problems().size());
      assertEquals(9, project.problems().get(0).at().line());
      assertFalse(project.report().contains("hunter2"), project.report());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.mechanism: OAUTHBEARER",
        "sasl.jaas.config: org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
            + " required;",
        "ssl.truststore.password: '${STORE_PASSWORD}'",
        "ssl.truststore.certificates: '-----BEGIN CERTIFICATE----- MIIB -----END CERTIFICATE-----'",
        "ssl.keystore.password: '${STORE_PASSWORD:-}'",
        "sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required password=\"${P}\";'",
      })
  void whatIsNoSecretMayBeWrittenOut(String property) {
    PipelineSpec spec =
        new InlineProject(dir)
            .pipeline(
                "pipeline: p\nsources:\n  s:\n    kafka: {bootstrap_servers: h, topic: t,"
                    + " properties: {"
                    + property
                    + "}}\n    format: json\n    schema: id INT\n"
                    + "datasets: {b: {streaming_table: {from: s}}}\n")
            .read();
    assertEquals(1, spec.sources().size());
  }

  @Test
  void aParameterIsNoPlaceForASecret() {
    List<String> told =
        new InlineProject(dir).pipeline(PIPELINE + "parameters: {GROUP: x}\n").told();
    assertEquals(1, told.size());
    assertTrue(
        told.get(0).startsWith("24:19 the parameter GROUP cannot stand where secrets may stand | "),
        told.get(0));
  }
}
