package io.lakebeam.benchmark;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.project.PipelineLocation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Lakebeam's part of the benchmark of upserts: a triggered update for each file. */
final class LakebeamUpserts {
  private static final String PIPELINE =
      """
      pipeline: upserts
      lake: ./lake
      max_rows_per_epoch: 100000000
      sources:
        feed:
          files: "in/*.csv"
          format: csv
          settle: 0s
          schema: "day DATE, id BIGINT, name STRING, amount BIGINT, seq INT"
      datasets:
        t:
          partition_by: [day]
          streaming_table:
            sql: SELECT day, id, name, amount, seq FROM feed
            upsert: {keys: [day, id], sequence_by: seq}
      """;

  private static final String VIEW =
      """
        %s:
          partition_by: [day]
          materialized_view: {sql: "%s"}
      """;

  private static final Logger LOG = Logger.getLogger("");

  private LakebeamUpserts() {}

  /**
   * @param arguments an empty folder, rows of the table, and "views" to have views of it
   */
  public static void main(String[] arguments) throws IOException {
    LOG.setLevel(Level.SEVERE);
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    Path in = Files.createDirectories(folder.resolve("in"));
    StringBuilder yaml = new StringBuilder(PIPELINE);
    if (arguments[2].equals("views")) {
      UpsertSteps.VIEWS.forEach(
          (name, sql) -> yaml.append(VIEW.formatted(name, sql.replace("[t]", "t"))));
    }
    Path file = Files.writeString(folder.resolve("pipeline.yaml"), yaml.toString());
    CompiledPipeline pipeline =
        PipelineCompiler.compile(
            new PipelineReader().read(PipelineLocation.of(file, folder), Map.of(), System::getenv));
    new UpsertSteps(in, Long.parseLong(arguments[1]))
        .play(
            each ->
                new Update(
                        pipeline, RunnerProfile.DIRECT, new UpdateListener() {}, Clock.systemUTC())
                    .run(Update.Mode.TRIGGERED));
    // Threads of the runner's pools would keep the JVM for a minute.
    System.exit(0);
  }
}
