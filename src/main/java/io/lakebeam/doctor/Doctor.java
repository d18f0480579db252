package io.lakebeam.doctor;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.MaskedErrors;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Tries what a run of a pipeline needs and tells what is right and what is wrong, one sentence a
 * check, in the order a run meets it.
 *
 * <pre>{@code
 * Doctor doctor = new Doctor(Clock.systemUTC(), Secrets::resolve, Duration.ofSeconds(15), print);
 * doctor.machine();
 * doctor.stores(spec);
 * doctor.sources(spec, Optional.of(compiled));
 * doctor.lake(spec, Optional.of(compiled));
 * }</pre>
 *
 * <p>It reads from sources and leaves nothing behind in the lake: a probe file is written and
 * removed, no table, plan or lease is touched.
 */
public final class Doctor {
  private static final long MEMORY_FOR_COMFORT = 1L << 30;
  private static final int JAVA = 17;

  private final Clock clock;
  private final Function<SecretText, String> resolve;
  private final Duration patience;
  private final Consumer<Finding> told;

  /**
   * @param resolve the value of a setting that may hold a secret
   * @param patience how long one check may take
   * @param told is handed each finding as soon as it is there
   */
  public Doctor(
      Clock clock,
      Function<SecretText, String> resolve,
      Duration patience,
      Consumer<Finding> told) {
    this.clock = clock;
    this.resolve = resolve;
    this.patience = patience;
    this.told = told;
  }

  /** Java and its memory. */
  public void machine() {
    Checks checks = new Checks("machine", patience, told);
    checks.aside("java", () -> java(Runtime.version().feature()));
    checks.aside("memory", () -> memory(Runtime.getRuntime().maxMemory()));
  }

  /**
   * What the pipeline says of its stores, which all that follows signs in with, as in a run.
   * Nothing is told of a pipeline that says nothing.
   */
  public void stores(PipelineSpec spec) {
    if (!spec.storage().settings().isEmpty()) {
      new Checks("storage", patience, told).check("settings", () -> use(spec.storage(), spec));
    }
  }

  private static Outcome use(StorageSpec storage, PipelineSpec spec) {
    List<Problem> unset = Secrets.unsetSecrets(spec.withSources(List.of()));
    if (!unset.isEmpty()) {
      return new Outcome.Failed(
          ErrorCode.SECRET_UNSET,
          String.join(", ", unset.stream().map(Problem::problem).distinct().toList()),
          unset.get(0).cause(),
          unset.get(0).fix());
    }
    Storage.of(storage).open();
    return new Outcome.Ok(storage.settings().size() + " settings of stores are in use");
  }

  /**
   * Every source, used or not.
   *
   * @param compiled the pipeline, when it compiles: it says what is masked of the records
   */
  public void sources(PipelineSpec spec, Optional<CompiledPipeline> compiled) {
    MaskedErrors errors = compiled.map(MaskedErrors::of).orElseGet(() -> MaskedErrors.of(spec));
    for (SourceSpec source : spec.sources()) {
      UnaryOperator<Problem> masked = problem -> errors.ofSource(source.name(), problem);
      UnaryOperator<String> ofRecord = error -> errors.ofRecord(source.name(), error);
      Checks checks =
          new Checks(source.name(), patience, finding -> told.accept(finding.inOtherWords(masked)));
      if (source.connection() instanceof SourceSpec.Kafka) {
        new TopicChecks(spec, source, resolve, patience, clock, ofRecord).run(checks);
      } else {
        new FileChecks(Storage.of(spec.storage()), source, ofRecord).run(checks);
      }
    }
  }

  /**
   * Where the tables are.
   *
   * @param compiled the pipeline, when it compiles: its tables are looked at then
   */
  public void lake(PipelineSpec spec, Optional<CompiledPipeline> compiled) {
    new LakeChecks(spec, compiled, clock).run(new Checks("lake", patience, told));
  }

  static Outcome java(int version) {
    return version >= JAVA
        ? new Outcome.Ok("Java " + version)
        : new Outcome.Failed(
            ErrorCode.MACHINE_UNFIT,
            "Java " + version + " is too old",
            "",
            "Install Java " + JAVA + " or newer");
  }

  static Outcome memory(long bytes) {
    String size = String.format(Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    return bytes >= MEMORY_FOR_COMFORT
        ? new Outcome.Ok(size + " of memory at most")
        : new Outcome.Warning(
            ErrorCode.MACHINE_UNFIT,
            "only " + size + " of memory",
            "an epoch of many rows may not fit",
            "Set LAKEBEAM_JAVA_OPTS=-Xmx2g, or lower max_rows_per_epoch");
  }

  /** Those that went wrong in some way. */
  public static boolean isWell(List<Finding> findings) {
    return findings.stream().allMatch(finding -> finding.outcome() instanceof Outcome.Ok);
  }
}
