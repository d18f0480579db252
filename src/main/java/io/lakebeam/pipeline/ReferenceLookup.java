package io.lakebeam.pipeline;

import io.lakebeam.source.ReferenceTable;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.LookupJoin;
import io.lakebeam.sql.Lookups.LookupTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.beam.sdk.values.Row;

/**
 * A reference table by a key. Loaded once an epoch: whoever starts an epoch's work makes a new one,
 * so that a changed file is seen by the next epoch and never within one.
 */
final class ReferenceLookup implements Supplier<LookupTable> {
  private final SourceSpec source;
  private final List<String> keyColumns;
  private LookupTable table;

  ReferenceLookup(SourceSpec source, List<String> keyColumns) {
    this.source = source;
    this.keyColumns = List.copyOf(keyColumns);
  }

  @Override
  public synchronized LookupTable get() {
    if (table == null) {
      table = load();
    }
    return table;
  }

  private LookupTable load() {
    Map<String, Row> rows = new HashMap<>();
    for (Row row : ReferenceTable.load(source)) {
      List<String> parts = new ArrayList<>();
      for (String column : keyColumns) {
        Object value = row.getValue(column);
        if (value != null) {
          parts.add(value.toString());
        }
      }
      if (parts.size() == keyColumns.size() && rows.put(LookupJoin.key(parts), row) != null) {
        throw new AmbiguousReferenceException(source.name(), keyColumns, parts);
      }
    }
    return new LookupTable() {
      @Override
      public Optional<Object> value(String key, String column) {
        Row row = rows.get(key);
        return row == null ? Optional.empty() : Optional.ofNullable(row.getValue(column));
      }

      @Override
      public boolean contains(String key) {
        return rows.containsKey(key);
      }
    };
  }

  /** Two rows of a reference table have the key that a join looks up. */
  static final class AmbiguousReferenceException extends RuntimeException {
    AmbiguousReferenceException(String source, List<String> columns, List<String> key) {
      super(
          "reference source "
              + source
              + " has several rows with "
              + columns
              + " = "
              + key
              + "; a lookup needs one: take the others out of its file, or join by more columns");
    }
  }
}
