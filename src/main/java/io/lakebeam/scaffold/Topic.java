package io.lakebeam.scaffold;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.kafka.TopicProbe;
import io.lakebeam.spec.PipelineDraft;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.secret.Secrets;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * A topic of a Kafka broker, or an event hub, whose newest records are looked at. Joins no group,
 * and commits nothing.
 *
 * @param isEventHub true for an event hub; its connection string is that of {@link #CONNECTION}
 * @param bootstrapServers {@code host:port}, several separated by commas; empty for those of the
 *     connection string
 * @param properties of the consumer, as a pipeline file may have them: secrets are references
 */
public record Topic(
    boolean isEventHub, String name, String bootstrapServers, Map<String, String> properties) {
  /** The environment variable that a project signs in to an event hub with. */
  public static final String CONNECTION = "EVENTHUBS_CONNECTION_STRING";

  private static final int RECORDS = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  public Topic {
    properties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(properties));
  }

  /** What a pipeline file says of it, a line each. */
  List<String> connection() {
    List<String> lines = new ArrayList<>();
    lines.add(isEventHub ? "event_hubs:" : "kafka:");
    lines.add((isEventHub ? "  event_hub: " : "  topic: ") + YamlText.of(name));
    if (isEventHub) {
      lines.add("  connection_string: ${" + CONNECTION + "}");
    }
    if (!bootstrapServers.isEmpty()) {
      lines.add("  bootstrap_servers: " + YamlText.quoted(bootstrapServers));
    }
    if (!properties.isEmpty()) {
      lines.add("  properties:");
      properties.forEach(
          (key, value) -> lines.add("    " + YamlText.of(key) + ": " + YamlText.quoted(value)));
    }
    return lines;
  }

  Sample sample(UnaryOperator<String> environment) {
    try {
      return newest(source(environment));
    } catch (SourceException e) {
      throw new ScaffoldException(e.told());
    }
  }

  private Sample newest(SourceSpec source) {
    TopicProbe probe = TopicProbe.of(source, Secrets::resolve, PATIENCE);
    TopicProbe.Offsets offsets = probe.offsets();
    if (offsets.count() == 0) {
      throw new ScaffoldException(
          ErrorCode.INPUT_UNREADABLE,
          "the topic " + name + " is empty",
          "there is no record to look at",
          "Send it some, or start with lakebeam init NAME alone");
    }
    List<Slice.KafkaRange> newest = new ArrayList<>();
    long share = Math.max(1, RECORDS / offsets.end().size());
    new TreeMap<>(offsets.end())
        .forEach(
            (partition, end) -> {
              long from = Math.max(offsets.first().get(partition), end - share);
              if (from < end) {
                newest.add(
                    new Slice.KafkaRange(source.name(), probe.topic(), partition, from, end));
              }
            });
    SampleReader reader = new SampleReader(source.connection(), newest, Secrets::resolve);
    Sample sample = new SampleProposal(reader, "the topic " + name).json(false);
    boolean isWhole = newest.stream().mapToLong(Slice.KafkaRange::weight).sum() == offsets.count();
    return new Sample(
        sample.format(),
        sample.columns(),
        sample.rows(),
        sample.refused(),
        isWhole && sample.isWhole(),
        sample.notes());
  }

  /** As a pipeline that says this reads it, with all that is checked of such a pipeline. */
  private SourceSpec source(UnaryOperator<String> environment) {
    String pipeline =
        "pipeline: look\nsources:\n  data:\n    "
            + String.join("\n    ", connection())
            + "\n    format: json\n    schema: nothing STRING\n"
            + "datasets: {looked: {streaming_table: {from: data}}}\n";
    Path folder = null;
    try {
      folder = Files.createTempDirectory("lakebeam-init-");
      Path file = folder.resolve(PipelineLocation.FILE_NAME);
      Files.writeString(file, pipeline);
      PipelineDraft draft =
          new PipelineReader(Trust.AS_DATA)
              .draft(PipelineLocation.of(file, folder), Map.of(), environment);
      for (Problem problem : draft.problems()) {
        throw new ScaffoldException(problem.at(SourceLocation.NOWHERE));
      }
      return draft.spec().orElseThrow().sources().get(0);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write a temporary file", e);
    } finally {
      if (folder != null) {
        Project.delete(folder);
      }
    }
  }
}
