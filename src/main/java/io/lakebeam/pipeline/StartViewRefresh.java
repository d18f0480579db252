package io.lakebeam.pipeline;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.ViewTable;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.TupleTag;

/** Looks how far a view is behind the table it follows, once that is committed. */
final class StartViewRefresh extends DoFn<KV<String, Iterable<String>>, DataFile> {
  static final TupleTag<DataFile> FILES = new TupleTag<>() {};
  static final TupleTag<KV<String, Packed<ViewPart>>> PARTS = new TupleTag<>() {};

  private final String view;
  private final ViewTable table;

  StartViewRefresh(String view, ViewTable table) {
    this.view = view;
    this.table = table;
  }

  @ProcessElement
  public void start(@Element KV<String, Iterable<String>> trigger, MultiOutputReceiver out) {
    if (!trigger.getKey().equals(view)) {
      return;
    }
    Optional<ViewTable.Refresh> refresh = table.refresh();
    if (refresh.isPresent()) {
      out.get(PARTS).output(KV.of(view, Packed.of(new ViewPart.Started(refresh.get()))));
      refresh.get().files().forEach(out.get(FILES)::output);
    }
  }
}
