package io.lakebeam.source.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.source.SourceException;
import io.lakebeam.spec.EntraSignIn;
import io.lakebeam.spec.KafkaConsent;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.secret.SecretText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is looked at when settings are resolved, whatever the pipeline file could tell before. */
class KafkaCredentialsTest {
  private static final String HUB =
      "Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=k;"
          + "SharedAccessKey=TOPSECRETKEY=;EntityPath=flights";
  private static final String PLAIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" password=";
  private static final KafkaConsent INSECURE = new KafkaConsent(true, false, Trust.AS_DATA);
  private static final KafkaConsent PRIVATE = new KafkaConsent(false, true, Trust.AS_DATA);
  private static final KafkaConsent TRUSTED = new KafkaConsent(false, false, Trust.AS_CODE);

  @TempDir Path dir;
  private final Map<String, String> environment = new HashMap<>(Map.of("HUB", HUB));

  private KafkaSettings hub(String servers, KafkaConsent consent, String... properties) {
    return settings(servers, Optional.of(new SecretText("${HUB}")), null, consent, properties);
  }

  private KafkaSettings kafka(String servers, KafkaConsent consent, String... properties) {
    return settings(servers, Optional.empty(), null, consent, properties);
  }

  private KafkaSettings settings(
      String servers,
      Optional<SecretText> connectionString,
      EntraSignIn entra,
      KafkaConsent consent,
      String... properties) {
    Map<String, SecretText> all = new HashMap<>();
    for (int i = 0; i < properties.length; i += 2) {
      all.put(properties[i], new SecretText(properties[i + 1]));
    }
    Function<SecretText, String> resolve =
        text ->
            environment.getOrDefault(text.reference().replaceAll("[${}]", ""), text.reference());
    return new KafkaSettings(
        "flights",
        new SourceSpec.Kafka(
            servers,
            "flights",
            connectionString,
            all,
            SourceSpec.StartingOffsets.EARLIEST,
            Optional.ofNullable(entra),
            consent),
        resolve);
  }

  private static void isRefused(String problem, Runnable settings) {
    SourceException refused = assertThrows(SourceException.class, settings::run);
    assertEquals(problem, refused.problem());
    assertFalse(refused.isRetryable());
    assertFalse(refused.toString().contains("TOPSECRET"), refused.toString());
  }

  @Test
  void aConnectionStringGoesToItsOwnNamespace() {
    String elsewhere = "the connection string ${HUB} is not for evil.example";
    isRefused(elsewhere, () -> hub("evil.example:9093", KafkaConsent.NONE));
    isRefused(elsewhere, () -> hub("evil.example:9093", INSECURE));
    isRefused(
        "the connection string ${HUB} is not for localhost, evil.example",
        () -> hub("localhost:1,evil.example:9093", KafkaConsent.NONE));
    isRefused(
        "the connection string ${HUB} is not for contoso.servicebus.chinacloudapi.cn",
        () -> hub("contoso.servicebus.chinacloudapi.cn:9093", KafkaConsent.NONE));
    for (String own :
        List.of(
            "",
            "contoso.servicebus.windows.net:9093",
            "contoso.privatelink.servicebus.windows.net:9093",
            "localhost:9093")) {
      assertEquals(List.of(), hub(own, KafkaConsent.NONE).weaknesses());
    }
    assertEquals(List.of(), hub("10.0.0.5:9093", PRIVATE).weaknesses());
  }

