package io.lakebeam.sql;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.beam.sdk.extensions.sql.BeamSqlUdf;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reference tables of this JVM, as the lookups that joins with them become. A worker registers a
 * table before its rows pass; the content is loaded when the first row asks.
 *
 * <p>A lookup is a function call, so it may stand anywhere in a query and needs no stage, shuffle
 * or side input of its own; a join of Beam SQL with a seekable table loses the rows that match
 * nothing.
 */
public final class Lookups {
  private static final Map<String, Supplier<LookupTable>> TABLES = new ConcurrentHashMap<>();

  /** Whose tables a thread asks: two pipelines of one name may run in one JVM, on two lakes. */
  private static final ThreadLocal<String> OWNER = ThreadLocal.withInitial(() -> "");

  private Lookups() {}

  /**
   * Makes a table known to this JVM.
   *
   * @param owner whose table it is, unique in this JVM
   * @param id as {@link LookupJoin#id()} says
   * @param table called for each row that looks something up; expected to remember
   */
  public static void register(String owner, String id, Supplier<LookupTable> table) {
    TABLES.put(key(owner, id), table);
  }

  /** Lets this thread look up in the tables of that owner, and no other's, from now on. */
  public static void lookUpFor(String owner) {
    OWNER.set(owner);
  }

  private static String key(String owner, String id) {
    return owner + "\n" + id;
  }

  /** Rows by key. Keys are text, several key columns joined by {@link LookupJoin}'s rule. */
  public interface LookupTable {
    /** The row's value in that column; empty when there is no such row or it is null there. */
    Optional<Object> value(String key, String column);

    boolean contains(String key);
  }

  private static @Nullable Object find(@Nullable String key, String id, String column) {
    return key == null ? null : table(id).value(key, column).orElse(null);
  }

  private static LookupTable table(String id) {
    Supplier<LookupTable> table = TABLES.get(key(OWNER.get(), id));
    if (table == null) {
      throw new IllegalStateException("reference table " + id + " is not registered here");
    }
    return table.get();
  }

  /** The names under which the functions below are known to queries. */
  public static Map<String, Class<? extends BeamSqlUdf>> functions() {
    return Map.of(
        "_LOOKUP_STRING", OfString.class,
        "_LOOKUP_INT", OfInt.class,
        "_LOOKUP_BIGINT", OfBigint.class,
        "_LOOKUP_FLOAT", OfFloat.class,
        "_LOOKUP_DOUBLE", OfDouble.class,
        "_LOOKUP_BOOLEAN", OfBoolean.class,
        "_LOOKUP_FOUND", Found.class);
  }

  /** Looks up a STRING, and as text what has no function of its own. */
  public static final class OfString implements BeamSqlUdf {
    public @Nullable String eval(@Nullable String key, String id, String column) {
      Object value = find(key, id, column);
      return value == null ? null : value.toString();
    }
  }

  /** Looks up an INT. */
  public static final class OfInt implements BeamSqlUdf {
    public @Nullable Integer eval(@Nullable String key, String id, String column) {
      return (Integer) find(key, id, column);
    }
  }

  /** Looks up a BIGINT. */
  public static final class OfBigint implements BeamSqlUdf {
    public @Nullable Long eval(@Nullable String key, String id, String column) {
      return (Long) find(key, id, column);
    }
  }

  /** Looks up a FLOAT. */
  public static final class OfFloat implements BeamSqlUdf {
    public @Nullable Float eval(@Nullable String key, String id, String column) {
      return (Float) find(key, id, column);
    }
  }

  /** Looks up a DOUBLE. */
  public static final class OfDouble implements BeamSqlUdf {
    public @Nullable Double eval(@Nullable String key, String id, String column) {
      return (Double) find(key, id, column);
    }
  }

  /** Looks up a BOOLEAN. */
  public static final class OfBoolean implements BeamSqlUdf {
    public @Nullable Boolean eval(@Nullable String key, String id, String column) {
      return (Boolean) find(key, id, column);
    }
  }

  /** Tells whether there is a row: what an inner join asks. */
  public static final class Found implements BeamSqlUdf {
    public Boolean eval(@Nullable String key, String id) {
      return key != null && table(id).contains(key);
    }
  }
}
