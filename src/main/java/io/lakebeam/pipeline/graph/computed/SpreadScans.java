package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.epoch.EpochNotWholeException;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.row.Packed;
import io.lakebeam.sql.catalyst.operator.KeyedRows;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Decides which rows of a view are computed again, once it is known which keys have changed. */
final class SpreadScans
    extends DoFn<KV<String, Iterable<Packed<KeyPart>>>, KV<String, Packed<ComputedPart>>> {
  private static final int MOST_KEYS = 200_000;

  /** Keys of all files that are held against each other. */
  private static final int MOST_HELD = 2_000_000;

  /** Each file's scan takes the keys along. */
  private static final long MOST_BYTES = 64L << 20;

  private final Payload<HashMap<String, ComputedView>> views;
  private final long bucketBytes;
  private final TupleTag<Scan> scans;
  private final TupleTag<KV<String, Packed<ComputedPart>>> parts;

  SpreadScans(
      Payload<HashMap<String, ComputedView>> views,
      long bucketBytes,
      TupleTag<Scan> scans,
      TupleTag<KV<String, Packed<ComputedPart>>> parts) {
    this.views = views;
    this.bucketBytes = bucketBytes;
    this.scans = scans;
    this.parts = parts;
  }

  @ProcessElement
  public void spread(@Element KV<String, Iterable<Packed<KeyPart>>> of, MultiOutputReceiver out) {
    ComputedView view = views.get().get(of.getKey());
    Gathered gathered = new Gathered(view.key().orElseThrow().types().size());
    of.getValue().forEach(part -> part.unpack().tell(gathered));
    KeyPart.Begun begun = gathered.whole(view.name());
    boolean isKnown = gathered.isKnown;
    OperatorPlan plan = view.query().operators().unpack();
    ArrayList<byte[]> changed = new ArrayList<>(isKnown ? gathered.rows.changed() : List.of());
    List<Scan> some =
        isKnown && changed.size() <= MOST_KEYS
            ? Scans.ofKeys(begun.of(), plan, view, begun.refresh(), changed, bucketBytes)
            : List.of();
    long bytes = changed.stream().mapToLong(key -> key.length).sum() * some.size();
    boolean isWhole = some.isEmpty() || bytes > MOST_BYTES;
    List<Scan> all = isWhole ? Scans.whole(begun.of(), plan, begun.refresh()) : some;
    all.forEach(scan -> out.get(scans).output(scan));
    ComputedPart started =
        new ComputedPart.Started(begun.refresh().withoutFiles(), all.size(), isWhole);
    out.get(parts).output(KV.of(view.name(), Packed.of(started)));
  }

  /** What has met. */
  private static final class Gathered implements KeyPart.Listener {
    private final int columns;
    private final KeyedRows rows = new KeyedRows();
    private final Set<String> refreshes = new HashSet<>();
    private KeyPart.@Nullable Begun begun;
    private boolean isKnown = true;
    private int files;

    Gathered(int columns) {
      this.columns = columns;
    }

    @Override
    public void begun(KeyPart.Begun of) {
      begun = of;
    }

    @Override
    public void read(KeyPart.Read keys) {
      files++;
      refreshes.add(keys.refresh());
      isKnown &= rows.size() <= MOST_HELD;
      if (isKnown) {
        rows.merge(keys.sums(), columns);
      }
    }

    @Override
    public void gone(KeyPart.Gone gone) {
      files++;
      refreshes.add(gone.refresh());
      isKnown = false;
    }

    /** What it is of, once it is sure that all of it has come, and nothing else. */
    KeyPart.Begun whole(String view) {
      if (begun == null
          || files != begun.files()
          || !Set.of(begun.of().refresh()).containsAll(refreshes)) {
        throw new EpochNotWholeException("view " + view, "not all files were looked at");
      }
      return begun;
    }
  }
}
