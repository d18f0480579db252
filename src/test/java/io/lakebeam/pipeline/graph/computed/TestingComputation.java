package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.References;
import io.lakebeam.pipeline.graph.CollectedOutput;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.row.Packed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.DoFn.OutputReceiver;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/** Plays the runner of {@link ComputeViews}, as {@code TestingGraph} does for all else. */
public final class TestingComputation {
  /** Few, so that rows of a small table meet in several buckets. */
  private static final long BUCKET_BYTES = 2_000;

  private final CompiledPipeline pipeline;
  private final EpochPlan plan;
  private final RegisterLookups lookups;
  private final BoundedWindow window;
  private final Random random;
  private final Steps steps;

  /** Does a step as often as a runner may. */
  public interface Steps {
    <T> T step(Supplier<T> step);
  }

  public TestingComputation(
      CompiledPipeline pipeline,
      EpochPlan plan,
      RegisterLookups lookups,
      BoundedWindow window,
      Random random,
      Steps steps) {
    this.pipeline = pipeline;
    this.plan = plan;
    this.lookups = lookups;
    this.window = window;
    this.random = random;
    this.steps = steps;
  }

  /** Brings all computed views up to date. */
  public List<DatasetOutcome> run() {
    List<DatasetOutcome> outcomes = new ArrayList<>();
    for (List<ComputedView> group : ComputeViews.groups(pipeline)) {
      List<ComputedView> views = new ArrayList<>(group);
      Collections.shuffle(views, random);
      views.forEach(view -> outcomes.addAll(run(view)));
    }
    return outcomes;
  }

  private List<DatasetOutcome> run(ComputedView view) {
    HashMap<String, ComputedView> views = new HashMap<>(Map.of(view.name(), view));
    HashMap<String, ComputedTable> tables =
        new HashMap<>(Map.of(view.name(), ComputeViews.stored(pipeline.id(), view)));
    TupleTag<KV<String, Packed<ComputedPart>>> parts = new TupleTag<>("parts");
    TupleTag<Scan> scans = new TupleTag<>("scans");
    TupleTag<KeyPart.File> files = new TupleTag<>("files");
    TupleTag<KV<String, Packed<KeyPart>>> keys = new TupleTag<>("keys");
    int levels = view.query().levels();
    List<TupleTag<KV<String, Packed<RowBatch>>>> tags = new ArrayList<>();
    for (int level = 1; level <= levels; level++) {
      tags.add(new TupleTag<>("level " + level));
    }
    StartComputation start =
        new StartComputation(
            new References(pipeline),
            Payload.of(views),
            Payload.of(tables),
            BUCKET_BYTES,
            scans,
            files,
            keys,
            parts);
    ScanRows scan = new ScanRows(lookups, Payload.of(views), tags, parts);
    Operate operate = new Operate(lookups, Payload.of(views), tags, parts);
    WriteResult write = new WriteResult(Payload.of(views));
    scan.setup();
    operate.setup();
    write.setup();
    Outputs started = steps.step(() -> look(start, view.name()));
    if (started.of(parts).isEmpty() && started.of(keys).isEmpty()) {
      return List.of();
    }
    if (!started.of(keys).isEmpty()) {
      spread(
          view.name(),
          started,
          new ReadKeys(lookups, Payload.of(views)),
          new SpreadScans(Payload.of(views), BUCKET_BYTES, scans, parts),
          files,
          keys,
          scans,
          parts);
    }
    List<Packed<ComputedPart>> met = new ArrayList<>();
    List<Map<String, List<Packed<RowBatch>>>> incoming = new ArrayList<>();
    tags.forEach(tag -> incoming.add(new LinkedHashMap<>()));
    List<Scan> toRead = new ArrayList<>(started.of(scans));
    Collections.shuffle(toRead, random);
    for (Scan each : toRead) {
      gather(
          steps.step(
              () -> {
                Outputs out = new Outputs();
                scan.scan(each, window, out);
                return out;
              }),
          tags,
          parts,
          incoming,
          met);
    }
    for (int level = 1; level < levels; level++) {
      for (Map.Entry<String, List<Packed<RowBatch>>> bucket : incoming.get(level - 1).entrySet()) {
        gather(
            steps.step(
                () -> {
                  Outputs out = new Outputs();
                  operate.operate(shuffled(bucket), window, out);
                  return out;
                }),
            tags,
            parts,
            incoming,
            met);
      }
    }
    for (Map.Entry<String, List<Packed<RowBatch>>> bucket : incoming.get(levels - 1).entrySet()) {
      List<KV<String, Packed<ComputedPart>>> written =
          steps.step(
              () -> {
                List<KV<String, Packed<ComputedPart>>> out = new ArrayList<>();
                write.write(shuffled(bucket), window, new CollectedOutput<>(out));
                return out;
              });
      written.forEach(part -> met.add(part.getValue()));
    }
    // After the loss of a worker the view may be looked at once more, when a table has moved.
    boolean isSeenTwice = started.of(keys).isEmpty() && random.nextInt(20) == 0;
    Outputs seen = isSeenTwice ? look(start, view.name()) : started;
    seen.of(parts).forEach(part -> met.add(part.getValue()));
    CommitComputed commit = new CommitComputed(Payload.of(views), Payload.of(tables));
    return steps.step(
        () -> {
          Collections.shuffle(met, random);
          List<DatasetOutcome> out = new ArrayList<>();
          commit.commit(KV.of(view.name(), met), new CollectedOutput<>(out));
          return out;
        });
  }

