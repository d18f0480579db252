package io.lakebeam.source;

import io.lakebeam.spec.SecretText;
import io.lakebeam.spec.SourceSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * What a consumer of one topic's broker is made of. Holds resolved secrets, so it is never printed
 * and never leaves the process. Equal settings share consumers.
 */
final class KafkaSettings {
  private final String source;
  private final Map<String, String> secrets = new LinkedHashMap<>();
  private final Map<String, Object> consumer = new TreeMap<>();
  private final Optional<EntraTokenRequest> tokens;
  private String brokers;
  private String topic;

  /**
   * @param resolve the value of a setting as the worker knows it
   * @throws SourceException when the connection string is none, or says other than the pipeline
   */
  KafkaSettings(String source, SourceSpec.Kafka kafka, Function<SecretText, String> resolve) {
    this.source = source;
    this.brokers = kafka.bootstrapServers();
    this.topic = kafka.topic();
    forThroughput();
    kafka
        .connectionString()
        .ifPresent(
            reference -> {
              String connectionString = resolve.apply(reference);
              secrets.put(connectionString, reference.reference());
              addressOf(connectionString, reference);
              forEventHubs(connectionString);
            });
    tokens = kafka.entra().map(signIn -> EntraTokenRequest.of(signIn, resolve));
    tokens.ifPresent(this::forEntra);
    kafka.properties().forEach((name, value) -> consumer.put(name, resolved(name, value, resolve)));
    forExactRanges();
  }

  private String resolved(String name, SecretText reference, Function<SecretText, String> resolve) {
    String value = resolve.apply(reference);
    if (!value.equals(reference.reference())) {
      secrets.put(value, reference.reference());
    } else if (name.contains("password") || name.contains("jaas") || name.contains("secret")) {
      // Written out in the pipeline file against all advice.
      secrets.put(value, "***");
    }
    return value;
  }

