package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.source.Slice;
import io.lakebeam.source.file.SliceCutter;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * The part of a plan that concerns one source, cut into tasks: of large files, by a look at them.
 */
public final class SlicesOf extends DoFn<EpochPlan, ReadTask> {
  private final Storage storage;
  private final SourceSpec source;
  private final Set<String> into;
  private final int workers;

  public SlicesOf(Storage storage, SourceSpec source, Set<String> into, int workers) {
    this.storage = storage;
    this.source = source;
    this.into = new TreeSet<>(into);
    this.workers = workers;
  }

  @ProcessElement
  public void cut(@Element EpochPlan plan, OutputReceiver<ReadTask> out) {
    // One worker reads a file no faster in parts.
    BiFunction<Slice, Long, List<? extends Slice>> cutter =
        workers == 1 ? Slice::parts : SliceCutter.of(storage, source)::parts;
    ReadTask.of(plan, source.name(), into, !into.isEmpty(), workers, cutter).forEach(out::output);
  }
}
