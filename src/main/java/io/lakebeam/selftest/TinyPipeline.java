package io.lakebeam.selftest;

import io.lakebeam.doctor.Outcome;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateFailedException;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.PrivateFolder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Whole updates of pipelines that are small enough to know every row of. */
final class TinyPipeline {
  /** Of a topic: what is newest there shows whether it can be read; more would only take time. */
  private static final int MOST_RECORDS = 100;

  private static final String FILES =
      """
      pipeline: lakebeam_self_test
      lake: ${SELF_TEST_LAKE}
      sources:
        reports: {files: "${SELF_TEST_IN}/*.csv", format: csv, schema: "id BIGINT, city STRING, amount DECIMAL(8,2)"}
        events: {files: "${SELF_TEST_IN}/*.json", format: json, schema: "id BIGINT, city STRING, amount DECIMAL(8,2)"}
      datasets:
        bronze: {streaming_table: {flows: [{from: reports}, {from: events}]}}
        silver:
          streaming_table: {sql: "SELECT id, UPPER(city) AS city, amount FROM bronze"}
          expect: {positive: {expect: amount > 0, on_violation: quarantine}}
        by_city:
          materialized_view:
            sql: "SELECT city, COUNT(*) AS orders, SUM(amount) AS amount FROM silver GROUP BY city"
      """;

  private static final String CSV = "id,city,amount\n1,rome,3.00\n2,oslo,-1.00\nthree,lima,5.00\n";

  private static final String JSON =
      "{\"id\": 4, \"city\": \"rome\", \"amount\": 4.50}\n"
          + "{\"id\": 5, \"city\": \"oslo\", \"amount\": 2.25}\n";

  /** By table: the columns to look at, and the rows that there must be. */
  private static final Map<String, Expected> EXPECTED = expected();

  private static final String TOPIC =
      """
      pipeline: lakebeam_self_test
      lake: ${SELF_TEST_LAKE}
      sources:
        %1$s: {files: "${SELF_TEST_IN}/*.json", format: json, schema: "id BIGINT"}
      datasets:
        newest: {streaming_table: {from: %1$s}}
      """;

  private final PipelineSpec like;
  private final RunnerProfile profile;
  private final Scratch scratch;
  private final Clock clock;

  /**
   * @param like the user's pipeline, whose stores are used
   */
  TinyPipeline(PipelineSpec like, RunnerProfile profile, Scratch scratch, Clock clock) {
    this.like = like;
    this.profile = profile;
    this.scratch = scratch;
    this.clock = clock;
  }

  private record Expected(List<String> columns, List<String> rows) {}

  private static Map<String, Expected> expected() {
    Map<String, Expected> expected = new LinkedHashMap<>();
    List<String> columns = List.of("id", "city", "amount");
    expected.put(
        "bronze",
        new Expected(
            columns, List.of("1|rome|3.00", "2|oslo|-1.00", "4|rome|4.50", "5|oslo|2.25")));
    expected.put(
        "silver", new Expected(columns, List.of("1|ROME|3.00", "4|ROME|4.50", "5|OSLO|2.25")));
    expected.put("silver_quarantine", new Expected(columns, List.of("2|OSLO|-1.00")));
    expected.put(
        "by_city",
        new Expected(List.of("city", "orders", "amount"), List.of("OSLO|1|2.25", "ROME|2|7.50")));
    return expected;
  }

  /** Remembers the epochs of an update. */
  private static final class Heard implements UpdateListener {
    private final List<EpochResult> results = new ArrayList<>();

    @Override
    public void done(EpochResult result, long millis) {
      results.add(result);
    }
  }

