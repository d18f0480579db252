package io.lakebeam.pipeline;

import io.lakebeam.row.Packed;
import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a function takes along to where it works: bytes until it is first asked for. The direct
 * runner writes and reads each function several times for each bundle, only to look at its
 * signature. For one thread, as the function that holds it.
 */
public final class Payload<T extends Serializable> implements Serializable {
  private final Packed<T> packed;
  private transient @Nullable T value;

  private Payload(Packed<T> packed) {
    this.packed = packed;
  }

  public static <T extends Serializable> Payload<T> of(T value) {
    return new Payload<>(Packed.of(value));
  }

  public T get() {
    T known = value;
    if (known == null) {
      known = packed.unpack();
      value = known;
    }
    return known;
  }
}
