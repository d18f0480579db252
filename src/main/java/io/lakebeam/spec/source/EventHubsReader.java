package io.lakebeam.spec.source;

import io.lakebeam.spec.EntraSignIn;
import io.lakebeam.spec.KafkaConsent;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.SourceSpec.Kafka;
import io.lakebeam.spec.SourceSpec.StartingOffsets;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Reads {@code event_hubs:} of a source. What a connection string says is not looked at here: it is
 * a secret, and is resolved where it is used.
 */
final class EventHubsReader {
  static final String CLIENT_SECRET = "client_secret";
  private static final String NAMESPACE = "namespace";
  private static final String EVENT_HUB = "event_hub";
  private static final String AUTH = "auth";

  /**
   * What Microsoft's page "Recommended configurations for Apache Kafka clients" (Azure Event Hubs
   * documentation, apache-kafka-configurations) asks of Java consumers that have no group: metadata
   * refreshed and idle connections closed before the four minutes after which Azure drops them, and
   * a request timeout above the 20 seconds the service itself takes as its least. A pipeline's own
   * properties win.
   */
  private static final Map<String, String> RECOMMENDED =
      Map.of(
          "metadata.max.age.ms", "180000",
          "connections.max.idle.ms", "180000",
          "request.timeout.ms", "60000");

  private final KafkaReader kafka;
  private final Reading reading;
  private final Problems problems;

  EventHubsReader(Reading reading) {
    this.kafka = new KafkaReader(reading);
    this.reading = reading;
    this.problems = reading.problems();
  }

  /** The topic that the event hub is; empty only when a problem says why. */
  Optional<Kafka> read(YamlNode hubs, StartingOffsets starting) {
    Map<String, SecretText> properties = new LinkedHashMap<>();
    RECOMMENDED.forEach((key, value) -> properties.put(key, new SecretText(value)));
    properties.putAll(kafka.properties(hubs));
    Optional<SecretText> connectionString =
        Reading.scalar(hubs, KafkaReader.CONNECTION_STRING)
            .map(value -> reading.secret(KafkaReader.CONNECTION_STRING, value));
    Optional<EventHubsNamespace> namespace =
        Reading.scalar(hubs, NAMESPACE).flatMap(this::namespace);
    Optional<EntraSignIn> entra = hubs.get(AUTH).flatMap(auth -> entra(hubs, auth, namespace));
    KafkaConsent consent = kafka.consent(hubs);
    checkSignIn(hubs, properties);
    if (connectionString.isEmpty()) {
      properties.putIfAbsent(KafkaSafety.PROTOCOL, new SecretText("SASL_SSL"));
      require(hubs, NAMESPACE, KafkaReader.BOOTSTRAP_SERVERS);
      require(hubs, EVENT_HUB, EVENT_HUB);
    }
    Optional<String> servers =
        Reading.text(hubs, KafkaReader.BOOTSTRAP_SERVERS)
            .filter(KafkaReader::isSaid)
            .or(() -> namespace.map(EventHubsNamespace::bootstrapServers));
    Optional<String> hub = Reading.text(hubs, EVENT_HUB).filter(KafkaReader::isSaid);
    if (connectionString.isEmpty() && (servers.isEmpty() || hub.isEmpty())) {
      return Optional.empty();
    }
    Map<String, SecretText> effective = new LinkedHashMap<>(properties);
    effective.putIfAbsent(KafkaSafety.PROTOCOL, new SecretText("SASL_SSL"));
    kafka.checkSafety(hubs, effective, servers.orElse(""), consent, true);
    entra.ifPresent(signIn -> checkToken(hubs, signIn.scope(), servers.orElse(""), consent));
    return Optional.of(
        new Kafka(
            servers.orElse(""),
            hub.orElse(""),
            connectionString,
            properties,
            starting,
            entra,
            consent));
  }

  /** A token is good for whoever has it: it goes to nobody but those that it is for. */
  private void checkToken(YamlNode hubs, String scope, String servers, KafkaConsent consent) {
    YamlNode auth = hubs.get(AUTH).orElseThrow();
    Optional<YamlNode.Scalar> written = Reading.scalar(auth, "scope");
    boolean isOpen =
        written.filter(YamlNode.Scalar::isUnresolved).isPresent()
            || Reading.scalar(hubs, KafkaReader.BOOTSTRAP_SERVERS)
                .filter(YamlNode.Scalar::isUnresolved)
                .isPresent()
            || Reading.scalar(hubs, NAMESPACE).filter(YamlNode.Scalar::isUnresolved).isPresent();
    if (!isOpen && !BrokerHosts.of(servers).mayTakeToken(scope, consent.privateEndpoint())) {
      problems.add(
          written.map(YamlNode.Scalar::at).orElse(auth.at()),
          "a token for " + scope + " is not for " + BrokerHosts.of(servers),
          "whoever gets it there can use it in the name of this machine",
          "leave scope and bootstrap_servers out; where the broker is a private endpoint of an"
              + " event hub, add private_endpoint: true");
    }
  }