  private void forThroughput() {
    // How old a discovery's list of partitions may be.
    consumer.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, 30_000);
    consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    consumer.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 4 << 20);
    consumer.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    consumer.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, 1 << 20);
    // How long a triggered update waits in a range: other calls bring their own time along.
    consumer.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 300_000);
    // A broker that is away for minutes is asked every few seconds, not twenty times a second.
    consumer.put(ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 5_000);
  }

  /** What the connection string tells of namespace and event hub, held against the pipeline. */
  private void addressOf(String text, SecretText reference) {
    EventHubsConnectionString told;
    try {
      told = EventHubsConnectionString.parse(text);
    } catch (EventHubsConnectionString.MalformedException e) {
      throw SourceException.permanent(
          source,
          "the connection string " + reference + " cannot be used",
          e.getMessage(),
          e.fix());
    }
    secrets.put(told.key(), "***");
    checkNamespace(told, reference);
    String entity = told.entityPath().orElse(topic);
    if (entity.isEmpty()) {
      throw SourceException.permanent(
          source,
          "nothing says which event hub to read",
          "the connection string " + reference + " is for a whole namespace: no EntityPath",
          "Add event_hub, or refer to the connection string of one event hub");
    }
    if (!topic.isEmpty() && !topic.equalsIgnoreCase(entity)) {
      throw SourceException.permanent(
          source,
          "the connection string " + reference + " is not for the event hub " + topic,
          "its EntityPath is " + entity + ", and its key opens no other",
          "Write event_hub: "
              + entity
              + ", or refer to the connection string of "
              + topic
              + " or of the whole namespace");
    }
    topic = topic.isEmpty() ? entity : topic;
    brokers = brokers.isEmpty() ? told.bootstrapServers() : brokers;
  }

  /** Only where the pipeline names a namespace in Azure; any other address may lead there too. */
  private void checkNamespace(EventHubsConnectionString told, SecretText reference) {
    String written = brokers.replaceAll(":.*", "");
    if (written.contains(".servicebus.") && !told.isSameNamespace(written)) {
      throw SourceException.permanent(
          source,
          "the connection string " + reference + " is not for the namespace " + written,
          "its Endpoint is " + told.host() + ", and its key opens no other",
          "Correct the namespace, or refer to that namespace's connection string");
    }
  }

  private void forEventHubs(String connectionString) {
    consumer.put("security.protocol", "SASL_SSL");
    consumer.put(SaslConfigs.SASL_MECHANISM, "PLAIN");
    consumer.put(
        SaslConfigs.SASL_JAAS_CONFIG,
        "org.apache.kafka.common.security.plain.PlainLoginModule required"
            + " username=\"$ConnectionString\" password="
            + quoted(connectionString)
            + ";");
  }

  private void forEntra(EntraTokenRequest request) {
    request.secret().ifPresent(secret -> secrets.put(secret, "***"));
    consumer.put("security.protocol", "SASL_SSL");
    consumer.put(SaslConfigs.SASL_MECHANISM, "OAUTHBEARER");
    consumer.put(
        SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS, EntraLoginCallbackHandler.class.getName());
    StringBuilder jaas =
        new StringBuilder(
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required");
    request
        .options()
        .forEach((name, value) -> jaas.append(' ').append(name).append('=').append(quoted(value)));
    consumer.put(SaslConfigs.SASL_JAAS_CONFIG, jaas.append(';').toString());
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  /** What reading exact ranges rests on; a pipeline's properties cannot change it. */
  private void forExactRanges() {
    consumer.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
    consumer.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    consumer.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    consumer.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    consumer.remove(ConsumerConfig.GROUP_ID_CONFIG);
  }

  /** Connects nowhere yet. */
  KafkaConsumer<byte[], byte[]> newConsumer() {
    requireToken();
    try {
      return new KafkaConsumer<>(new TreeMap<>(consumer));
    } catch (KafkaException e) {
      String reason = withoutSecrets(deepest(e));
      if (reason.contains("resolvable bootstrap")) {
        throw new KafkaProblems(this).unknownHost();
      }
      // Kafka's own exception may quote settings, so it does not travel along.
      throw SourceException.permanent(
          source, "the Kafka settings are refused", reason, "Correct the properties of the source");
    }
  }

  /** For questions that a consumer cannot ask. Connects nowhere yet. */
  Admin newAdmin() {
    requireToken();
    return Admin.create(new TreeMap<>(consumer));
  }

  /**
   * Has a token before Kafka asks for it: of what its callback throws, Kafka passes on no cause.
   * Nothing is asked for as long as an earlier token is fresh.
   */
  void requireToken() {
    if (tokens.isPresent()) {
      try {
        EntraTokens.ofThisProcess().token(tokens.get());
      } catch (EntraException e) {
        throw e.forSource(source);
      }
    }
  }

  /** A text with the values of secrets replaced by the references they were written as. */
  String withoutSecrets(String text) {
    String safe = text;
    for (Map.Entry<String, String> secret : secrets.entrySet()) {
      if (!secret.getKey().isEmpty()) {
        safe = safe.replace(secret.getKey(), secret.getValue());
      }
    }
    return safe;
  }

  private static String deepest(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage());
  }

  String source() {
    return source;
  }

  String brokers() {
    return brokers;
  }

  String topic() {
    return topic;
  }

  /** True when the connection is encrypted with a trust store of the pipeline's own. */
  boolean hasTrustStore() {
    return consumer.containsKey(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG);
  }

  boolean isEncrypted() {
    return String.valueOf(consumer.get("security.protocol")).endsWith("SSL");
  }

  /** How long a broker may be away from a range before an update that ends gives up. */
  Duration answersWithin() {
    return Duration.ofMillis(parsed().getInt(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG));
  }

  /** The settings as Kafka reads them, with its defaults. */
  ConsumerConfig parsed() {
    return new ConsumerConfig(new TreeMap<>(consumer));
  }

  /** Two settings that make the same consumers. */
  Object key() {
    return consumer;
  }

  @Override
  public String toString() {
    return source + " at " + brokers;
  }
}
