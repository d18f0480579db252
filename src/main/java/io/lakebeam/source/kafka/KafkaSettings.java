package io.lakebeam.source.kafka;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.KafkaConsent;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.secret.JaasText;
import io.lakebeam.spec.secret.KnownSecrets;
import io.lakebeam.spec.secret.SecretText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a consumer of one topic's broker is made of. Holds resolved secrets, so it is never printed
 * and never leaves the process. Equal settings share consumers.
 */
public final class KafkaSettings {
  private static final String PEM = "PEM";

  private final String source;
  private final Map<String, Object> consumer = new TreeMap<>();
  private final List<String> weaknesses;
  private final Optional<EntraTokenRequest> tokens;
  private String brokers;
  private String topic;

  /**
   * @param resolve the value of a setting as the worker knows it
   * @throws SourceException when the connection string is none, or says other than the pipeline, or
   *     when credentials would go where they do not belong
   */
  public KafkaSettings(
      String source, SourceSpec.Kafka kafka, Function<SecretText, String> resolve) {
    KafkaGuards.raise();
    this.source = source;
    this.brokers = kafka.bootstrapServers();
    this.topic = kafka.topic();
    forThroughput();
    kafka
        .connectionString()
        .ifPresent(
            reference -> {
              String connectionString = resolve.apply(reference);
              KnownSecrets.remember(connectionString, reference.reference());
              addressOf(connectionString, reference, kafka.consent());
              forEventHubs(connectionString);
            });
    tokens = kafka.entra().map(signIn -> EntraTokenRequest.of(signIn, resolve));
    KafkaCredentials credentials = new KafkaCredentials(source, brokers, kafka.consent());
    tokens.map(EntraTokenRequest::scope).ifPresent(credentials::checkToken);
    tokens.ifPresent(this::forEntra);
    kafka.properties().forEach((name, value) -> consumer.put(name, resolved(name, value, resolve)));
    forPem();
    forExactRanges();
    credentials.checkLogin(consumer);
    this.weaknesses = credentials.weaknesses(consumer, kafka.isEventHub());
    if (kafka.consent().trust() == Trust.AS_CODE) {
      consumer.forEach((name, value) -> KafkaGuards.allow(name, String.valueOf(value)));
    }
  }

  /** Certificates and keys as text say by themselves of what type they are. */
  private void forPem() {
    if (consumer.containsKey(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG)) {
      consumer.putIfAbsent(SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG, PEM);
    }
    if (consumer.containsKey(SslConfigs.SSL_KEYSTORE_KEY_CONFIG)) {
      consumer.putIfAbsent(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, PEM);
    }
  }

  private String resolved(String name, SecretText reference, Function<SecretText, String> resolve) {
    String value =
        name.equals(SaslConfigs.SASL_JAAS_CONFIG)
            ? JaasText.resolve(reference, resolve)
            : resolve.apply(reference);
    if (!value.equals(reference.reference())) {
      KnownSecrets.remember(value, reference.reference());
    } else if (name.contains("password") || name.contains("jaas") || name.contains("secret")) {
      // Written out in the pipeline file against all advice.
      KnownSecrets.remember(value, "***");
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
  private void addressOf(String text, SecretText reference, KafkaConsent consent) {
    EventHubsConnectionString told;
    try {
      told = EventHubsConnectionString.parse(text);
    } catch (EventHubsConnectionString.MalformedException e) {
      throw SourceException.permanent(
          e.told().code(),
          source,
          "the connection string " + reference + " cannot be used",
          e.told().cause(),
          e.told().fix());
    }
    KnownSecrets.remember(told.key(), "***");
    if (!brokers.isEmpty()) {
      new KafkaCredentials(source, brokers, consent).checkNamespace(told, reference.reference());
    }
    String entity = told.entityPath().orElse(topic);
    if (entity.isEmpty()) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source,
          "nothing says which event hub to read",
          "the connection string " + reference + " is for a whole namespace: no EntityPath",
          "Add event_hub, or refer to the connection string of one event hub");
    }
    if (!topic.isEmpty() && !topic.equalsIgnoreCase(entity)) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
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
    request.secret().ifPresent(secret -> KnownSecrets.remember(secret, "***"));
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
    return '"' + JaasText.escaped(text) + '"';
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

  /**
   * The same connection for a producer, whose records arrive in their order or not at all. Holds
   * resolved secrets.
   */
  public Map<String, Object> producer() {
    requireToken();
    Map<String, Object> producer = new TreeMap<>(consumer);
    producer.keySet().retainAll(ProducerConfig.configNames());
    producer.remove(ProducerConfig.RECEIVE_BUFFER_CONFIG);
    producer.put(ProducerConfig.ACKS_CONFIG, "all");
    producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
    return producer;
  }

  /** Connects nowhere yet. */
  KafkaConsumer<byte[], byte[]> newConsumer() {
    requireToken();
    try {
      return new KafkaConsumer<>(new TreeMap<>(consumer));
    } catch (KafkaException e) {
      // Kafka has one type for whatever is wrong with any of its settings.
      String reason = withoutSecrets(deepest(e));
      if (reason.contains("JAAS")) {
        reason = "sasl.jaas.config does not fit the mechanism";
      }
      if (reason.contains("resolvable bootstrap")) {
        throw new KafkaProblems(this).unknownHost();
      }
      // Kafka's own exception may quote settings, so it does not travel along.
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source,
          "the Kafka settings are refused",
          reason,
          "Correct the properties of the source");
    }
  }

  /** For questions that a consumer cannot ask. Connects nowhere yet. */
  Admin newAdmin() {
    requireToken();
    Map<String, Object> admin = new TreeMap<>(consumer);
    // Each call says how long it waits; a default that is shorter than a request may take is
    // refused by admins, and taken by consumers.
    admin.remove(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG);
    return Admin.create(admin);
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
    return KnownSecrets.masked(text);
  }

  /** What keeps the connection from being safe, as clauses; nothing that was not agreed to. */
  List<String> weaknesses() {
    return weaknesses;
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

  /** {@code host:port}, several separated by commas. */
  public String brokers() {
    return brokers;
  }

  public String topic() {
    return topic;
  }

  /** True when the connection is encrypted with a trust store of the pipeline's own. */
  boolean hasTrustStore() {
    return consumer.containsKey(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG)
        || consumer.containsKey(SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG);
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
