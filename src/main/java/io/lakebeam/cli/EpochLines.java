package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.source.BadFile;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Tells an update epoch by epoch, a line each. In are the records that came from sources; out are
 * the rows added to the last tables, those that no other streaming table reads, so a record that
 * two of them take counts twice; quarantined and dropped are rows of all tables.
 */
final class EpochLines implements UpdateListener {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Files of an epoch that are told one by one. */
  private static final int MOST_TOLD = 5;

  private final Console console;
  private final Output output;
  private final Set<String> first;
  private final Set<String> last;

  EpochLines(Console console, Output output, CompiledPipeline pipeline) {
    this.console = console;
    this.output = output;
    this.first =
        pipeline.tables().stream()
            .filter(table -> !pipeline.sourcesOf(table).isEmpty())
            .map(CompiledTable::name)
            .collect(Collectors.toSet());
    Set<String> read = new TreeSet<>();
    for (CompiledTable table : pipeline.tables()) {
      pipeline.graph().dataset(table.name()).ifPresent(dataset -> read.addAll(dataset.inputs()));
    }
    this.last =
        pipeline.tables().stream()
            .map(CompiledTable::name)
            .filter(name -> !read.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public void started() {
    if (output == Output.TEXT) {
      console.line(
          "each epoch: in = records from sources, out = rows added to " + String.join(", ", last));
    }
  }

  @Override
  public void planned(EpochPlan plan, boolean isReplay) {
    if (isReplay) {
      console.say("epoch " + plan.number() + " was not finished by the last run: doing it again");
    }
  }

  @Override
  public void done(EpochResult result, long millis) {
    long in = sum(result, first, DatasetResult::in);
    long out = sum(result, last, DatasetResult::accepted);
    long quarantined = result.datasets().stream().mapToLong(DatasetResult::quarantined).sum();
    long dropped = result.datasets().stream().mapToLong(DatasetResult::dropped).sum();
    if (output == Output.JSON) {
      console.line(
          JSON.createObjectNode()
              .put("epoch", result.number())
              .put("in", in)
              .put("out", out)
              .put("quarantined", quarantined)
              .put("dropped", dropped)
              .put("set_aside", result.setAside().size())
              .put("millis", millis)
              .toString());
      return;
    }
    console.line(
        String.format(
            Locale.ROOT,
            "epoch %-4d in %,9d  out %,9d  quarantined %,6d  dropped %,6d  %,7d ms",
            result.number(),
            in,
            out,
            quarantined,
            dropped,
            millis));
    tellSetAside(result.setAside());
  }

  private void tellSetAside(List<BadFile> files) {
    files.stream()
        .limit(MOST_TOLD)
        .forEach(file -> console.warning(file.source() + ": a file is set aside: " + file.error()));
    if (files.size() > MOST_TOLD) {
      console.warning(
          files.size() - MOST_TOLD + " more files are set aside; the event log names all of them");
    }
  }

  @Override
  public void warning(String text) {
    console.warning(text);
  }

  private static long sum(
      EpochResult result, Set<String> datasets, ToLongFunction<DatasetResult> count) {
    return result.datasets().stream()
        .filter(dataset -> datasets.contains(dataset.dataset()))
        .mapToLong(count)
        .sum();
  }
}
