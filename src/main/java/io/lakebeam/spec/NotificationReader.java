package io.lakebeam.spec;

import io.lakebeam.spec.NotificationSpec.Format;
import io.lakebeam.spec.NotificationSpec.Occasion;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads an entry of {@code notify:}. */
final class NotificationReader {
  private final Reading reading;

  NotificationReader(Reading reading) {
    this.reading = reading;
  }

  /** The notification; empty only when a problem says why. */
  Optional<NotificationSpec> read(String name, YamlNode.Entry entry) {
    YamlNode said = entry.value();
    Optional<YamlNode> webhook = said.get("webhook");
    Optional<SecretText> url = webhook.flatMap(new SinkReader(reading)::url);
    List<String> command = command(said);
    if (url.isEmpty() && command.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new NotificationSpec(
            name,
            url,
            webhook.flatMap(new SinkReader(reading)::secret),
            webhook
                .flatMap(node -> Reading.text(node, "format"))
                .flatMap(text -> one(Format.class, text))
                .orElse(Format.JSON),
            command,
            occasions(said),
            entry.keyAt()));
  }

  private List<String> command(YamlNode said) {
    Optional<YamlNode> command = said.get("command");
    command.ifPresent(
        node ->
            reading.needsTrust(
                node.at(), "a command is a program", "it may do what a program may do"));
    return Reading.items(command).stream()
        .flatMap(item -> Reading.scalar(item).stream())
        .map(YamlNode.Scalar::text)
        .toList();
  }

  private static Set<Occasion> occasions(YamlNode said) {
    if (said.get("on").isEmpty()) {
      return EnumSet.allOf(Occasion.class);
    }
    List<Occasion> on = new ArrayList<>();
    // What is none is told by the shape check.
    Reading.items(said.get("on")).stream()
        .flatMap(item -> Reading.scalar(item).stream())
        .forEach(word -> one(Occasion.class, word.text()).ifPresent(on::add));
    return on.isEmpty() ? Set.of() : EnumSet.copyOf(on);
  }

  private static <E extends Enum<E>> Optional<E> one(Class<E> type, String text) {
    for (E each : type.getEnumConstants()) {
      if (each.name().toLowerCase(Locale.ROOT).equals(text)) {
        return Optional.of(each);
      }
    }
    return Optional.empty();
  }
}
