package io.lakebeam.pipeline.graph;

import com.google.errorprone.annotations.OverridingMethodsMustInvokeSuper;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.storage.Storage;
import org.apache.beam.sdk.transforms.DoFn;

/**
 * A function that touches files. It carries how to sign in to them, by reference, and sees to it
 * that the JVM it runs in does so before its first element: a worker's JVM knows nothing but what
 * comes with the functions. {@code StorageTransportTest} finds functions that touch files and are
 * none of these.
 */
abstract class StorageFn<InputT, OutputT> extends DoFn<InputT, OutputT> {
  private final StorageSpec storage;

  StorageFn(StorageSpec storage) {
    this.storage = storage;
  }

  /** How to sign in, as it travels. */
  final StorageSpec storage() {
    return storage;
  }

  /** Before the first element. Who overrides it calls this first. */
  @Setup
  @OverridingMethodsMustInvokeSuper
  public void setup() {
    Storage.use(storage);
  }
}
