package io.lakebeam.pipeline.graph.window;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.Budgets;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.LedgerPlace;
import io.lakebeam.pipeline.graph.plan.PackedCoder;
import io.lakebeam.pipeline.graph.plan.Triggers;
import io.lakebeam.row.Packed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Redistribute;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;

/**
 * Adds to tables of windows those that the rows of an epoch have closed, once the tables that they
 * read are committed. Each epoch looks at each of them, as at views.
 */
public final class CloseWindows {
  private static final KvCoder<String, Packed<WindowPart>> PARTS =
      KvCoder.of(StringUtf8Coder.of(), PackedCoder.of());
  private static final KvCoder<String, String> TRIGGERS =
      KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of());

  private final LedgerPlace ledgerPlace;
  private final Map<String, CompiledWindows> windows = new LinkedHashMap<>();
  private final RegisterLookups lookups;
  private final Budgets budgets;

  public CloseWindows(CompiledPipeline pipeline, RegisterLookups lookups) {
    this.ledgerPlace = LedgerPlace.of(pipeline);
    this.lookups = lookups;
    this.budgets = Budgets.of(pipeline.spec());
    pipeline.windows().forEach(each -> windows.put(each.name(), each));
  }

  public PCollection<DatasetOutcome> after(
      PCollection<EpochPlan> plans, PCollection<DatasetOutcome> committed) {
    PCollection<KV<String, Packed<WindowPart>>> started =
        PCollectionList.of(
                plans
                    .apply(
                        "Window heartbeats",
                        ParDo.of(new PlanOfWindows(List.copyOf(windows.keySet()))))
                    .setCoder(TRIGGERS))
            .and(
                committed
                    .apply(
                        "Window triggers", ParDo.of(new Committed(List.copyOf(windows.values()))))
                    .setCoder(TRIGGERS))
            .apply("Triggers of windows", Flatten.pCollections())
            .apply("Triggers of a table of windows", GroupByKey.create())
            .apply("Start windows", ParDo.of(new StartWindows(ledgerPlace, windows)))
            .setCoder(PARTS);
    PCollection<KV<String, Packed<WindowPart>>> groups =
        started
            .apply("Files of windows", ParDo.of(new FilesOfWindows()))
            .setCoder(SerializableCoder.of(WindowPart.File.class))
            .apply("Spread files of windows", Redistribute.arbitrarily())
            .apply("Group windows", ParDo.of(new GroupWindows(lookups, windows)))
            .setCoder(PARTS);
    return PCollectionList.of(started)
        .and(groups)
        .apply("Parts of windows", Flatten.pCollections())
        .apply("Parts of a table of windows", GroupByKey.create())
        .apply("Commit windows", ParDo.of(new CommitWindows(ledgerPlace, windows, budgets)))
        .setCoder(SerializableCoder.of(DatasetOutcome.class));
  }

  private static final class FilesOfWindows
      extends DoFn<KV<String, Packed<WindowPart>>, WindowPart.File> {
    @ProcessElement
    public void files(
        @Element KV<String, Packed<WindowPart>> started, OutputReceiver<WindowPart.File> out) {
      ((WindowPart.Started) started.getValue().unpack()).files().forEach(out::output);
    }
  }

  /** Tells each table of windows when the epoch was planned. */
  private static final class PlanOfWindows extends DoFn<EpochPlan, KV<String, String>> {
    private final List<String> tables;

    PlanOfWindows(List<String> tables) {
      this.tables = tables;
    }

    @ProcessElement
    public void trigger(@Element EpochPlan plan, OutputReceiver<KV<String, String>> out) {
      tables.forEach(table -> out.output(KV.of(table, Triggers.of(plan))));
    }
  }

  /** Tells a table of windows that the table that it reads is committed. */
  private static final class Committed extends DoFn<DatasetOutcome, KV<String, String>> {
    private final List<CompiledWindows> windows;

    public Committed(List<CompiledWindows> windows) {
      this.windows = windows;
    }

    @ProcessElement
    public void trigger(@Element DatasetOutcome outcome, OutputReceiver<KV<String, String>> out) {
      for (CompiledWindows each : windows) {
        if (each.upstream().equals(outcome.dataset())) {
          out.output(KV.of(each.name(), Triggers.NONE));
        }
      }
    }
  }
}