  /** From files to tables, a quarantine and a view, twice: the second time nothing comes. */
  Outcome onFiles() throws IOException {
    Place in = scratch.place("in");
    in.storage().putIfAbsent(in.child("reports.csv").path(), CSV.getBytes(StandardCharsets.UTF_8));
    in.storage().putIfAbsent(in.child("events.json").path(), JSON.getBytes(StandardCharsets.UTF_8));
    try {
      CompiledPipeline tiny =
          PipelineCompiler.compile(read(FILES, scratch.place("lake")).withStorage(like.storage()));
      for (int time = 1; time <= 2; time++) {
        Heard heard = new Heard();
        new Update(tiny, profile, heard, clock).run(Update.Mode.TRIGGERED);
        if (heard.results.size() != 2 - time) {
          return wrong(
              "update "
                  + time
                  + " of files that are there has "
                  + heard.results.size()
                  + " epochs");
        }
        for (Map.Entry<String, Expected> table : EXPECTED.entrySet()) {
          List<String> rows =
              StoredRows.texts(scratch.place("lake/" + table.getKey()), table.getValue().columns());
          if (!rows.equals(table.getValue().rows())) {
            return wrong(
                "table " + table.getKey() + " has " + rows + ", not " + table.getValue().rows());
          }
        }
        int malformed =
            StoredRows.texts(scratch.place("lake/bronze_quarantine"), List.of("id")).size();
        if (malformed != 1) {
          return wrong("1 record is malformed, and the quarantine has " + malformed);
        }
      }
    } catch (UpdateFailedException | LeaseLostException | PipelineException e) {
      return failed(e);
    }
    return new Outcome.Ok(
        "5 records of 2 files became 3 rows of silver, 2 of quarantines and a view of 2; a second"
            + " update added nothing");
  }

  /** The newest records of a topic: each becomes a row or stands in the quarantine. */
  Outcome onTopic(SourceSpec topic) throws IOException {
    Place lake = scratch.place("topic_" + topic.name());
    Heard heard = new Heard();
    try {
      CompiledPipeline tiny =
          PipelineCompiler.compile(
              read(TOPIC.formatted(topic.name()), lake)
                  .withSources(List.of(fromTheFirst(topic)))
                  .withStorage(like.storage()));
      Update.ofNewest(tiny, profile, heard, clock, MOST_RECORDS).run(Update.Mode.TRIGGERED);
    } catch (UpdateFailedException | LeaseLostException | PipelineException e) {
      return failed(e);
    }
    List<DatasetResult> results =
        heard.results.stream()
            .flatMap(result -> result.datasets().stream())
            .filter(result -> result.dataset().equals("newest"))
            .toList();
    long in = results.stream().mapToLong(DatasetResult::in).sum();
    long rows = StoredRows.texts(lake.child("newest"), List.of("_position")).size();
    long rejected = StoredRows.texts(lake.child("newest_quarantine"), List.of("_position")).size();
    if (in != rows + rejected) {
      return wrong(
          in + " records were read, and " + rows + " + " + rejected + " are in the tables");
    }
    if (in == 0) {
      return new Outcome.Ok("the topic is empty: nothing to read");
    }
    return rejected == 0
        ? new Outcome.Ok("read " + in + " of the newest records, and every one became a row")
        : new Outcome.Warning(
            ErrorCode.INPUT_MISMATCHED,
            rejected + " of the " + in + " newest records do not fit the schema",
            "they would go to the quarantine",
            "Correct format and schema of the source");
  }

  private static SourceSpec fromTheFirst(SourceSpec topic) {
    SourceSpec.Kafka kafka = (SourceSpec.Kafka) topic.connection();
    return new SourceSpec(
        topic.name(),
        new SourceSpec.Kafka(
            kafka.bootstrapServers(),
            kafka.topic(),
            kafka.connectionString(),
            kafka.properties(),
            SourceSpec.StartingOffsets.EARLIEST,
            kafka.entra(),
            kafka.consent()),
        topic.format(),
        topic.schema(),
        topic.namesInData(),
        topic.namedColumns(),
        false,
        topic.newFields(),
        topic.at());
  }

  private PipelineSpec read(String yaml, Place lake) throws IOException {
    Path folder = PrivateFolder.make().resolve("self-test-" + UUID.randomUUID());
    Files.createDirectory(folder);
    Path file = folder.resolve("pipeline.yaml");
    try {
      Files.writeString(file, yaml);
      return new PipelineReader()
          .read(
              PipelineLocation.of(file, folder),
              Map.of(),
              Map.of("SELF_TEST_LAKE", lake.uri(), "SELF_TEST_IN", scratch.place("in").uri())::get);
    } finally {
      Files.deleteIfExists(file);
      Files.delete(folder);
    }
  }

  private static Outcome wrong(String what) {
    return new Outcome.Failed(
        ErrorCode.UNEXPECTED,
        "a tiny pipeline gives wrong tables",
        what,
        "See what the lines before say; if they are all ok, report this");
  }

  private static Outcome failed(RuntimeException e) {
    return e instanceof ExplainedException failed
        ? new Outcome.Failed(failed.told())
        : new Outcome.Failed(
            ErrorCode.UNEXPECTED,
            "the tiny pipeline cannot run",
            String.valueOf(e.getMessage()),
            "Report this");
  }
}
