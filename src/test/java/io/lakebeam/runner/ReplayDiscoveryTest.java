package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.DataFile;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.epoch.ReviewRequests;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.Requests;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayDiscoveryTest {
  @TempDir Path dir;
  private CompiledPipeline pipeline;
  private ReviewRequests requests;

  @BeforeEach
  void ask() {
    pipeline =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources: {feed: {files: "in/*.json", format: json, schema: "id BIGINT"}}
                datasets:
                  bronze: {streaming_table: {from: feed}}
                  silver: {streaming_table: {sql: "SELECT id FROM bronze"}}
                """)
            .compile();
    requests = new ReviewRequests(pipeline.lake(), pipeline.id());
    add(Action.REPLAY, rows("silver", 3, 0), rows("bronze", 2, 0));
    add(Action.DISCARD, rows("silver", 4, 0));
    add(Action.REPLAY, rows("silver", 5, 7), rows("bronze", 1, 0), rows("nowhere", 1, 0));
  }

  private void add(Action action, ReviewRequest.Rows... rows) {
    requests.add(
        number ->
            Optional.of(new ReviewRequest(number, action, Instant.EPOCH, "me", "", List.of(rows))));
  }

  private static ReviewRequest.Rows rows(String table, long count, long refreshed) {
    return new ReviewRequest.Rows(
        table,
        new DataFile("part-" + table + ".parquet", Map.of(), count, 1, "", 0),
        Map.of("id", "BIGINT"),
        refreshed);
  }

  private Discovery found(SourcePosition since, long maxRows) {
    return new ReplayDiscovery(pipeline).discover(since, maxRows);
  }

  private static List<String> told(Discovery discovery) {
    return discovery.slices().stream()
        .map(slice -> (Slice.RefusedRows) slice)
        .map(slice -> slice.request() + " " + slice.table() + " " + slice.weight())
        .toList();
  }

  @Test
  void requestsArePlannedInTheirOrderAndWhatIsVoidIsPassedOver() {
    Discovery all = found(Requests.NONE, 1000);
    assertEquals(List.of("1 silver 3", "1 bronze 2", "3 bronze 1"), told(all));
    assertEquals(new Requests(3, 0), all.position());
    assertEquals(List.of(), found(all.position(), 1000).slices());
    assertEquals(
        new Requests(3, 0), new ReplayDiscovery(pipeline).present(Requests.NONE).position());
  }

  @Test
  void aLargeRequestIsPlannedAFileAtATime() {
    Discovery first = found(Requests.NONE, 1);
    assertEquals(List.of("1 silver 3"), told(first));
    assertEquals(new Requests(0, 1), first.position());
    Discovery next = found(first.position(), 3);
    assertEquals(List.of("1 bronze 2", "3 bronze 1"), told(next));
    assertEquals(new Requests(3, 0), next.position());
    assertEquals(new Requests(0, 1), Requests.NONE.plus(first.position()));
    assertEquals(next.position(), next.position().plus(first.position()));
  }

  @Test
  void anUpdateEndsWithTheRequestsThatThereWere() {
    Discovery until = new ReplayDiscovery(pipeline).discover(Requests.NONE, new Requests(2, 0), 9);
    assertEquals(List.of("1 silver 3", "1 bronze 2"), told(until));
    assertEquals(new Requests(2, 0), until.position());
  }

  @Test
  void requestsHaveOneOrderAndTheirRowsAreForgottenByNumber() throws IOException {
    assertEquals(3, requests.last());
    assertEquals(List.of(2L, 3L), requests.after(1).stream().map(ReviewRequest::number).toList());
    ReviewRequest third = requests.get(3).orElseThrow();
    assertEquals(
        List.of(7L, 0L, 0L), third.rows().stream().map(ReviewRequest.Rows::refreshed).toList());
    assertEquals(Map.of("id", "BIGINT"), third.rows().get(0).types());
    assertEquals(7, third.count());
    Path rows = dir.resolve("lake/_lakebeam/p/review/rows");
    Files.createDirectories(rows);
    for (String name :
        List.of(
            "part-00000001-a.parquet", ".part-00000001-a.parquet.crc", "part-00000002-b.parquet")) {
      Files.createFile(rows.resolve(name));
    }
    requests.forgetRows(1);
    try (var left = Files.list(rows)) {
      assertEquals(
          List.of("part-00000002-b.parquet"),
          left.map(file -> file.getFileName().toString()).toList());
    }
  }

  @Test
  void slicesAndPositionsAreReadAsTheyWereWritten() {
    for (Slice slice : found(Requests.NONE, 1000).slices()) {
      ObjectNode node = new ObjectMapper().createObjectNode();
      slice.write(node);
      assertEquals(slice, Slice.read(node));
    }
    ObjectNode node = new ObjectMapper().createObjectNode();
    new Requests(4, 2).write(node);
    assertEquals(new Requests(4, 2), SourcePosition.read(node));
  }
}
