package io.lakebeam.pipeline;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Looks for numbers that have no room in their DECIMAL column: SQL computes without its limits. */
final class DecimalFit implements Serializable {
  private final List<Column> columns = new ArrayList<>();
  private final List<Integer> positions = new ArrayList<>();

  DecimalFit(TableSchema schema) {
    for (int i = 0; i < schema.columns().size(); i++) {
      if (schema.columns().get(i).type() instanceof DataType.Decimal) {
        columns.add(schema.columns().get(i));
        positions.add(i);
      }
    }
  }

  /** Says what does not fit; empty when all does. */
  Optional<String> problem(Row row) {
    for (int i = 0; i < columns.size(); i++) {
      BigDecimal value = row.getValue(positions.get(i));
      if (isTooLarge(value, i)) {
        String type = columns.get(i).type().sql();
        return Optional.of(
            "column " + columns.get(i).name() + ": " + value + " does not fit " + type);
      }
    }
    return Optional.empty();
  }

  /** The row's values, NULL in place of those that do not fit: what a quarantine can store. */
  List<Object> fitting(Row row) {
    List<Object> values = new ArrayList<>(row.getValues());
    for (int i = 0; i < columns.size(); i++) {
      if (isTooLarge((BigDecimal) values.get(positions.get(i)), i)) {
        values.set(positions.get(i), null);
      }
    }
    return values;
  }

  private boolean isTooLarge(@Nullable BigDecimal value, int column) {
    DataType.Decimal type = (DataType.Decimal) columns.get(column).type();
    return value != null
        && value.setScale(type.scale(), RoundingMode.HALF_UP).precision() > type.precision();
  }
}
