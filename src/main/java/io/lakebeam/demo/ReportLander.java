package io.lakebeam.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;

/**
 * Lands a generator's reports in a folder as their time comes: in order of delivery, each whole or
 * not at all, none twice however often the demo is restarted. Not thread-safe.
 */
public final class ReportLander {
  private final FlightGenerator generator;
  private final Path folder;
  private int next = -World.DAYS_OF_HISTORY;
  private ReportFile awaited;

  /**
   * @param folder made when absent; readers should look for {@code *.csv}
   */
  public ReportLander(FlightGenerator generator, Path folder) {
    this.generator = generator;
    this.folder = folder;
    this.awaited = generator.report(next);
  }

  /**
   * Lands every report delivered up to a moment of the demo's time that is not there yet; those of
   * the days before the first event are there from the start.
   *
   * @return how many were written
   */
  public int landUntil(Instant moment) throws IOException {
    int written = 0;
    while (next < 0 || !awaited.deliveredAt().isAfter(moment)) {
      if (land(awaited)) {
        written++;
      }
      next++;
      awaited = generator.report(next);
    }
    return written;
  }

  private boolean land(ReportFile report) throws IOException {
    Path target = folder.resolve(report.name());
    if (Files.exists(target)) {
      return false;
    }
    Files.createDirectories(folder);
    Path unfinished = folder.resolve("." + report.name() + ".unfinished");
    Files.write(unfinished, report.content());
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }
}
