package io.lakebeam.sql;

import io.lakebeam.sql.catalyst.MemoryTables;
import java.util.Map;

/**
 * The tables that queries of one pipeline join with in this JVM. A worker fills them for an epoch
 * before its rows pass. Thread-safe.
 */
public final class Lookups {
  private static final MemoryTables NONE = new MemoryTables(Map.of());

  /** Those that a thread asks: queries of several pipelines may run in one JVM. */
  private static final ThreadLocal<Lookups> OF_THREAD = ThreadLocal.withInitial(Lookups::new);

  private volatile MemoryTables tables = NONE;

  /** Has other tables from now on. */
  public void fill(MemoryTables others) {
    tables = others;
  }

  /** Lets this thread join with these tables, and no others, from now on. */
  public void use() {
    OF_THREAD.set(this);
  }

  static MemoryTables tables() {
    return OF_THREAD.get().tables;
  }
}
