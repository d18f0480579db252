package io.lakebeam.source;

import io.lakebeam.graph.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which field of a record is which column.
 *
 * @param names of the fields; a last one without a name is left out
 * @param columns index of the column of each field, or {@link ColumnNames#UNKNOWN}
 * @param fault why no record under this header can become a row; empty when they can
 */
@SuppressWarnings("ArrayRecordComponent") // Read for every field of every record; never compared.
record CsvHeader(List<String> names, int[] columns, String fault) {
  /** Without a header: the fields come in the schema's order. */
  static CsvHeader ofSchema(List<Column> schema) {
    int[] columns = new int[schema.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i;
    }
    return new CsvHeader(schema.stream().map(Column::name).toList(), columns, "");
  }

  /** Of a file's first record. */
  static CsvHeader of(List<String> fields, List<Column> schema) {
    List<String> names = new ArrayList<>(fields.stream().map(String::strip).toList());
    if (names.get(names.size() - 1).isEmpty()) {
      names.remove(names.size() - 1);
    }
    ColumnNames byName = new ColumnNames(schema);
    int[] columns = new int[names.size()];
    String fault = "";
    Set<Integer> found = new HashSet<>();
    for (int i = 0; i < columns.length; i++) {
      columns[i] = byName.find(names.get(i));
      if (columns[i] != ColumnNames.UNKNOWN && !found.add(columns[i]) && fault.isEmpty()) {
        fault = "column " + schema.get(columns[i]).name() + ": twice in the header";
      }
    }
    if (found.isEmpty()) {
      fault =
          "the header names no column of the schema: " + BadRecord.quoted(String.join(",", names));
    }
    for (int i = 0; i < schema.size() && fault.isEmpty(); i++) {
      if (!schema.get(i).nullable() && !found.contains(i)) {
        fault =
            "column " + schema.get(i).name() + ": missing from the header, but declared NOT NULL";
      }
    }
    return new CsvHeader(List.copyOf(names), columns, fault);
  }

  /** A header that cannot be read itself. */
  static CsvHeader unreadable(String reason) {
    return new CsvHeader(List.of(), new int[0], "the header cannot be read: " + reason);
  }
}
