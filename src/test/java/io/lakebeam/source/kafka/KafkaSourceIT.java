package io.lakebeam.source.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Backlog;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceIdentity;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.Offsets;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class KafkaSourceIT extends WithBroker {
  @Test
  void rangesAreReadExactly() throws Exception {
    createTopic("exact", 3);
    for (int partition = 0; partition < 3; partition++) {
      produce("exact", partition, 0, 1000 * (partition + 1), Map.of());
    }
    SourceSpec source = source("exact", SourceSpec.StartingOffsets.EARLIEST);
    Discovery first = discover(source, SourcePosition.start(source), 3000);
    assertTrue(first.more());
    assertEquals(Backlog.ofTopic(3000), first.backlog());
    assertEquals(new Offsets(Map.of(0, 1000L, 1, 1000L, 2, 1000L)), first.position());
    Discovery second = discover(source, first.position(), 100_000);
    assertEquals(
        List.of(
            new Slice.KafkaRange("flights", "exact", 1, 1000, 2000),
            new Slice.KafkaRange("flights", "exact", 2, 1000, 3000)),
        second.slices());
    assertFalse(second.more());
    assertEquals(List.of(), discover(source, second.position(), 100_000).slices());

    List<Slice> parts = new ArrayList<>();
    for (Discovery each : List.of(first, second)) {
      each.slices().forEach(s -> parts.addAll(s.parts(333)));
    }
    Collected out = new Collected(source);
    SourceReader reader = reader(source);
    parts.forEach(slice -> reader.read(slice, Sources.PLANNED_AT, out));
    assertEquals(6000, out.rows.size());
    assertEquals(6000, new HashSet<>(out.column("_position")).size());
    assertEquals(6000, new HashSet<>(out.column("id")).size());
    assertEquals("exact-0@0", out.rows.get(0).getValue("_position"));
    assertEquals("0-0", out.rows.get(0).getValue("id"));
    SourceSpec.Kafka kafka = (SourceSpec.Kafka) source.connection();
    assertEquals(
        1,
        KafkaConsumers.ofThisProcess()
            .idle(new KafkaSettings("flights", kafka, WithBroker::resolve)));
  }

  @Test
  void latestStartsAtTheEndAndNewPartitionsAtTheirBeginning() throws Exception {
    createTopic("latest", 1);
    produce("latest", 0, 0, 10, Map.of());
    SourceSpec source =
        with(source("latest", SourceSpec.StartingOffsets.LATEST), "metadata.max.age.ms", "100");
    Discovery first = discover(source, SourcePosition.start(source), 100);
    assertEquals(List.of(), first.slices());
    assertEquals(new Offsets(Map.of(0, 10L)), first.position());
    try (Admin admin = broker.admin()) {
      admin.createPartitions(Map.of("latest", NewPartitions.increaseTo(2))).all().get();
    }
    produce("latest", 0, 10, 12, Map.of());
    produce("latest", 1, 0, 3, Map.of());
    Discovery found = discover(source, first.position(), 100);
    while (found.slices().size() < 2) {
      // The consumer's metadata age; the timeout of this class bounds the loop.
      found = discover(source, first.position(), 100);
    }
    assertEquals(
        List.of(
            new Slice.KafkaRange("flights", "latest", 0, 10, 12),
            new Slice.KafkaRange("flights", "latest", 1, 0, 3)),
        found.slices());
  }

  @Test
  void aTimeStartsAtItsFirstRecordInEachPartition() throws Exception {
    createTopic("times", 3);
    produce("times", 0, 0, 3, Map.of());
    produce("times", 1, 0, 2, Map.of());
    // The broker says when a record came, to the millisecond.
    Instant before = Instant.now().plusMillis(2);
    while (Instant.now().isBefore(before)) {
      Thread.onSpinWait();
    }
    produce("times", 0, 3, 5, Map.of());
    SourceSpec source = source("times", SourceSpec.StartingOffsets.at(before));
    Discovery found = discover(source, SourcePosition.start(source), 100);
    assertEquals(List.of(new Slice.KafkaRange("flights", "times", 0, 3, 5)), found.slices());
    assertEquals(new Offsets(Map.of(0, 5L, 1, 2L, 2, 0L)), found.position());
    SourceSpec later = source("times", SourceSpec.StartingOffsets.at(before.plusSeconds(3600)));
    assertEquals(found.position(), discover(later, SourcePosition.start(later), 100).position());
    SourceSpec earlier = source("times", SourceSpec.StartingOffsets.at(Instant.EPOCH));
    assertEquals(2, discover(earlier, SourcePosition.start(earlier), 100).slices().size());
  }

  @Test
  void abortedAndOpenTransactionsLeaveGapsOnly() throws Exception {
    createTopic("gaps", 1);
    Map<String, Object> transactional = Map.of("transactional.id", "gaps");
    try (KafkaProducer<String, String> producer = producer(transactional)) {
      producer.initTransactions();
      transaction(producer, "gaps", 0, 5, true);
      transaction(producer, "gaps", 5, 10, false);
      transaction(producer, "gaps", 10, 12, true);
      transaction(producer, "gaps", 12, 15, false);
      SourceSpec source = source("gaps", SourceSpec.StartingOffsets.EARLIEST);
      Slice.KafkaRange range = range(discover(source, SourcePosition.start(source), 1000));
      // Fifteen records and the marker that ends each of the four transactions.
      assertEquals(19, range.to());
      Collected out = read(source, range);
      assertEquals(List.of("0-0", "0-1", "0-2", "0-3", "0-4", "0-10", "0-11"), out.column("id"));
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("gaps", 0, null, "{\"id\":\"open\"}")).get();
      assertEquals(List.of(), discover(source, new Offsets(Map.of(0, 19L)), 1000).slices());
      producer.commitTransaction();
    }
  }

  @Test
  void compactionLeavesGapsOnly() throws Exception {
    try (Admin admin = broker.admin()) {
      NewTopic topic =
          new NewTopic("compacted", 1, (short) 1)
              .configs(
                  Map.of(
                      TopicConfig.CLEANUP_POLICY_CONFIG, "compact",
                      TopicConfig.SEGMENT_MS_CONFIG, "200",
                      TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.0",
                      TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, "0"));
      admin.createTopics(List.of(topic)).all().get();
      EmbeddedBroker.awaitLeaders(admin, "compacted", 1);
    }
    SourceSpec source = source("compacted", SourceSpec.StartingOffsets.EARLIEST);
    int records = 0;
    Collected out;
    Slice.KafkaRange range;
    do {
      // Only what a later record closes a segment behind is compacted.
      try (KafkaProducer<String, String> producer = producer(Map.of())) {
        for (int i = 0; i < 20; i++, records++) {
          String value = "{\"id\":\"0-" + records + "\"}";
          producer.send(new ProducerRecord<>("compacted", 0, "k" + records % 2, value)).get();
        }
      }
      range = range(discover(source, SourcePosition.start(source), 100_000));
      assertEquals(new Slice.KafkaRange("flights", "compacted", 0, 0, records), range);
      out = read(source, range);
    } while (out.rows.size() == records);
    assertTrue(out.rows.size() >= 2, "the last of each key");
    assertEquals("0-" + (records - 1), out.column("id").get(out.rows.size() - 1));
    // A range of which nothing is left is read to its end all the same.
    Collected gone = read(source, new Slice.KafkaRange("flights", "compacted", 0, 0, 10));
    assertEquals(List.of(), gone.rows);
    assertTrue(TopicProbe.of(source, WithBroker::resolve, SOON).isCompacted());
    assertFalse(
        TopicProbe.of(
                source("gaps", SourceSpec.StartingOffsets.EARLIEST), WithBroker::resolve, SOON)
            .isCompacted());
  }

  @Test
  void theOldestOfTheRecordsThatWaitIsTold() throws Exception {
    createTopic("waiting", 2);
    List<Instant> times = new ArrayList<>();
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      for (int partition : List.of(0, 0, 1)) {
        long at =
            producer
                .send(new ProducerRecord<>("waiting", partition, "k", "{\"id\":\"a\"}"))
                .get()
                .timestamp();
        times.add(Instant.ofEpochMilli(at));
      }
    }
    TopicProbe probe =
        TopicProbe.of(
            source("waiting", SourceSpec.StartingOffsets.EARLIEST), WithBroker::resolve, SOON);
    assertEquals(Optional.of(times.get(0)), probe.oldest(Map.of(0, 0L, 1, 0L)));
    assertEquals(Optional.of(times.get(1)), probe.oldest(Map.of(0, 1L, 1, 0L)));
    assertEquals(Optional.of(times.get(2)), probe.oldest(Map.of(1, 0L)));
  }

  @Test
  void badRecordsAndTombstonesAreRejected() throws Exception {
    createTopic("bad", 1);
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      producer.send(new ProducerRecord<>("bad", 0, "k", "{\"id\":\"a\"}")).get();
      producer.send(new ProducerRecord<>("bad", 0, "k", null)).get();
      producer.send(new ProducerRecord<>("bad", 0, "k", "{")).get();
    }
    SourceSpec source = source("bad", SourceSpec.StartingOffsets.EARLIEST);
    Collected out = read(source, new Slice.KafkaRange("flights", "bad", 0, 0, 3));
    assertEquals(List.of("a"), out.column("id"));
    assertEquals(
        List.of(
            "the record has no value (a tombstone)",
            "broken JSON: it ends at byte 1, before the object does"),
        out.errors());
    assertEquals("bad-0@2", out.rejected.get(1).position());
  }

  @Test
  void whatComesWithAMessageIsThereWhenAQueryAsks() throws Exception {
    createTopic("envelopes", 2);
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      ProducerRecord<String, String> full =
          new ProducerRecord<>("envelopes", 1, "k\u00e4y", "{\"id\":\"a\"}");
      full.headers()
          .add("trace", "t1".getBytes(StandardCharsets.UTF_8))
          .add("trace", "t2".getBytes(StandardCharsets.UTF_8))
          .add("none", null)
          .add("bytes", new byte[] {(byte) 0xFF})
          .add("trace", "t3".getBytes(StandardCharsets.UTF_8));
      producer.send(full).get();
      producer.send(new ProducerRecord<>("envelopes", 1, null, "{\"id\":\"b\"}")).get();
    }
    SourceSpec source = source("envelopes", SourceSpec.StartingOffsets.EARLIEST);
    Slice slice = new Slice.KafkaRange("flights", "envelopes", 1, 0, 2);
    Collected out = read(source.withNamedColumns(), slice);
    assertEquals(List.of("a", "b"), out.column("id"));
    Row row = out.rows.get(0);
    assertEquals("k\u00e4y", new String(row.getBytes("_key"), StandardCharsets.UTF_8));
    Map<String, String> headers = new java.util.HashMap<>();
    headers.put("trace", "t3");
    headers.put("trace[0]", "t1");
    headers.put("trace[1]", "t2");
    headers.put("none", null);
    headers.put("bytes", "base64:/w==");
    assertEquals(headers, row.getMap("_headers"));
    long age =
        System.currentTimeMillis()
            - row.getLogicalTypeValue("_timestamp", Instant.class).toEpochMilli();
    assertTrue(Math.abs(age) < 3_600_000, age + " ms");
    assertEquals(1, row.getInt32("_partition"));
    assertEquals(0L, row.getInt64("_offset"));
    assertEquals(null, out.rows.get(1).getBytes("_key"));
    assertEquals(Map.of(), out.rows.get(1).getMap("_headers"));
    assertFalse(read(source, slice).rows.get(0).getSchema().hasField("_key"));
  }

  @Test
  void aStopOrAnInterruptEndsTheReadingSoon() throws Exception {
    createTopic("stop", 1);
    produce("stop", 0, 0, 10, Map.of());
    SourceSpec source = source("stop", SourceSpec.StartingOffsets.EARLIEST);
    Slice.KafkaRange beyond = new Slice.KafkaRange("flights", "stop", 0, 0, 11);
    AtomicBoolean stop = new AtomicBoolean();
    SourceReader reader = SourceReader.of(Storage.PLAIN, source, WithBroker::resolve, stop::get);
    Collected out =
        new Collected(source) {
          @Override
          public synchronized void row(InternalRow row) {
            super.row(row);
            if (rows.size() == 10) {
              stop.set(true);
            }
          }
        };
    assertThrows(CancellationException.class, () -> reader.read(beyond, Sources.PLANNED_AT, out));

    CountDownLatch reading = new CountDownLatch(10);
    CompletableFuture<Throwable> ended = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                reader(source).read(beyond, Sources.PLANNED_AT, counting(reading));
                ended.complete(null);
              } catch (RuntimeException e) {
                ended.complete(e);
              }
            });
    thread.start();
    await(reading);
    thread.interrupt();
    assertTrue(ended.get(10, TimeUnit.MINUTES) instanceof CancellationException);
  }

  @Test
  void aWrongPasswordIsRefusedAtOnceAndNeverPrinted() throws Exception {
    createTopic("secret", 1);
    SourceSpec source = source("secret", SourceSpec.StartingOffsets.EARLIEST);
    SourceDiscovery discovery =
        SourceDiscovery.of(
            Storage.PLAIN, source, WithBroker::wronglyResolve, Duration.ofSeconds(30));
    SourceException refused =
        assertThrows(
            SourceException.class, () -> discovery.discover(SourcePosition.start(source), 10));
    assertFalse(refused.isRetryable());
    assertTrue(refused.problem().endsWith("refuses the credentials"), refused.getMessage());
    assertFalse(refused.toString().contains("wrong-password"), refused.toString());
    SourceReader reader =
        SourceReader.of(Storage.PLAIN, source, WithBroker::wronglyResolve, () -> false);
    SourceException reading =
        assertThrows(
            SourceException.class,
            () ->
                reader.read(
                    new Slice.KafkaRange("flights", "secret", 0, 0, 1),
                    Sources.PLANNED_AT,
                    new Collected()));
    assertFalse(reading.isRetryable());
  }

  @Test
  void anAbsentTopicIsTold() {
    SourceSpec source = source("no-such-topic", SourceSpec.StartingOffsets.EARLIEST);
    SourceException absent =
        assertThrows(
            SourceException.class, () -> discover(source, SourcePosition.start(source), 10));
    assertFalse(absent.isRetryable());
    assertEquals("there is no topic no-such-topic at " + broker.sasl(), absent.problem());
  }

  @Test
  void expiredOffsetsAreLoud() throws Exception {
    createTopic("expired", 1);
    produce("expired", 0, 0, 100, Map.of());
    try (Admin admin = broker.admin()) {
      admin
          .deleteRecords(Map.of(new TopicPartition("expired", 0), RecordsToDelete.beforeOffset(50)))
          .all()
          .get();
    }
    SourceSpec source = source("expired", SourceSpec.StartingOffsets.EARLIEST);
    SourceException planning =
        assertThrows(
            SourceException.class, () -> discover(source, new Offsets(Map.of(0, 20L)), 10));
    assertEquals("30 records of expired-0 expired before they were read", planning.problem());
    assertFalse(planning.isRetryable());
    SourceException reading =
        assertThrows(
            SourceException.class,
            () -> read(source, new Slice.KafkaRange("flights", "expired", 0, 20, 60)));
    assertEquals("expired-0 no longer holds offset 20", reading.problem());
    assertEquals(50, range(discover(source, SourcePosition.start(source), 1000)).from());
  }

  /** Nobody can tell whether records that have expired were read once. */
  @Test
  void whatATopicStillHasIsToldWithWhatItHasNot() throws Exception {
    createTopic("remains", 2);
    produce("remains", 0, 0, 30, Map.of());
    produce("remains", 1, 0, 10, Map.of());
    SourceSpec source = source("remains", SourceSpec.StartingOffsets.EARLIEST);
    SourcePosition until = new SourcePosition.Offsets(Map.of(0, 20L, 1, 10L));
    SourceDiscovery.Remains all = discovery(source).remains(until);
    assertEquals("", all.lost());
    assertEquals(
        List.of(
            new Slice.KafkaRange("flights", "remains", 0, 0, 20),
            new Slice.KafkaRange("flights", "remains", 1, 0, 10)),
        all.slices());
    expire("remains", 5);
    SourceDiscovery.Remains less = discovery(source).remains(until);
    assertEquals("records of partition 0 before offset 5 have expired", less.lost());
    assertEquals(new Slice.KafkaRange("flights", "remains", 0, 5, 20), less.slices().get(0));
    assertEquals(
        "starting_offsets: latest does not say where reading began",
        discovery(source("remains", SourceSpec.StartingOffsets.LATEST)).remains(until).lost());
  }

  @Test
  void aTopicMadeAnewIsLoud() throws Exception {
    createTopic("anew", 1);
    produce("anew", 0, 0, 5, Map.of());
    SourceSpec source = source("anew", SourceSpec.StartingOffsets.EARLIEST);
    SourceException anew =
        assertThrows(
            SourceException.class, () -> discover(source, new Offsets(Map.of(0, 70L)), 10));
    assertEquals("anew-0 holds fewer records than were already read", anew.problem());
    assertFalse(anew.isRetryable());
    assertEquals(
        anew.problem(),
        assertThrows(
                SourceException.class,
                () -> discover(source, new Offsets(Map.of(0, 5L, 3, 4L)), 10))
            .problem()
            .replace("anew-3", "anew-0"));
  }

  @Test
  void aTopicMadeAnewIsReadOnWhenItHoldsMore() throws Exception {
    createTopic("more", 1);
    produce("more", 0, 0, 5, Map.of());
    SourceSpec source = source("more", SourceSpec.StartingOffsets.EARLIEST);
    Discovery before = discover(source, SourcePosition.start(source), 1000);
    SourceIdentity first = discovery(source).identity();
    assertFalse(first.topic().isEmpty() || first.cluster().isEmpty(), first.toString());
    assertEquals(first, discovery(source).identity());
    makeAnew("more", 8);
    SourceIdentity second = discovery(source).identity();
    assertEquals(first.cluster(), second.cluster());
    assertFalse(second.mayBe(first));
    // By its offsets it looks as if three records had come; it tells its ids as well.
    assertEquals(
        new Slice.KafkaRange("flights", "more", 0, 5, 8),
        range(discover(source, before.position(), 1000)));
    makeAnew("more", 2);
    SourceException fewer =
        assertThrows(SourceException.class, () -> discover(source, before.position(), 1000));
    assertEquals("more-0 holds fewer records than were already read", fewer.problem());
    assertTrue(fewer.fix().startsWith("Give the source another name"), fewer.fix());
    SourceException reading =
        assertThrows(
            SourceException.class,
            () -> read(source, new Slice.KafkaRange("flights", "more", 0, 3, 5)));
    assertEquals("more-0 no longer holds offset 3", reading.problem());
    assertFalse(reading.isRetryable());
  }

  @Test
  void recordsThatExpireWhileTheyAreReadAreLoud() throws Exception {
    createTopic("expiring", 1);
    produce("expiring", 0, 0, 3000, Map.of());
    SourceSpec source =
        with(
            source("expiring", SourceSpec.StartingOffsets.EARLIEST),
            "max.partition.fetch.bytes",
            "2000");
    Slice.KafkaRange planned = range(discover(source, SourcePosition.start(source), 10_000));
    Collected out =
        new Collected(source) {
          @Override
          public synchronized void row(InternalRow row) {
            super.row(row);
            if (rows.size() == 1) {
              expire("expiring", 2500);
            }
          }
        };
    SourceException expired =
        assertThrows(
            SourceException.class, () -> reader(source).read(planned, Sources.PLANNED_AT, out));
    assertTrue(expired.problem().startsWith("expiring-0 no longer holds offset "));
    assertFalse(expired.isRetryable());
    assertTrue(out.rows.size() < 2500, "nothing behind the gap is read: " + out.rows.size());
  }
}
