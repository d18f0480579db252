package io.lakebeam.doctor;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.PipelineNames;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.TableOwners;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.storage.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/** The lake: rights, what commits rest on, its tables, who runs the pipeline. */
final class LakeChecks {
  private static final long SPACE_FOR_COMFORT = 1L << 30;

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
    Place lake =
        checks
            .find(
                "reach",
                () -> {
                  Place place = TablePaths.lake(spec);
                  Path path = place.path();
                  wasThere[0] = place.storage().status(path).isPresent();
                  return new Checks.Found<>(
                      place,
                      new Outcome.Ok(
                          path + (wasThere[0] ? "" : " is not there yet: a run makes it")));
                })
            .orElse(null);
    if (lake != null) {
      checks.aside("tables", this::tables);
      checks.aside("others", () -> new OthersChecks(paths()).outcome());
      checks.aside("lease", this::lease);
    }
    new LakeProbe(lake, !wasThere[0], clock).run(checks);
    checks.aside("space", () -> space(lake.path()));
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
        : new Outcome.Warning(
            ErrorCode.STORAGE_FULL, "only " + size, "tables only grow", "Make room on that disk");
  }

  private Outcome lease() {
    Optional<Lease.Holder> holder =
        Lease.holder(Ledger.of(TablePaths.lake(spec), spec.name()), clock);
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
    Ledger ledger = Ledger.of(TablePaths.lake(spec), spec.name());
    List<String> neighbours = ledger.neighbours();
    Map<String, Place> paths = paths();
    Optional<Outcome> closed = new OthersChecks(paths).closed();
    if (closed.isPresent()) {
      return closed.get();
    }
    for (Map.Entry<String, Place> table : paths.entrySet()) {
      Optional<Snapshot> now = DeltaTable.at(table.getValue()).latest();
      there += now.isPresent() ? 1 : 0;
      Optional<TableOwners.Owned> owned =
          now.flatMap(
              snapshot ->
                  TableOwners.other(
                      ledger.id(), neighbours, table.getKey(), table.getValue(), snapshot));
      if (owned.isPresent()) {
        String owner = PipelineNames.of(TablePaths.lake(spec)).name(owned.get().pipeline());
        return new Outcome.Failed(
            ErrorCode.TABLE_OF_OTHER_PIPELINE,
            "table " + owned.get().table() + " belongs to pipeline " + owner,
            "two pipelines cannot add to one table",
            "If "
                + spec.name()
                + " is what "
                + owner
                + " is called now, run lakebeam adopt with --from "
                + owner
                + "; otherwise give the dataset another name, or the pipeline another lake");
      }
    }
    return new Outcome.Ok(there + " of " + (paths.size() + 1) + " are there and readable");
  }

  /** The pipeline's own, by name; none while it has problems of its own. */
  private Map<String, Place> paths() {
    Map<String, Place> paths = new TreeMap<>();
    compiled.ifPresent(
        pipeline -> {
          pipeline
              .streamingTables()
              .forEach(
                  table -> {
                    paths.put(table.name(), table.path());
                    paths.put(table.quarantineName(), table.quarantinePath());
                  });
          pipeline.upserts().forEach(upsert -> paths.put(upsert.name(), upsert.path()));
          pipeline.views().forEach(view -> paths.put(view.name(), view.path()));
        });
    return paths;
  }
}
