package io.lakebeam.benchmark;

import io.lakebeam.epoch.EpochResult;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.project.PipelineLocation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * An update of the benchmark's pipeline, in a JVM of its own: triggered, or as a soak test
 * continuous, until every event is read.
 */
final class LakebeamProcess {
  private static final String BRONZE = "bronze_flight_events";

  /** Held, because the JDK forgets the level of a logger that nobody holds. */
  private static final Logger LOG = Logger.getLogger("");

  private LakebeamProcess() {}

  /**
   * @param arguments the pipeline's file, the lake, rows an epoch, where the figures go, the runner
   *     (direct, or a master of Spark's), the events to soak in (0 for a triggered update), and
   *     where the recording goes if there is to be one
   */
  public static void main(String[] arguments) throws IOException {
    Meter meter = new Meter();
    LOG.setLevel(Level.SEVERE);
    if (arguments.length > 6) {
      try (StackRecording recording = StackRecording.start(Path.of(arguments[6]))) {
        run(meter, arguments);
      }
    } else {
      run(meter, arguments);
    }
    // Threads of the runner's pools would keep the JVM for a minute.
    System.exit(0);
  }

  private static void run(Meter meter, String[] arguments) throws IOException {
    long start = System.nanoTime();
    CompiledPipeline pipeline =
        PipelineCompiler.compile(read(Path.of(arguments[0]), arguments[1], arguments[2]));
    long soak = Long.parseLong(arguments[5]);
    AtomicReference<Update> update = new AtomicReference<>();
    UpdateListener listener =
        soak == 0
            ? new Epochs(meter)
            : new Soak(new Epochs(meter), Path.of(arguments[1]), soak, () -> update.get().stop());
    update.set(new Update(pipeline, profile(arguments[4]), listener, Clock.systemUTC()));
    meter.ready(System.nanoTime() - start);
    update.get().run(soak == 0 ? Update.Mode.TRIGGERED : Update.Mode.CONTINUOUS);
    meter.figures("Lakebeam, " + arguments[4]).write(Path.of(arguments[3]));
  }

  private static RunnerProfile profile(String runner) {
    return runner.startsWith("local")
        ? new RunnerProfile("spark", Map.of("master", runner), Map.of())
        : RunnerProfile.DIRECT;
  }

  private static PipelineSpec read(Path file, String lake, String rowsPerEpoch) {
    // It names a trust store of its own, which files that are only data may not.
    return new PipelineReader(Trust.AS_CODE)
        .read(
            PipelineLocation.of(file, Path.of("").toAbsolutePath()),
            Map.of("LAKE", lake, "MAX_ROWS_PER_EPOCH", rowsPerEpoch),
            System::getenv);
  }

  /** Records that an epoch has read. */
  static long read(EpochResult result) {
    return result.datasets().stream()
        .filter(dataset -> dataset.dataset().equals(BRONZE))
        .mapToLong(EpochResult.DatasetResult::in)
        .sum();
  }

  /** Tells the meter of each epoch. */
  private record Epochs(Meter meter) implements UpdateListener {
    @Override
    public void done(EpochResult result, long millis) {
      meter.end(result.number());
      meter.rows(result.number(), read(result));
    }

    @Override
    public void warning(String text) {
      System.err.println("warning: " + text);
    }
  }
}
