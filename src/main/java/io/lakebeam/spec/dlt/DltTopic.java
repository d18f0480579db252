package io.lakebeam.spec.dlt;

import io.lakebeam.spec.dlt.DltQuery.Call;
import io.lakebeam.spec.dlt.SourceText.Piece;
import io.lakebeam.spec.yaml.YamlNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** Makes an entry of {@code sources:} of {@code read_kafka(...)}. */
final class DltTopic {
  private final Call call;
  private final CallOptions options;

  DltTopic(Call call, CallOptions options) {
    this.call = call;
    this.options = options;
  }

  /** The source; empty when a problem says why. */
  Optional<YamlNode.Mapping> source() {
    Optional<Piece> servers =
        options.get("bootstrapServers").or(() -> options.get("kafka.bootstrap.servers"));
    Optional<Piece> topic = options.get("subscribe").or(() -> options.get("topic"));
    if (servers.isEmpty() || topic.isEmpty()) {
      return options.refused(
          call.at(),
          "read_kafka needs bootstrapServers and subscribe",
          "a source is one topic of a broker",
          "write bootstrapServers => 'host:9092', subscribe => 'topic'");
    }
    DltNodes.Builder kafka =
        new DltNodes.Builder(call.at())
            .put("bootstrap_servers", DltNodes.text(servers.get()))
            .put("topic", DltNodes.text(topic.get()));
    DltNodes.Builder properties = new DltNodes.Builder(call.at());
    options
        .below("kafka.")
        .forEach(
            (name, value) -> {
              Piece plain = value.with(value.text().replace("kafkashaded.", ""));
              properties.put(name, DltNodes.secret(plain));
            });
    if (!properties.isEmpty()) {
      kafka.put("properties", properties.build());
    }
    DltNodes.Builder source = new DltNodes.Builder(call.at()).put("kafka", kafka.build());
    options
        .get("startingOffsets")
        .ifPresent(from -> source.put("starting_offsets", DltNodes.plain(from.text(), from.at())));
    options
        .get("startingTimestamp")
        .ifPresent(time -> source.put("starting_offsets", DltNodes.plain(time(time), time.at())));
    source.put("format", DltNodes.plain("text", call.at()));
    source.put("schema", DltNodes.text("value BINARY", call.at()));
    options.refuseOthers(
        Set.of("maxoffsetspertrigger", "failondataloss", "minpartitions"), Set.of());
    return Optional.of(source.build());
  }

  /** In Spark, milliseconds since 1970. What is no number is told where it is read. */
  private static String time(Piece millis) {
    try {
      return Instant.ofEpochMilli(Long.parseLong(millis.text())).toString();
    } catch (NumberFormatException | DateTimeException e) {
      return millis.text();
    }
  }
}
