package io.lakebeam.pipeline;

import io.lakebeam.delta.view.Groups;
import io.lakebeam.sql.ViewQuery;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/** Adds up the rows of a bundle, so that groups are what is shuffled and not rows. */
final class GroupRows extends DoFn<Row, KV<String, Packed<ViewPart>>> {
  private final String view;
  private final ViewQuery query;
  private transient BundleWriters<Accumulator> bundle;

  GroupRows(String view, ViewQuery query) {
    this.view = view;
    this.query = query;
  }

  private static final class Accumulator implements AutoCloseable {
    private final Groups groups;
    private long rows;

    Accumulator(ViewQuery query) {
      this.groups = new Groups(query);
    }

    @Override
    public void close() {
      // Groups hold nothing open.
    }
  }

  @StartBundle
  public void startBundle() {
    bundle = new BundleWriters<>();
  }

  @ProcessElement
  public void add(@Element Row row, BoundedWindow window) {
    Accumulator accumulator = bundle.of(window, w -> new Accumulator(query));
    accumulator.groups.add(row);
    accumulator.rows++;
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    bundle.finish(
        (window, accumulator) ->
            context.output(
                KV.of(view, Packed.of(new ViewPart.Part(accumulator.groups, accumulator.rows))),
                window.maxTimestamp(),
                window));
  }
}
