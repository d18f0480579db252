package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.Progress;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.Time;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Vacuum;
import io.lakebeam.delta.Vacuum.Unneeded;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.NearestName;
import io.lakebeam.lake.StoredDatasets;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.Review;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.fs.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Deletes files of a pipeline's tables that nobody needs. */
@Command(
    name = "vacuum",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Deletes files that no table needs: of attempts that died before they were committed, and"
          + " those that were removed from a table longer ago than its retention (the table property"
          + " delta.deletedFileRetentionDuration; a week unless it says otherwise). So goes what the"
          + " ledger keeps of decisions of epochs that were done so long ago. What is younger than"
          + " the retention stays, so runs and readers may go on meanwhile.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam vacuum airlines --dry-run",
      "  lakebeam vacuum airlines",
      "  lakebeam vacuum airlines --table flights --table flights_quarantine",
      "  lakebeam vacuum airlines --retention 24h --force"
    })
final class VacuumCommand implements Callable<Integer> {
  private static final String LEDGER = "_lakebeam";

  private final Console console;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Only this table of the pipeline; may be repeated.")
  private List<String> tables = List.of();

  @Option(
      names = "--retention",
      paramLabel = "TIME",
      converter = Time.class,
      description = {
        "Files younger than this stay (7d, 12h). At most each table's own retention, which is the"
            + " default; less needs --force."
      })
  private Duration retention;

  @Option(
      names = "--force",
      description = {
        "Allow a retention shorter than the tables' own: older versions, and readers that are slower"
            + " than it, lose their files. No run may be alive then."
      })
  private boolean force;

  @Option(names = "--dry-run", description = "Delete nothing, list what would be deleted.")
  private boolean dryRun;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of objects.")
  private Output output = Output.TEXT;

  VacuumCommand(Console console) {
    this.console = console;
  }

  /** What a table can do without. */
  private record Found(String table, List<Unneeded> files) {
    long bytes() {
      return files.stream().mapToLong(Unneeded::bytes).sum();
    }
  }

  @Override
  public Integer call() {
    CompiledPipeline opened = pipeline.open(lake, console);
    Ledger ledger = Ledger.of(opened.lake(), opened.name());
    CompiledPipeline compiled = opened.withId(ledger.id());
    List<StoredDatasets.Stored> stored = chosen(StoredDatasets.of(compiled));
    boolean isShort = isShorterThanTheirOwn(stored);
    if (isShort && !force && !dryRun) {
      throw new UsageException(
          "--retention "
              + Time.text(retention)
              + " is shorter than the tables keep removed files for: older versions, and readers"
              + " that are slower than it, would lose theirs; if that is meant, add --force");
    }
    if (isShort && !dryRun) {
      try (Lease lease = Lease.acquire(ledger, compiled.name(), "vacuum", Clock.systemUTC())) {
        vacuum(stored, compiled, ledger);
        lease.check();
      }
    } else {
      vacuum(stored, compiled, ledger);
    }
    return ExitCode.DONE;
  }

  private List<StoredDatasets.Stored> chosen(List<StoredDatasets.Stored> all) {
    List<String> names = all.stream().map(StoredDatasets.Stored::name).toList();
    for (String table : tables) {
      if (!names.contains(table)) {
        throw new UsageException(
            "the pipeline has no table "
                + table
                + "; "
                + NearestName.question(table, names)
                + "its tables are "
                + String.join(", ", names));
      }
    }
    return all.stream()
        .filter(each -> each.snapshot().isPresent())
        .filter(each -> tables.isEmpty() || tables.contains(each.name()))
        .toList();
  }

  private boolean isShorterThanTheirOwn(List<StoredDatasets.Stored> stored) {
    return retention != null
        && stored.stream()
            .map(each -> DeltaTable.at(each.place()).fileRetention())
            .anyMatch(own -> retention.compareTo(own) < 0);
  }

  private void vacuum(
      List<StoredDatasets.Stored> stored, CompiledPipeline compiled, Ledger ledger) {
    Place lake = compiled.lake();
    List<Found> all = new ArrayList<>();
    Duration longest = Duration.ZERO;
    Set<String> pending = new HashSet<>(ledger.pendingFiles());
    pending.addAll(Review.pendingFiles(compiled));
    for (StoredDatasets.Stored each : stored) {
      DeltaTable table = DeltaTable.at(each.place());
      Duration kept = retention == null ? table.fileRetention() : retention;
      longest = kept.compareTo(longest) > 0 ? kept : longest;
      List<Unneeded> files = Vacuum.find(table, kept, Clock.systemUTC().instant(), pending);
      all.add(done(new Found(each.name(), files)));
    }
    if (tables.isEmpty() && !stored.isEmpty()) {
      Instant before = Clock.systemUTC().instant().minus(longest);
      Path within = lake.path();
      List<Unneeded> files =
          new ArrayList<>(Vacuum.temporaries(lake.storage(), within, ledger.folder(), before));
      ledger
          .carriedOut(before)
          .forEach(file -> files.add(Unneeded.of(lake.storage(), within, file)));
      all.add(done(new Found(LEDGER, files)));
    }
    tell(all, compiled);
    if (output == Output.JSON) {
      console.line(json(all).toPrettyString());
    } else {
      summary(all);
    }
  }

  /** Told as it is done, because a large table takes its time. */
  private Found done(Found found) {
    if (dryRun) {
      if (output == Output.TEXT) {
        found.files().forEach(file -> console.line(file.file().toString()));
      }
      return found;
    }
    if (!found.files().isEmpty()) {
      delete(found);
    }
    if (output == Output.TEXT && !found.files().isEmpty()) {
      console.line(found.table() + ": " + amount(found.files().size(), found.bytes()));
    }
    return found;
  }

  private void tell(List<Found> all, CompiledPipeline compiled) {
    List<EventLog.Maintenance> done =
        all.stream()
            .filter(each -> !dryRun && !each.files().isEmpty())
            .map(
                each ->
                    new EventLog.Maintenance(
                        each.table(), "VACUUM", each.files().size(), each.bytes()))
            .toList();
    EventLog events = new EventLog(compiled.lake(), compiled.id(), compiled.name());
    if (!done.isEmpty() && events.isThere()) {
      events.append(Clock.systemUTC().instant(), done);
    }
  }

  private void delete(Found found) {
    AtomicLong deleted = new AtomicLong();
    long all = found.files().size();
    try (Progress progress =
        output == Output.JSON ? null : Progress.of(console, Clock.systemUTC())) {
      if (progress != null) {
        String what = "deleting from " + found.table();
        progress.begin(
            () ->
                new Progress.State(what, "file", deleted.get(), all, (double) deleted.get() / all));
      }
      for (Unneeded file : found.files()) {
        file.delete();
        deleted.incrementAndGet();
      }
    }
  }

  private void summary(List<Found> all) {
    long files = all.stream().mapToLong(each -> each.files().size()).sum();
    long bytes = all.stream().mapToLong(Found::bytes).sum();
    console.say((dryRun ? "would delete " : "deleted ") + amount(files, bytes));
  }

  private static String amount(long files, long bytes) {
    return Amounts.of(files, "file") + ", " + Amounts.bytes(bytes);
  }

  private ArrayNode json(List<Found> all) {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (Found found : all) {
      ObjectNode object =
          array
              .addObject()
              .put("table", found.table())
              .put("files", found.files().size())
              .put("bytes", found.bytes())
              .put("deleted", !dryRun);
      ArrayNode paths = object.putArray("paths");
      found.files().forEach(file -> paths.add(file.file().toString()));
    }
    return array;
  }
}
