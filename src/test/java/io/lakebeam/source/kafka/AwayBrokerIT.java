package io.lakebeam.source.kafka;

import static io.lakebeam.graph.Column.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.DataType;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Patience;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Brokers that are away for a while, stay away, or keep their clients waiting. */
@Timeout(180)
class AwayBrokerIT extends WithBroker {
  @Test
  void aBrokerThatStaysAwayEndsWhatIsNotPatient() throws Exception {
    createTopic("away", 1);
    produce("away", 0, 0, 30_000, Map.of());
    SourceSpec source =
        with(
            with(
                source("away", SourceSpec.StartingOffsets.EARLIEST),
                "max.partition.fetch.bytes",
                "10000"),
            "default.api.timeout.ms",
            "4000");
    Collected out = new Collected(source);
    RowOutput killing =
        new RowOutput() {
          @Override
          public void row(InternalRow row) {
            out.row(row);
            if (out.rows.size() == 100) {
              broker.stop();
            }
          }

          @Override
          public void rejected(Rejected rejected) {
            out.rejected(rejected);
          }

          @Override
          public void warning(String text) {
            out.warning(text);
          }
        };
    SourceReader reader =
        SourceReader.of(Storage.PLAIN, source, WithBroker::resolve, () -> false, Patience.BOUNDED);
    Slice range = new Slice.KafkaRange("flights", "away", 0, 0, 30_000);
    SourceException gone =
        assertThrows(SourceException.class, () -> reader.read(range, Sources.PLANNED_AT, killing));
    broker.start();
    assertTrue(gone.isRetryable(), gone.getMessage());
    assertTrue(gone.problem().startsWith("no answer from the broker at localhost:"));
    assertTrue(gone.reason().startsWith("it went away while away-0 was read, at offset "));
    assertEquals(1, out.warnings.size(), out.warnings.toString());

    Collected all = new Collected(source);
    reader.read(range, Sources.PLANNED_AT, all);
    assertEquals(30_000, all.rows.size());
    assertEquals(List.of(), all.warnings);
  }

  @Test
  void aBrokerThatRestartsIsWaitedForAndToldOnce() throws Exception {
    createTopic("restart", 1);
    produce("restart", 0, 0, 30_000, Map.of());
    SourceSpec source = source("restart", SourceSpec.StartingOffsets.EARLIEST);
    CountDownLatch some = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch warned = new CountDownLatch(1);
    Collected out = new Collected(source);
    RowOutput gated =
        new RowOutput() {
          @Override
          public void row(InternalRow row) {
            out.row(row);
            if (out.rows.size() == 100) {
              some.countDown();
              await(stopped);
            }
          }

          @Override
          public void rejected(Rejected rejected) {
            out.rejected(rejected);
          }

          @Override
          public void warning(String text) {
            out.warning(text);
            warned.countDown();
          }
        };
    // Small fetches, so that most of the range is still to be fetched when the broker goes.
    SourceReader reader =
        SourceReader.of(
            Storage.PLAIN,
            with(source, "max.partition.fetch.bytes", "10000"),
            WithBroker::resolve,
            () -> false);
    CompletableFuture<Void> reading =
        CompletableFuture.runAsync(
            () ->
                reader.read(
                    new Slice.KafkaRange("flights", "restart", 0, 0, 30_000),
                    Sources.PLANNED_AT,
                    gated));
    await(some);
    broker.stop();
    stopped.countDown();
    await(warned);
    SourceException down =
        assertThrows(
            SourceException.class, () -> discover(source, SourcePosition.start(source), 10));
    assertTrue(down.isRetryable(), down.getMessage());
    assertTrue(down.problem().startsWith("no answer from the broker at localhost:"));
    broker.start();
    reading.get(10, TimeUnit.MINUTES);
    assertEquals(30_000, out.rows.size());
    assertEquals(30_000, new HashSet<>(out.column("_position")).size());
    assertEquals(2, out.warnings.size(), out.warnings.toString());
    assertTrue(out.warnings.get(0).startsWith("no answer from the broker at"));
    assertTrue(out.warnings.get(1).contains("is back after"));
  }

  @Test
  void anUnreachableBrokerIsTold() {
    SourceSpec source =
        Sources.kafka(
            kafka(
                "localhost:" + TestingBroker.freePort(), "x", SourceSpec.StartingOffsets.EARLIEST),
            new SourceSpec.Json(),
            required("id", DataType.Primitive.STRING));
    SourceException away =
        assertThrows(
            SourceException.class, () -> discover(source, SourcePosition.start(source), 10));
    assertTrue(away.isRetryable(), away.getMessage());
  }

  @Test
  void aThrottledSourceIsReadWholeAndToldOnce() throws Exception {
    createTopic("throttled", 1);
    produce("throttled", 0, 0, 4000, Map.of());
    // The broker lets ten seconds' worth of it pass at once: some 60 of about 90 kB.
    try (Admin admin = broker.admin()) {
      ClientQuotaEntity client = new ClientQuotaEntity(Map.of("client-id", "throttled"));
      admin
          .alterClientQuotas(
              List.of(
                  new ClientQuotaAlteration(
                      client,
                      List.of(new ClientQuotaAlteration.Op("consumer_byte_rate", 6_000.0)))))
          .all()
          .get();
      ClientQuotaFilter any = ClientQuotaFilter.all();
      while (admin.describeClientQuotas(any).entities().get().isEmpty()) {
        // Until the broker has heard of it; the timeout of this class bounds the loop.
      }
    }
    SourceSpec source = source("throttled", SourceSpec.StartingOffsets.EARLIEST);
    SourceSpec slow =
        with(with(source, "client.id", "throttled"), "max.partition.fetch.bytes", "20000");
    Collected out = read(slow, new Slice.KafkaRange("flights", "throttled", 0, 0, 4000));
    assertEquals(4000, out.rows.size());
    assertEquals(4000, new HashSet<>(out.column("_position")).size());
    assertEquals(1, out.warnings.size(), out.warnings.toString());
    assertTrue(
        out.warnings.get(0).startsWith("the broker at " + broker.sasl() + " throttles this source"),
        out.warnings.get(0));
    assertEquals(
        List.of(), read(slow, new Slice.KafkaRange("flights", "throttled", 0, 0, 10)).warnings);
  }
}
