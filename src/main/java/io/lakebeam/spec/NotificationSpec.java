package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.secret.SecretText;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Who is told when something happens to a pipeline.
 *
 * @param url of a webhook, which may be a secret itself; empty for a command
 * @param secret that requests are signed with; empty for none
 * @param format of what the webhook gets
 * @param command and its arguments; it gets the JSON on its standard input. Empty for a webhook
 * @param on what is told
 */
public record NotificationSpec(
    String name,
    Optional<SecretText> url,
    Optional<SecretText> secret,
    Format format,
    List<String> command,
    Set<Occasion> on,
    SourceLocation at) {
  public NotificationSpec {
    command = List.copyOf(command);
    on = on.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(on));
  }

  /** What a webhook understands. */
  public enum Format {
    /** Lakebeam's own. */
    JSON,
    /** An adaptive card, as workflows of Microsoft Teams take it. */
    TEAMS,
    /** A text, as incoming webhooks of Slack take it. */
    SLACK
  }

  /** What happens. */
  public enum Occasion {
    /** An update has stopped with an error. */
    FAILED,
    /** An update is well again, after one that has failed. */
    HEALED,
    /** A table refuses, or a rule finds, more bad rows than its budget says, and goes on. */
    BUDGET_EXCEEDED,
    /** A dataset is older than it may be, or is not any more. */
    NOT_FRESH,
    /** A source has brought nothing for longer than it may, or brings something again. */
    SOURCE_SILENT;

    /** As it is written in files and told in messages. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
