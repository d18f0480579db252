package io.lakebeam.doctor;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.TableOwners;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The lake: rights, what commits rest on, its tables, who runs the pipeline. */
final class LakeChecks {
  private static final long SPACE_FOR_COMFORT = 1L << 30;

  /** A lease lasts 30 seconds: clocks further apart than half of that make it pass on early. */
  private static final Duration SKEW = Duration.ofSeconds(15);

  private static final byte[] PROBE = "lakebeam doctor\n".getBytes(StandardCharsets.UTF_8);

  private final PipelineSpec spec;
  private final Optional<CompiledPipeline> compiled;
  private final Clock clock;

  LakeChecks(PipelineSpec spec, Optional<CompiledPipeline> compiled, Clock clock) {
    this.spec = spec;
    this.compiled = compiled;
    this.clock = clock;
  }

  void run(Checks checks) {
    boolean[] wasThere = {true};
    Path lake =
        checks
            .find(
                "reach",
                () -> {
                  Path path = Storage.path(spec.lake());
                  wasThere[0] = Storage.status(path).isPresent();
                  return new Checks.Found<>(
                      path,
                      new Outcome.Ok(
                          path + (wasThere[0] ? "" : " is not there yet: a run makes it")));
                })
            .orElse(null);
    if (lake != null) {
      checks.aside("tables", this::tables);
      checks.aside("lease", this::lease);
    }
    probe(checks, lake, !wasThere[0]);
    checks.aside("space", () -> space(lake));
  }

  private void probe(Checks checks, Path lake, boolean isOurs) {
    Path folder =
        new Path(lake == null ? "/" : lake.toString(), "_lakebeam_doctor_" + UUID.randomUUID());
    Path file = new Path(folder, "probe");
    boolean isWritten =
        checks.find("write", () -> new Checks.Found<>(true, write(file))).isPresent();
    checks.aside("clock", () -> skew(Storage.status(file).orElseThrow(), clock.instant()));
    checks.aside("rename", () -> rename(file, new Path(folder, "renamed")));
    Optional<Path> made = isOurs ? Optional.of(lake) : Optional.empty();
    checks.aside("delete", () -> delete(folder, made));
    if (lake != null && !isWritten) {
      // Half of a probe may be there all the same; that it cannot be removed is no news then.
      checks.quietly(() -> delete(folder, made));
    }
  }

  private static Outcome write(Path probe) {
    boolean first = Storage.putIfAbsent(probe, PROBE);
    boolean second = Storage.putIfAbsent(probe, PROBE);
    boolean isSame = Storage.read(probe).filter(bytes -> Arrays.equals(bytes, PROBE)).isPresent();
    if (first && !second && isSame) {
      return new Outcome.Ok("a file is written once, refused a second time, and reads the same");
    }
    return new Outcome.Failed(
        "the storage does not keep what a commit rests on",
        first && second
            ? "a file that was there was written over by a write-if-absent"
            : "a file that was written does not read the same",
        "Use storage that can create a file only if it is absent, such as ADLS Gen2 (abfss), S3"
            + " or a local disk");
  }

  private static Outcome rename(Path from, Path to) throws IOException {
    FileSystem files = Storage.fileSystem(from);
    try {
      if (files.rename(from, to) && Storage.read(to).isPresent() && Storage.read(from).isEmpty()) {
        return new Outcome.Ok("a file can be renamed");
      }
    } catch (IOException e) {
      throw new StorageException("rename", from.toString(), e);
    }
    return new Outcome.Failed(
        "a file cannot be renamed", "the storage refused it", "Allow it to write and delete there");
  }

  /** Also a lake that only the probe has made. */
  private static Outcome delete(Path folder, Optional<Path> lake) throws IOException {
    Storage.delete(folder);
    if (Storage.status(folder).isPresent()) {
      return new Outcome.Failed(
          "a file cannot be deleted",
          folder + " is still there",
          "Allow the account to delete there, and delete that folder");
    }
    if (lake.isPresent() && Storage.list(lake.get()).isEmpty()) {
      Storage.delete(lake.get());
    }
    return new Outcome.Ok("files can be deleted; the probe is removed");
  }

  static Outcome skew(FileStatus written, Instant now) {
    Duration apart = Duration.between(Instant.ofEpochMilli(written.getModificationTime()), now);
    return apart.abs().compareTo(SKEW) <= 0
        ? new Outcome.Ok("the storage's clock and this machine's agree")
        : new Outcome.Warning(
            "this machine's clock is "
                + apart.abs().toSeconds()
                + (apart.isNegative() ? " s behind" : " s ahead of")
                + " the storage's",
            "a lease would expire too soon or too late",
            "Set this machine's clock, by NTP");
  }

  private static Outcome space(Path lake) throws IOException {
    if (!"file".equals(lake.toUri().getScheme())) {
      return new Outcome.Ok("not a local disk");
    }
    java.nio.file.Path place = java.nio.file.Path.of(lake.toUri().getPath());
    while (!Files.exists(place)) {
      place = place.getParent();
    }
    long free = Files.getFileStore(place).getUsableSpace();
    String size = String.format(Locale.ROOT, "%.1f GiB free", free / (double) (1L << 30));
    return free >= SPACE_FOR_COMFORT
        ? new Outcome.Ok(size)
        : new Outcome.Warning("only " + size, "tables only grow", "Make room on that disk");
  }

  private Outcome lease() {
    Optional<Lease.Holder> holder = Lease.holder(new Ledger(spec.lake(), spec.name()), clock);
    return new Outcome.Ok(
        holder
            .map(
                h ->
                    String.format(
                        Locale.ROOT,
                        "run %s on %s (process %d) holds it until %s",
                        h.run(),
                        h.host(),
                        h.process(),
                        h.expiresAt()))
            .orElse("free"));
  }

  private Outcome tables() {
    if (compiled.isEmpty()) {
      return new Outcome.Ok("not looked at: the pipeline has problems of its own");
    }
    int there = DeltaTable.at(TablePaths.of(spec, EventLog.TABLE)).latest().isPresent() ? 1 : 0;
    List<String> neighbours = new Ledger(spec.lake(), spec.name()).neighbours();
    Map<String, String> paths = paths(compiled.get());
    for (Map.Entry<String, String> table : paths.entrySet()) {
      Optional<Snapshot> now = DeltaTable.at(table.getValue()).latest();
      there += now.isPresent() ? 1 : 0;
      Optional<TableOwners.Owned> owned =
          now.flatMap(
              snapshot ->
                  TableOwners.other(
                      spec.name(), neighbours, table.getKey(), table.getValue(), snapshot));
      if (owned.isPresent()) {
        return new Outcome.Failed(
            "table " + owned.get().table() + " belongs to pipeline " + owned.get().pipeline(),
            "two pipelines cannot add to one table",
            "Give the dataset another name, or the pipeline another lake");
      }
    }
    return new Outcome.Ok(there + " of " + (paths.size() + 1) + " are there and readable");
  }

  /** The pipeline's own, by name. */
  private static Map<String, String> paths(CompiledPipeline pipeline) {
    Map<String, String> paths = new TreeMap<>();
    pipeline
        .tables()
        .forEach(
            table -> {
              paths.put(table.name(), table.path());
              paths.put(table.quarantineName(), table.quarantinePath());
            });
    pipeline.views().forEach(view -> paths.put(view.name(), view.path()));
    return paths;
  }
}
