package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.sorted.Slots;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.pipeline.References;
import io.lakebeam.row.Packed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/**
 * Looks how far a view is behind the table it follows, once that is committed. Gives the files to
 * be read, and, beside that, what is to be said at the commit and at the slots of the view.
 */
public final class StartViewRefresh extends DoFn<KV<String, Iterable<String>>, ViewPart.File> {
  private final Map<String, ViewTable> tables;
  private final References references;
  private transient Map<String, Groups> groups;

  public StartViewRefresh(References references, Map<String, ViewTable> tables) {
    this.references = references;
    this.tables = new HashMap<>(tables);
  }

  @Setup
  public void setup() {
    groups = new HashMap<>();
  }

  @ProcessElement
  public void start(@Element KV<String, Iterable<String>> trigger, MultiOutputReceiver out) {
    String view = trigger.getKey();
    TreeMap<String, String> lookedUp = references.of(view);
    ViewTable table = tables.get(view);
    table
        .refresh(References.text(lookedUp))
        .ifPresent(refresh -> start(view, table, refresh, lookedUp, out));
  }

  private void start(
      String view,
      ViewTable table,
      ViewTable.Refresh refresh,
      TreeMap<String, String> lookedUp,
      MultiOutputReceiver out) {
    ViewPart started = new ViewPart.Started(refresh.withoutFiles(), refresh.files().size());
    out.get(RefreshViews.COMMITS).output(KV.of(view, Packed.of(started)));
    Slots slots = table.slots(refresh, groups.computeIfAbsent(view, name -> table.groups()));
    for (int i = 0; i < slots.all().size(); i++) {
      List<DataFile> leaves = slots.all().get(i).leaves().stream().map(Slots.Leaf::file).toList();
      boolean lacksItsRow = table.lacksItsRow(refresh);
      if (!leaves.isEmpty() || lacksItsRow) {
        out.get(RefreshViews.SLOTS)
            .output(
                KV.of(
                    KV.of(view, i),
                    Packed.of(new ViewPart.OfSlot(refresh.key(), leaves, lacksItsRow, List.of()))));
      }
    }
    List<byte[]> from = slots.from();
    for (DataFile file : refresh.files()) {
      out.get(RefreshViews.FILES)
          .output(new ViewPart.File(view, refresh.key(), file, lookedUp, from));
    }
  }
}
