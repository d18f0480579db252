package io.lakebeam.delta;

import io.delta.standalone.actions.Metadata;
import io.delta.standalone.types.StructField;
import io.lakebeam.delta.TableMismatchException.Difference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Compares a table with its definition. The order of columns does not count, for they are found by
 * name, and comments do not.
 */
final class TableDifferences {
  private static final String ABSENT = "absent";

  private TableDifferences() {}

  static List<Difference> between(Metadata table, TableDefinition definition) {
    List<Difference> differences = new ArrayList<>();
    Map<String, StructField> theirs = byName(table.getSchema().getFields());
    for (StructField our : DeltaTypes.struct(definition.schema()).getFields()) {
      StructField their = theirs.remove(our.getName().toLowerCase(Locale.ROOT));
      String ours = DeltaTypes.sql(our);
      if (their == null) {
        differences.add(new Difference("column " + our.getName(), ABSENT, ours));
      } else if (!their.getName().equals(our.getName())) {
        differences.add(
            new Difference("column " + our.getName(), "the name " + their.getName(), "this name"));
      } else if (!DeltaTypes.sql(their).equals(ours)) {
        differences.add(new Difference("column " + our.getName(), DeltaTypes.sql(their), ours));
      }
    }
    theirs
        .values()
        .forEach(
            their ->
                differences.add(
                    new Difference("column " + their.getName(), DeltaTypes.sql(their), ABSENT)));
    if (!table.getPartitionColumns().equals(definition.partitionBy())) {
      differences.add(
          new Difference(
              "partition columns",
              names(table.getPartitionColumns()),
              names(definition.partitionBy())));
    }
    return differences;
  }

  private static Map<String, StructField> byName(StructField[] fields) {
    Map<String, StructField> byName = new LinkedHashMap<>();
    for (StructField field : fields) {
      byName.put(field.getName().toLowerCase(Locale.ROOT), field);
    }
    return byName;
  }

  private static String names(List<String> columns) {
    return columns.isEmpty() ? "none" : columns.stream().collect(Collectors.joining(", "));
  }
}