  /** Which keys have changed, and so what is read. */
  private void spread(
      String view,
      Outputs started,
      ReadKeys read,
      SpreadScans spread,
      TupleTag<KeyPart.File> files,
      TupleTag<KV<String, Packed<KeyPart>>> keys,
      TupleTag<Scan> scans,
      TupleTag<KV<String, Packed<ComputedPart>>> parts) {
    read.setup();
    List<Packed<KeyPart>> met = new ArrayList<>();
    started.of(keys).forEach(part -> met.add(part.getValue()));
    for (KeyPart.File file : started.of(files)) {
      steps
          .step(
              () -> {
                List<KV<String, Packed<KeyPart>>> out = new ArrayList<>();
                read.read(file, window, new CollectedOutput<>(out));
                return out;
              })
          .forEach(part -> met.add(part.getValue()));
    }
    Collections.shuffle(met, random);
    Outputs out =
        steps.step(
            () -> {
              Outputs each = new Outputs();
              spread.spread(KV.of(view, met), each);
              return each;
            });
    started.of(scans).addAll(out.of(scans));
    started.of(parts).addAll(out.of(parts));
  }

  private Outputs look(StartComputation start, String view) {
    Outputs out = new Outputs();
    List<String> triggers = new ArrayList<>(List.of("", plan.plannedAt().toString()));
    Collections.shuffle(triggers, random);
    start.start(KV.of(view, triggers), out);
    return out;
  }

  private KV<String, Iterable<Packed<RowBatch>>> shuffled(
      Map.Entry<String, List<Packed<RowBatch>>> bucket) {
    List<Packed<RowBatch>> batches = new ArrayList<>(bucket.getValue());
    Collections.shuffle(batches, random);
    return KV.of(bucket.getKey(), batches);
  }

  private static void gather(
      Outputs from,
      List<TupleTag<KV<String, Packed<RowBatch>>>> tags,
      TupleTag<KV<String, Packed<ComputedPart>>> parts,
      List<Map<String, List<Packed<RowBatch>>>> incoming,
      List<Packed<ComputedPart>> met) {
    from.of(parts).forEach(part -> met.add(part.getValue()));
    for (int i = 0; i < tags.size(); i++) {
      for (KV<String, Packed<RowBatch>> batch : from.of(tags.get(i))) {
        incoming
            .get(i)
            .computeIfAbsent(batch.getKey(), key -> new ArrayList<>())
            .add(batch.getValue());
      }
    }
  }

  /** Keeps what a function puts out, by the name of the output. */
  private static final class Outputs implements MultiOutputReceiver {
    private final Map<String, List<Object>> outputs = new HashMap<>();

    @SuppressWarnings("unchecked") // a tag's output has values of its type
    <T> List<T> of(TupleTag<T> tag) {
      return (List<T>) outputs.computeIfAbsent(tag.getId(), id -> new ArrayList<>());
    }

    @Override
    public <T> OutputReceiver<T> get(TupleTag<T> tag) {
      return new CollectedOutput<>(of(tag));
    }

    @Override
    public <T> OutputReceiver<Row> getRowReceiver(TupleTag<T> tag) {
      throw new IllegalStateException("functions put out values, and nothing else");
    }
  }
}
