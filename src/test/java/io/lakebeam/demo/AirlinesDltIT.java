package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.AirlineWorld;
import io.lakebeam.testing.Tables;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The airline pipeline gives the same tables, declared in YAML or in the SQL of DLT. */
class AirlinesDltIT {
  private static final int EVENTS = 3_000;

  @TempDir Path dir;

  @Test
  void bothGiveTheSameTables() throws IOException {
    FlightGenerator generator = new FlightGenerator(7, 70);
    Files.createDirectories(dir.resolve("events"));
    Files.createDirectories(dir.resolve("landing/on_time"));
    try (OutputStream out = Files.newOutputStream(dir.resolve("events/events.json"))) {
      Iterator<FlightEvent> events = generator.events(EVENTS);
      while (events.hasNext()) {
        out.write(events.next().value());
        out.write('\n');
      }
    }
    for (ReportFile report : generator.reports(EVENTS)) {
      Files.write(dir.resolve("landing/on_time/" + report.name()), report.content());
    }
    run("airlines");
    run("airlines_dlt");
    for (String table : AirlineWorld.tables()) {
      List<String> expected = rows("airlines", table);
      assertEquals(expected, rows("airlines_dlt", table), table);
      assertFalse(expected.isEmpty() && !AirlineWorld.isEmpty(table), table);
    }
  }

  private void run(String pipeline) {
    PipelineLocation location =
        PipelineLocation.of(
            Path.of("pipelines/" + pipeline + "/pipeline.yaml"), Path.of("").toAbsolutePath());
    Map<String, String> values =
        Map.of(
            "LANDING", dir.resolve("landing").toString(), "LAKE", dir.resolve(pipeline).toString());
    PipelineSpec spec = new PipelineReader().read(location, values, name -> null);
    PipelineSpec fromFiles =
        spec.withSources(spec.sources().stream().map(this::fromFiles).toList());
    new Update(
            PipelineCompiler.compile(fromFiles),
            new RunnerProfile("direct", Map.of("target_parallelism", "2"), Map.of()),
            new UpdateListener() {},
            Clock.systemUTC())
        .run(Update.Mode.TRIGGERED);
  }

  /** Events out of a file, in place of a broker. */
  private SourceSpec fromFiles(SourceSpec source) {
    return source.connection() instanceof SourceSpec.Kafka
        ? source.withConnection(new SourceSpec.Files(dir.resolve("events").toString()))
        : source;
  }

  /** What two runs and the two names of a source have alike. */
  private List<String> rows(String lake, String table) {
    return Tables.rows(dir.resolve(lake).resolve(table).toString()).stream()
        .map(AirlinesDltIT::text)
        .sorted()
        .toList();
  }

  private static String text(Row row) {
    return row.getSchema().getFieldNames().stream()
        .filter(name -> !name.equals("_ingested_at"))
        .map(name -> name + "=" + text(row.<Object>getValue(name)))
        .collect(Collectors.joining(" "))
        .replace("bronze_airport_reports_files", "airport_reports");
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }
}
