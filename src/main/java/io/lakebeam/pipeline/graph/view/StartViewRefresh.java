package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.References;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Looks how far a view is behind the table it follows, once that is committed. */
public final class StartViewRefresh
    extends DoFn<KV<String, Iterable<String>>, KV<String, ViewPart.Started>> {
  private final Payload<HashMap<String, ViewTable>> views;
  private final References references;

  public StartViewRefresh(References references, Map<String, ViewTable> views) {
    this.references = references;
    this.views = Payload.of(new HashMap<>(views));
  }

  @ProcessElement
  public void start(
      @Element KV<String, Iterable<String>> trigger,
      OutputReceiver<KV<String, ViewPart.Started>> out) {
    String view = trigger.getKey();
    TreeMap<String, String> lookedUp = references.of(view);
    views
        .get()
        .get(view)
        .refresh(References.text(lookedUp))
        .ifPresent(refresh -> out.output(KV.of(view, new ViewPart.Started(refresh, lookedUp))));
  }
}
