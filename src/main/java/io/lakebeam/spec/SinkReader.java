package io.lakebeam.spec;

import io.lakebeam.spec.secret.References;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.source.SourceReader;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.List;
import java.util.Optional;

/** Reads an entry of {@code sinks:}. */
final class SinkReader {
  private static final String SINKS = "sinks";
  private static final String WEBHOOK = "webhook";
  private static final String URL = "url";
  private static final String SECRET = "secret";
  private static final int ROWS_OF_A_REQUEST = 100;

  private final Reading reading;
  private final Problems problems;

  SinkReader(Reading reading) {
    this.reading = reading;
    this.problems = reading.problems();
  }

  /** True for the paths of values that may hold secrets and are never substituted. */
  static boolean isSecret(List<String> path) {
    return path.size() == 4
        && (path.get(0).equals(SINKS) || path.get(0).equals("notify"))
        && path.get(2).equals(WEBHOOK)
        && (path.get(3).equals(URL) || path.get(3).equals(SECRET));
  }

  /** The sink; empty only when a problem says why. */
  Optional<SinkSpec> read(String name, YamlNode.Entry entry) {
    YamlNode sink = entry.value();
    Optional<YamlNode.Scalar> dataset = Reading.scalar(sink, "dataset");
    Optional<SinkSpec.Connection> connection = connection(sink);
    List<String> key =
        Reading.items(sink.get("key")).stream()
            .flatMap(item -> Reading.scalar(item).stream())
            .map(YamlNode.Scalar::text)
            .toList();
    boolean hasMessages = connection.filter(SinkSpec.Topic.class::isInstance).isPresent();
    if (!key.isEmpty() && connection.isPresent() && !hasMessages) {
      problems.add(
          sink.get("key").orElseThrow().at(),
          "key is for event_hubs and kafka",
          "only messages have keys",
          "leave it out");
    }
    if (sink instanceof YamlNode.Mapping && sink.get("dataset").isEmpty()) {
      problems.add(
          entry.keyAt(),
          "the key dataset is missing in sinks." + name,
          "it is whose rows are delivered",
          "add dataset");
    }
    if (dataset.isEmpty() || connection.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new SinkSpec(
            name, dataset.get().text(), connection.get(), key, entry.keyAt(), dataset.get().at()));
  }

  private Optional<SinkSpec.Connection> connection(YamlNode sink) {
    Optional<SinkSpec.Connection> topic =
        new SourceReader(reading).topic(sink).map(SinkSpec.Topic::new);
    return topic
        .or(() -> sink.get(WEBHOOK).flatMap(this::webhook))
        .or(
            () ->
                Reading.scalar(sink, "files")
                    .flatMap(reading.files()::absolute)
                    .map(SinkSpec.Folder::new));
  }

  private Optional<SinkSpec.Connection> webhook(YamlNode webhook) {
    Optional<SecretText> secret = secret(webhook);
    return url(webhook).map(url -> new SinkSpec.Webhook(url, secret, rows(webhook)));
  }

  /** The URL of a webhook; empty only when a problem says why. */
  Optional<SecretText> url(YamlNode webhook) {
    Optional<YamlNode.Scalar> url = Reading.scalar(webhook, URL);
    url.map(YamlNode.Scalar::text)
        .filter(text -> References.in(text).isEmpty() && !SinkSpec.isSafe(text))
        .ifPresent(
            text ->
                problems.add(
                    url.get().at(),
                    "url is no https URL",
                    "what is sent, and its signature, travel over it; http is for this machine"
                        + " only",
                    "write for example url: https://hooks.example.com/flights"));
    return url.map(text -> reading.secret(URL, text));
  }

  /** What requests to a webhook are signed with. */
  Optional<SecretText> secret(YamlNode webhook) {
    return Reading.scalar(webhook, SECRET).map(value -> reading.secret(SECRET, value));
  }

  private static int rows(YamlNode webhook) {
    // What is no such number is told by the shape check.
    return Reading.text(webhook, "rows")
        .filter(text -> text.matches("[1-9][0-9]{0,4}"))
        .map(Integer::parseInt)
        .orElse(ROWS_OF_A_REQUEST);
  }
}
