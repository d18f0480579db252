package io.lakebeam.pipeline.graph;

import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.OutputBuilder;

/** Keeps what a function puts out. */
public record CollectedOutput<T>(List<T> output) implements DoFn.OutputReceiver<T> {
  @Override
  public void output(T value) {
    output.add(value);
  }

  @Override
  public OutputBuilder<T> builder(T value) {
    throw new IllegalStateException("functions put out values, and nothing else");
  }
}