  private Optional<EventHubsNamespace> namespace(YamlNode.Scalar written) {
    Optional<EventHubsNamespace> namespace = EventHubsNamespace.of(written.text());
    if (namespace.isEmpty() && !written.isUnresolved()) {
      problems.add(
          written.at(),
          "the namespace is neither a name nor a host",
          "it is the namespace's name, its host, or host:port, without sb:// or a path",
          "write for example contoso or contoso.servicebus.windows.net");
    }
    return namespace;
  }

  private void checkSignIn(YamlNode hubs, Map<String, SecretText> properties) {
    Optional<YamlNode> auth = hubs.get(AUTH);
    boolean isInString = hubs.get(KafkaReader.CONNECTION_STRING).isPresent();
    if (auth.isPresent() && isInString) {
      problems.add(
          auth.get().at(),
          "connection_string and auth exclude each other",
          "a source signs in in one way",
          "leave one of them out");
    }
    if (auth.isEmpty() && !isInString && !properties.containsKey("sasl.mechanism")) {
      problems.add(
          hubs.at(),
          "the event hub has no way to sign in",
          "there is neither a connection_string nor auth, nor a sasl.mechanism among the"
              + " properties",
          "add connection_string: \"${EVENTHUBS_CONNECTION_STRING}\"");
    }
  }

  /** Without a connection string nothing else tells the namespace and the event hub. */
  private void require(YamlNode hubs, String key, String orElse) {
    if (hubs.get(key).isEmpty() && hubs.get(orElse).isEmpty()) {
      problems.add(
          hubs.at(),
          "the event hub's " + key + " is missing",
          "only a connection_string can tell it",
          "add " + key + ": " + (key.equals(NAMESPACE) ? "contoso-flights" : "flights"));
    }
  }

  private Optional<EntraSignIn> entra(
      YamlNode hubs, YamlNode auth, Optional<EventHubsNamespace> namespace) {
    Optional<String> scope =
        Reading.text(auth, "scope").or(() -> namespace.map(EventHubsNamespace::scope));
    if (scope.isEmpty() && hubs.get(NAMESPACE).isEmpty()) {
      problems.add(
          auth.at(),
          "nothing says which namespace a token is for",
          "Entra ID gives tokens for https://<namespace host>/.default",
          "add the namespace, or scope to auth");
    }
    if (scope.isEmpty()) {
      return Optional.empty();
    }
    return auth.get("client_credentials")
        .flatMap(credentials -> clientCredentials(credentials, scope.get()))
        .or(
            () ->
                auth.get("managed_identity")
                    .map(identity -> managedIdentity(identity, scope.get())));
  }

  private Optional<EntraSignIn> clientCredentials(YamlNode credentials, String scope) {
    Optional<SecretText> secret =
        Reading.scalar(credentials, CLIENT_SECRET)
            .map(value -> reading.secret(CLIENT_SECRET, value));
    Optional<String> tenant = Reading.text(credentials, "tenant");
    Optional<String> clientId = Reading.text(credentials, "client_id");
    String authority =
        url(credentials, "authority", EntraSignIn.PUBLIC_AUTHORITY, EntraSignIn::isAuthority);
    return secret.isEmpty() || tenant.isEmpty() || clientId.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new EntraSignIn.ClientCredentials(
                authority, tenant.get(), clientId.get(), secret.get(), scope));
  }

  private EntraSignIn managedIdentity(YamlNode identity, String scope) {
    return new EntraSignIn.ManagedIdentity(
        url(identity, "endpoint", EntraSignIn.METADATA_SERVICE, host -> false),
        Reading.text(identity, "client_id").orElse(""),
        scope);
  }

  /**
   * A secret is sent there, and a token taken from there: it is this machine itself, or a known
   * host by https. Another one needs trust.
   */
  private String url(YamlNode node, String key, String otherwise, Predicate<String> isKnown) {
    Optional<YamlNode.Scalar> written = Reading.scalar(node, key);
    String url = written.map(YamlNode.Scalar::text).orElse(otherwise).replaceAll("/+$", "");
    boolean isSafe =
        url.matches("https://[^\\s/?#@]+(/[^\\s?#]*)?")
            || url.matches(
                "http://(localhost|127\\.0\\.0\\.1|169\\.254\\.[0-9.]+)(:[0-9]+)?(/.*)?");
    if (!isSafe && written.filter(value -> !value.isUnresolved()).isPresent()) {
      problems.add(
          written.get().at(),
          key + " is no https URL",
          "tokens and secrets travel over it",
          "write for example " + key + ": " + otherwise);
    } else if (isSafe
        && url.startsWith("https:")
        && written.isPresent()
        && !isKnown.test(URI.create(url.replaceFirst("(https://[^/]*).*", "$1")).getHost())) {
      reading.needsTrust(
          written.get().at(),
          key + " is none of Microsoft's",
          "secrets are sent there, and tokens taken from there");
    }
    return url;
  }
}