  @Test
  void oneInAPasswordDoesSoToo() {
    String[] properties = {
      "security.protocol",
      "SASL_SSL",
      "sasl.mechanism",
      "PLAIN",
      "sasl.jaas.config",
      PLAIN + "\"${HUB}\";"
    };
    isRefused(
        "the connection string in sasl.jaas.config is not for evil.example",
        () -> kafka("evil.example:9093", KafkaConsent.NONE, properties));
    kafka("contoso.servicebus.windows.net:9093", KafkaConsent.NONE, properties);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SASL_PLAINTEXT", "PLAINTEXT", "SSL", " sasl_plaintext "})
  void anEventHubIsNeverAskedWithoutTls(String protocol) {
    String host = "contoso.servicebus.windows.net";
    environment.put("P", protocol);
    isRefused(
        "the connection to " + host + " is not safe",
        () -> hub(host + ":9093", KafkaConsent.NONE, "security.protocol", "${P}"));
    isRefused(
        "the connection to " + host + " is not safe",
        () -> hub("", KafkaConsent.NONE, "security.protocol", protocol));
    assertEquals(
        1, hub(host + ":9093", INSECURE, "security.protocol", protocol).weaknesses().size());
    assertEquals(
        List.of(),
        hub("127.0.0.1:9093", KafkaConsent.NONE, "security.protocol", protocol).weaknesses());
  }

  @Test
  void theBrokersNameIsChecked() {
    isRefused(
        "the connection to contoso.servicebus.windows.net is not safe",
        () -> hub("", KafkaConsent.NONE, "ssl.endpoint.identification.algorithm", ""));
    isRefused(
        "the connection to b.example is not safe",
        () ->
            kafka(
                "b.example:9093",
                KafkaConsent.NONE,
                "security.protocol",
                "SSL",
                "ssl.endpoint.identification.algorithm",
                ""));
    assertEquals(
        List.of("security.protocol is PLAINTEXT: everybody on the way can read and change records"),
        kafka("b.example:9092", KafkaConsent.NONE).weaknesses(),
        "without credentials it is told, and goes on");
  }

  @Test
  void aTokenGoesWhereItIsFor() {
    EntraSignIn arm =
        new EntraSignIn.ManagedIdentity(
            EntraSignIn.METADATA_SERVICE, "", "https://management.azure.com/.default");
    isRefused(
        "a token for https://management.azure.com/.default is not for localhost",
        () -> settings("localhost:9093", Optional.empty(), arm, KafkaConsent.NONE));
    isRefused(
        "a token for https://management.azure.com/.default is not for evil.example",
        () -> settings("evil.example:9093", Optional.empty(), arm, PRIVATE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc\"tailsecret",
        "abc'tailsecret",
        "a\\b\"; com.evil.Module required x=\"tailsecret",
        "${not} $$ tailsecret",
        "two\nlines\r of tailsecret"
      })
  void aPasswordIsOneValueWhateverItHolds(String password) {
    environment.put("PASSWORD", password);
    for (String written : List.of("\"${PASSWORD}\";", "'${PASSWORD}';", "${PASSWORD};")) {
      KafkaSettings settings =
          kafka("localhost:1", KafkaConsent.NONE, "sasl.jaas.config", PLAIN + written);
      Password jaas = settings.parsed().getPassword("sasl.jaas.config");
      assertEquals(
          password,
          JaasContext.loadClientContext(Map.of("sasl.jaas.config", jaas))
              .configurationEntries()
              .get(0)
              .getOptions()
              .get("password"));
      assertFalse(settings.withoutSecrets("said " + password).contains("tailsecret"), password);
    }
  }

  @Test
  void whatIsNoJaasIsToldWithoutAWordOfIt() {
    environment.put("JAAS", PLAIN + "\"abc\" tailsecret\";");
    SourceException refused =
        assertThrows(
            SourceException.class,
            () -> kafka("localhost:1", KafkaConsent.NONE, "sasl.jaas.config", "${JAAS}"));
    assertEquals("sasl.jaas.config cannot be used", refused.problem());
    assertFalse(refused.toString().contains("tailsecret"), refused.toString());
  }

  @Test
  void loginModulesAreKafkasOwn() {
    environment.put("MODULE", "com.acme.Login");
    isRefused(
        "sasl.jaas.config names the login module com.acme.Login",
        () ->
            kafka(
                "localhost:1",
                KafkaConsent.NONE,
                "sasl.jaas.config",
                "${MODULE} required a=\"b\";"));
    kafka("localhost:1", TRUSTED, "sasl.jaas.config", "${MODULE} required a=\"b\";");
    for (String worse : List.of("JndiLoginModule", "LdapLoginModule")) {
      isRefused(
          "sasl.jaas.config cannot be used",
          () ->
              kafka(
                  "localhost:1",
                  TRUSTED,
                  "sasl.jaas.config",
                  "com.sun.security.auth.module." + worse + " required a=\"b\";"));
    }
  }

  /** Even if such a setting got here: the guards of Kafka's own are up. */
  @Test
  void noSettingIsLookedUpInAFile() throws Exception {
    Path file = Files.writeString(dir.resolve("f.properties"), "key=TOPSECRETLINE\n");
    KafkaSettings settings =
        kafka(
            "localhost:1",
            KafkaConsent.NONE,
            "config.providers",
            "f",
            "config.providers.f.class",
            "org.apache.kafka.common.config.provider.FileConfigProvider",
            "max.poll.records",
            "${f:" + file + ":key}");
    SourceException refused = assertThrows(SourceException.class, settings::newConsumer);
    assertFalse(refused.toString().contains("TOPSECRETLINE"), refused.toString());
    assertTrue(
        refused.toString().contains("org.apache.kafka.automatic.config.providers"),
        refused.toString());
  }

  @Test
  void noTokenIsReadFromAFile() throws Exception {
    Path file = Files.writeString(dir.resolve("token"), "TOPSECRETLINE");
    String[] properties = {
      "security.protocol",
      "SASL_SSL",
      "sasl.mechanism",
      "OAUTHBEARER",
      "sasl.jaas.config",
      "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
      "sasl.login.callback.handler.class",
      "org.apache.kafka.common.security.oauthbearer.secured.OAuthBearerLoginCallbackHandler",
      "sasl.oauthbearer.token.endpoint.url",
      file.toUri().toString()
    };
    KafkaSettings settings = kafka("localhost:1", KafkaConsent.NONE, properties);
    SourceException refused = assertThrows(SourceException.class, settings::newConsumer);
    assertTrue(refused.toString().contains("is not allowed"), refused.toString());
    assertFalse(refused.toString().contains("TOPSECRETLINE"), refused.toString());
  }

  @Test
  void whatIsInsecureIsToldOnce() {
    KafkaSettings settings =
        kafka("b.example:9093", INSECURE, "security.protocol", "SASL_PLAINTEXT");
    SafetyWarnings warnings = new SafetyWarnings();
    assertEquals(
        List.of(
            "the source flights is insecure, as the pipeline says: security.protocol is"
                + " SASL_PLAINTEXT: credentials travel without encryption"),
        warnings.news(settings, INSECURE));
    assertEquals(List.of(), warnings.news(settings, INSECURE));
    assertEquals(List.of(), new SafetyWarnings().news(settings, KafkaConsent.NONE));
  }
}
