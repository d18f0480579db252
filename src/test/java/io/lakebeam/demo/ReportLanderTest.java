package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportLanderTest {
  private static final Instant FIRST_MORNING = Instant.parse("2026-01-05T07:00:00Z");
  private static final Instant FIRST_REPORT = Instant.parse("2026-01-06T12:00:00Z");

  private final FlightGenerator generator = new FlightGenerator(7);

  @TempDir private Path temporary;

  @Test
  void landsEachReportWhenItsDayIsOver() throws IOException {
    Path folder = temporary.resolve("landing/on_time");
    ReportLander lander = new ReportLander(generator, folder);
    assertEquals(3, lander.landUntil(FIRST_MORNING), "what lies before the first event");
    assertEquals(0, lander.landUntil(FIRST_REPORT.minusSeconds(1)));
    assertEquals(1, lander.landUntil(FIRST_REPORT));
    assertEquals("ONTIME_REPORTING_2026_01_05.csv", names(folder).get(3));
  }

  @Test
  void afterARestartLandsOnlyWhatIsMissing() throws IOException {
    new ReportLander(generator, temporary).landUntil(FIRST_MORNING);
    ReportFile first = generator.reports(0).get(0);
    Path kept = temporary.resolve(first.name());
    Files.writeString(kept, "as it was");
    // What a kill in the middle of a file leaves behind.
    Files.writeString(temporary.resolve(".ONTIME_REPORTING_2026_01_05.csv.unfinished"), "half");

    assertEquals(1, new ReportLander(generator, temporary).landUntil(FIRST_REPORT));
    assertEquals("as it was", Files.readString(kept));
    assertEquals(4, names(temporary).size());
    ReportFile last = generator.report(0);
    assertArrayEquals(last.content(), Files.readAllBytes(temporary.resolve(last.name())));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
