package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.secret.SecretText;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where new rows of a table are delivered to.
 *
 * @param dataset the table: a streaming table, its quarantine, or the changes of an upsert table
 * @param key columns that messages get their keys of; none for messages without a key
 * @param datasetAt where the table is named
 */
public record SinkSpec(
    String name,
    String dataset,
    Connection connection,
    List<String> key,
    SourceLocation at,
    SourceLocation datasetAt) {
  public SinkSpec {
    key = List.copyOf(key);
  }

  /** True for the URL of a webhook to which nobody else can listen on the way. */
  public static boolean isSafe(String url) {
    return url.matches("https://[^\\s/?#@]+(/\\S*)?")
        || url.matches("http://(localhost|127\\.0\\.0\\.1)(:[0-9]+)?(/\\S*)?");
  }

  /** What is on the other end. */
  public sealed interface Connection {
    /** An answer for a connection of any kind. */
    <R> R match(
        Function<Topic, R> ofTopic, Function<Webhook, R> ofWebhook, Function<Folder, R> ofFolder);
  }

  /** A topic of a Kafka broker, or an event hub. */
  public record Topic(SourceSpec.Kafka kafka) implements Connection {
    @Override
    public <R> R match(
        Function<Topic, R> ofTopic, Function<Webhook, R> ofWebhook, Function<Folder, R> ofFolder) {
      return ofTopic.apply(this);
    }
  }

  /**
   * A server that takes rows in POST requests.
   *
   * @param url which may be a secret itself
   * @param secret that requests are signed with; empty for none
   * @param rows at most, of one request
   */
  public record Webhook(SecretText url, Optional<SecretText> secret, int rows)
      implements Connection {
    @Override
    public <R> R match(
        Function<Topic, R> ofTopic, Function<Webhook, R> ofWebhook, Function<Folder, R> ofFolder) {
      return ofWebhook.apply(this);
    }
  }

  /**
   * A folder that gets files of JSON lines.
   *
   * @param path absolute, or a URI
   */
  public record Folder(String path) implements Connection {
    @Override
    public <R> R match(
        Function<Topic, R> ofTopic, Function<Webhook, R> ofWebhook, Function<Folder, R> ofFolder) {
      return ofFolder.apply(this);
    }
  }
}
