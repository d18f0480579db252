package io.lakebeam.sql;

import io.lakebeam.sql.catalyst.MemoryTables;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tables of this JVM that queries join with. A worker registers those of an epoch before its
 * rows pass.
 */
public final class Lookups {
  private static final MemoryTables NONE = new MemoryTables(Map.of());
  private static final Map<String, MemoryTables> TABLES = new ConcurrentHashMap<>();

  /** Whose tables a thread asks: two pipelines of one name may run in one JVM, on two lakes. */
  private static final ThreadLocal<String> OWNER = ThreadLocal.withInitial(() -> "");

  private Lookups() {}

  /**
   * Makes tables known to this JVM, in the place of those that the owner had.
   *
   * @param owner whose tables they are, unique in this JVM
   */
  public static void register(String owner, MemoryTables tables) {
    TABLES.put(owner, tables);
  }

  /** Lets this thread join with the tables of that owner, and no other's, from now on. */
  public static void lookUpFor(String owner) {
    OWNER.set(owner);
  }

  static MemoryTables tables() {
    return TABLES.getOrDefault(OWNER.get(), NONE);
  }
}
