package io.lakebeam.pipeline;

import io.lakebeam.row.BeamRows;
import io.lakebeam.row.BeamSchemas;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.ReferenceTable;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.LookupJoin;
import io.lakebeam.sql.Lookups.LookupTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.values.Row;

/** Loads reference tables by the keys that joins look up. */
final class ReferenceLookup {
  private ReferenceLookup() {}

  /**
   * Reads a table whole.
   *
   * @throws io.lakebeam.source.SourceException when it cannot be read
   * @throws AmbiguousReferenceException when two of its rows have the same key
   */
  static LookupTable load(SourceSpec source, List<String> keyColumns) {
    Map<String, Row> rows = new HashMap<>();
    BeamRows beam =
        new BeamRows(source.schema().columns(), BeamSchemas.ofMilliseconds(source.schema()));
    for (InternalRow each : ReferenceTable.load(source)) {
      // Beam SQL asks for values as Beam's rows have them.
      Row row = beam.toBeam(each);
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
}
