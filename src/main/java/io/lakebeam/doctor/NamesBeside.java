package io.lakebeam.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Columns that no record of a sample has, while the data has a name that differs from theirs only
 * in signs that a table's column cannot have: {@code Order ID} and {@code order_id}.
 */
final class NamesBeside {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SourceSpec source;
  private final RowFields fields;
  private final Set<String> found = new LinkedHashSet<>();
  private final Map<String, String> unknown = new LinkedHashMap<>();

  NamesBeside(SourceSpec source) {
    this.source = source;
    this.fields = new RowFields(SourceReader.rowSchema(source));
  }

  /** Takes a row of the source. */
  void look(InternalRow row) {
    List<Column> columns = source.schema().columns();
    for (int i = 0; i < columns.size(); i++) {
      if (!row.isNullAt(i)) {
        found.add(columns.get(i).name());
      }
    }
    String rescued = fields.text(row, HiddenColumns.RESCUED.name());
    if (rescued == null) {
      return;
    }
    try {
      JSON.readTree(rescued)
          .fieldNames()
          .forEachRemaining(name -> unknown.put(letters(name), name));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("_rescued is an object of JSON", e);
    }
  }

  /** What to say of them; empty when there are none. */
  Optional<Outcome> outcome() {
    List<String> columns = new ArrayList<>();
    List<String> renames = new ArrayList<>();
    for (Column column : source.schema().columns()) {
      String name = unknown.get(letters(column.name()));
      if (name != null && !found.contains(column.name())) {
        columns.add(column.name() + " (the data has \"" + name + "\")");
        renames.add("\"" + name + "\": " + column.name());
      }
    }
    return columns.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Outcome.Warning(
                ErrorCode.INPUT_MISMATCHED,
                "no record has a value for " + String.join(", ", columns),
                "names match exactly, or else ignoring case; others go to _rescued",
                "Add rename: {" + String.join(", ", renames) + "} beside the source's schema"));
  }

  private static String letters(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }
}
