package io.lakebeam.benchmark;

import java.io.PrintStream;
import java.util.Locale;

/** Says what was measured, for people. */
final class Report {
  private final PrintStream out;

  Report(PrintStream out) {
    this.out = out;
  }

  void published(long events, long nanos) {
    line("%,d events published in %.1f s%n", events, nanos / 1e9);
  }

  /**
   * Prints a run.
   *
   * @return whether every table is as it must be
   */
  boolean run(Figures figures, LakeCheck.Contents lake) {
    line("%s", figures.engine());
    line("  %-28s %,9.0f ms", "compile / make the session", figures.compileNanos() / 1e6);
    line("  %-28s %,9.0f ms", "JVM start to first batch", figures.readyNanos() / 1e6);
    line("  batch       rows       ms     rows/s  CPU µs/row");
    for (Figures.Batch batch : figures.batches()) {
      line(
          "  %5d  %,9d  %,7.0f  %,9.0f  %10.1f",
          batch.number(),
          batch.rows(),
          batch.nanos() / 1e6,
          batch.rowsPerSecond(),
          batch.cpuPerRow());
    }
    line("  %-28s %,9.0f rows/s", "steady", figures.steady());
    line("  %-28s %,9.0f rows/s", "end to end", figures.endToEnd());
    line(
        "  %-28s %,9.1f µs/row, %.1f s in all",
        "CPU", figures.cpuNanos() / 1e3 / figures.rows(), figures.cpuNanos() / 1e9);
    line("  %-28s %,9.1f s of pauses", "garbage collection", figures.gcNanos() / 1e9);
    line(
        "  %-28s %,9.0f MB, %,.0f MB after a collection",
        "peak heap", figures.peakHeap() / 1e6, figures.peakKept() / 1e6);
    line("  %-28s %,9d files, %,.1f MB", "written", lake.files(), lake.bytes() / 1e6);
    if (lake.differences().isEmpty()) {
      line("  exact: %s%n", lake.expectedRows());
    } else {
      line("  NOT EXACT");
      lake.differences().forEach(difference -> line("    %s", difference));
      line("");
    }
    return lake.differences().isEmpty();
  }

  void profile(Profile profile, Figures figures) {
    double java = figures.cpuNanos() - figures.collectorNanos() - figures.compilerNanos();
    line("where the CPU time goes (%,d stacks)", profile.samples());
    line("  share  µs/row  what");
    for (Profile.Part part : profile.parts()) {
      double nanos = java * part.samples() / profile.samples();
      row(nanos, part.name(), figures);
      part.topFrames()
          .forEach(
              frame -> line("                   %3.0f%% %s", frame.share() * 100, frame.name()));
    }
    row(figures.collectorNanos(), "garbage collection", figures);
    row(figures.compilerNanos(), "just-in-time compiler", figures);
    line("");
  }

  private void row(double nanos, String name, Figures figures) {
    line(
        "  %4.1f%%  %6.2f  %s",
        nanos * 100 / figures.cpuNanos(), nanos / 1e3 / figures.rows(), name);
  }

  void ratio(Figures ours, Figures theirs) {
    line(
        "Lakebeam / Spark: %.2f steady, %.2f end to end",
        ours.steady() / theirs.steady(), ours.endToEnd() / theirs.endToEnd());
  }

  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }
}
