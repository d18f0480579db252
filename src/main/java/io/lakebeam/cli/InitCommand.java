package io.lakebeam.cli;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.graph.Limits;
import io.lakebeam.lake.UsageException;
import io.lakebeam.scaffold.Project;
import io.lakebeam.scaffold.SampledProject;
import io.lakebeam.scaffold.Topic;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Starts a pipeline project. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts a pipeline project in a new folder: a pipeline file, queries, rules and a test. Without"
          + " --from it has a few lines of data of its own and runs at once. With --from it looks at"
          + " some records of yours and proposes columns, types and rules that they keep.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam init coffee",
      "  lakebeam init shop --from landing/orders.csv",
      "  lakebeam init shop --from landing",
      "  lakebeam init shop --from event_hubs:orders",
      "  lakebeam init shop --from kafka:orders --bootstrap-servers localhost:9092"
    })
final class InitCommand implements Callable<Integer> {
  private static final String KAFKA = "kafka:";
  private static final String EVENT_HUBS = "event_hubs:";

  private final Console console;

  @Parameters(
      paramLabel = "NAME",
      description = "The pipeline's name, and that of its folder: small letters, digits and _.")
  private String name;

  @Option(
      names = "--from",
      paramLabel = "DATA",
      description =
          "A file of CSV, JSON, text or Parquet, or a folder of such files: at most 1,000 records are"
              + " looked at. Or kafka:TOPIC or event_hubs:TOPIC with messages of JSON: the newest"
              + " 500, without joining a group; an event hub by the connection string in the"
              + " environment variable "
              + Topic.CONNECTION
              + ".")
  private String from;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The brokers of a topic.")
  private String bootstrapServers;

  @Option(
      names = "--property",
      paramLabel = "NAME=VALUE",
      description = {
        "A setting of the consumer for a topic, such as security.protocol=SASL_SSL, as a pipeline file"
            + " may have it; may be repeated. A secret stands in an environment variable and is"
            + " referred to: '$${NAME}'."
      })
  private Map<String, String> properties = new LinkedHashMap<>();

  InitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireName();
    Path folder = console.resolve(name);
    Project.requireRoom(folder);
    Project project = project(folder);
    project.writeTo(folder);
    project.files().keySet().forEach(file -> console.line(name + "/" + file));
    project.notes().forEach(console::say);
    console.say("next:");
    console.say("  cd " + name);
    console.say("  lakebeam test .");
    console.say("  lakebeam run .");
    console.say("  lakebeam show lake/" + project.shown());
    return ExitCode.DONE;
  }

  private Project project(Path folder) {
    Clock clock = Clock.systemUTC();
    boolean isHub = from != null && from.startsWith(EVENT_HUBS);
    if (from != null && (isHub || from.startsWith(KAFKA))) {
      Topic topic = topic(isHub, from.substring(isHub ? EVENT_HUBS.length() : KAFKA.length()));
      return SampledProject.ofTopic(name, topic, console.environment(), clock);
    }
    if (bootstrapServers != null || !properties.isEmpty()) {
      throw new UsageException(
          "--bootstrap-servers and --property go with --from kafka:TOPIC or event_hubs:TOPIC");
    }
    return from == null
        ? Project.starter(name)
        : SampledProject.ofFiles(name, folder, console.resolve(from), from, clock);
  }

  private Topic topic(boolean isHub, String topic) {
    if (!topic.matches("[A-Za-z0-9._-]{1,249}")) {
      throw new UsageException(
          "a topic's name is made of letters, digits and . _ -, up to 249 of them; write for example"
              + " --from "
              + (isHub ? EVENT_HUBS : KAFKA)
              + "orders");
    }
    if (!isHub && bootstrapServers == null) {
      throw new UsageException("a topic needs --bootstrap-servers HOST:PORT");
    }
    return new Topic(isHub, topic, bootstrapServers == null ? "" : bootstrapServers, properties);
  }

  private void requireName() {
    if (name.matches("[a-z][a-z0-9_]*") && name.length() <= Limits.NAME_CHARACTERS) {
      return;
    }
    String better =
        name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_").replaceAll("^[_0-9]+|_+$", "");
    boolean isUseful =
        better.matches("[a-z][a-z0-9_]*") && better.length() <= Limits.NAME_CHARACTERS;
    throw new UsageException(
        "a pipeline may not be named "
            + (name.length() > 60 ? name.substring(0, 60) + "..." : name)
            + ": its name is made of small letters, digits and _, and starts with a letter"
            + (isUseful ? "; for example " + better : ""));
  }
}
