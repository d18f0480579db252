package io.lakebeam.source.kafka;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.KafkaConsent;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.secret.KnownSecrets;
import io.lakebeam.spec.source.BrokerHosts;
import io.lakebeam.spec.source.ClientSettings;
import io.lakebeam.spec.source.KafkaSafety;
import io.lakebeam.spec.source.KafkaSafety.Weakness;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Whether a source's credentials may go where its settings send them: looked at once the settings
 * are resolved, before anything is connected, on the driver and on each worker.
 */
final class KafkaCredentials {
  private static final Pattern SECRET_OPTION = Pattern.compile("(?i).*(password|secret|token).*");

  private final String source;
  private final BrokerHosts brokers;
  private final KafkaConsent consent;

  KafkaCredentials(String source, String bootstrapServers, KafkaConsent consent) {
    this.source = source;
    this.brokers = BrokerHosts.of(bootstrapServers);
    this.consent = consent;
  }

  /** A connection string goes to the namespace in it, unless the pipeline says otherwise. */
  void checkNamespace(EventHubsConnectionString told, String reference) {
    if (!brokers.areOf(told.host()) && !brokers.areOfThisMachine() && !consent.privateEndpoint()) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_UNSAFE,
          source,
          "the connection string " + reference + " is not for " + brokers,
          "its Endpoint is " + told.host() + ", and whoever is elsewhere gets to know its key",
          "Leave namespace and bootstrap_servers out, or refer to the other namespace's connection"
              + " string; where the broker is a private endpoint of this one, write event_hubs with"
              + " private_endpoint: true");
    }
  }

  /** A token goes to the host that it is for. */
  void checkToken(String scope) {
    if (!brokers.mayTakeToken(scope, consent.privateEndpoint())) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_UNSAFE,
          source,
          "a token for " + scope + " is not for " + brokers,
          "whoever gets it there can use it in the name of this machine",
          "Leave scope and bootstrap_servers out; where the broker is a private endpoint of an event"
              + " hub, write private_endpoint: true");
    }
  }

  /** What the pipeline has agreed to and what needs no consent, for people. */
  List<String> weaknesses(Map<String, Object> settings, boolean isEventHub) {
    Map<String, String> texts = new HashMap<>();
    settings.forEach((name, value) -> texts.put(name, String.valueOf(value)));
    List<Weakness> found = KafkaSafety.weaknesses(texts, brokers, isEventHub);
    List<String> grave =
        found.stream().filter(Weakness::isGrave).map(Weakness::said).collect(Collectors.toList());
    if (!grave.isEmpty() && !consent.insecure()) {
      String fix = KafkaSafety.FIX;
      throw SourceException.permanent(
          ErrorCode.SOURCE_UNSAFE,
          source,
          "the connection to " + brokers + " is not safe",
          String.join("; ", grave),
          Character.toUpperCase(fix.charAt(0)) + fix.substring(1));
    }
    return found.stream().map(Weakness::said).toList();
  }

  /** Holds the login module and its options against the rules, and knows the secrets in them. */
  void checkLogin(Map<String, Object> settings) {
    Object jaas = settings.get(SaslConfigs.SASL_JAAS_CONFIG);
    if (jaas == null || jaas.toString().isBlank()) {
      return;
    }
    AppConfigurationEntry login;
    try {
      login =
          JaasContext.loadClientContext(
                  Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas.toString())))
              .configurationEntries()
              .get(0);
    } catch (RuntimeException e) {
      // Its words may hold a part of a password.
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source,
          "sasl.jaas.config cannot be used",
          "it is not one login module, its control flag and options, closed by a semicolon, or the"
              + " module is one that Kafka refuses",
          "Write for example org.apache.kafka.common.security.plain.PlainLoginModule required"
              + " username=\"me\" password=\"${PASSWORD}\";");
    }
    if (consent.trust() != Trust.AS_CODE
        && !ClientSettings.isPlainLogin(login.getLoginModuleName())) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_UNSAFE,
          source,
          "sasl.jaas.config names the login module " + login.getLoginModuleName(),
          "a login module is a class, and may do what a program may do",
          "Name Kafka's own for PLAIN, SCRAM or OAUTHBEARER, or add --trust to the command if you"
              + " would run a program from whoever wrote the pipeline");
    }
    login.getOptions().forEach((name, value) -> check(name, String.valueOf(value)));
  }

  private void check(String option, String value) {
    if (SECRET_OPTION.matcher(option).matches()) {
      KnownSecrets.remember(value, "***");
      connectionString(value).ifPresent(told -> checkNamespace(told, "in sasl.jaas.config"));
    }
  }

  private static Optional<EventHubsConnectionString> connectionString(String password) {
    try {
      EventHubsConnectionString told = EventHubsConnectionString.parse(password);
      KnownSecrets.remember(told.key(), "***");
      return Optional.of(told);
    } catch (EventHubsConnectionString.MalformedException e) {
      return Optional.empty();
    }
  }
}
