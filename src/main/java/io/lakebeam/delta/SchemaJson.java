package io.lakebeam.delta;

import io.lakebeam.graph.TableSchema;

/** Columns in the JSON of Delta's log, for readers who know Delta. */
public final class SchemaJson {
  private SchemaJson() {}

  /** A struct of the columns. */
  public static String of(TableSchema schema) {
    return DeltaTypes.struct(schema).toJson();
  }
}
