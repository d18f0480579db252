package io.lakebeam.row;

import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayBasedMapData;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import java.util.Map;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Maps of rows. */
public final class RowMaps {
  private RowMaps() {}

  /** With the entries in their order, keys and values as rows hold them. */
  public static ArrayBasedMapData of(Map<?, ? extends @Nullable Object> entries) {
    return new ArrayBasedMapData(
        new GenericArrayData(entries.keySet().toArray()),
        new GenericArrayData(entries.values().toArray()));
  }
}
