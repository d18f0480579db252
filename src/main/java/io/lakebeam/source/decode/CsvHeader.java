package io.lakebeam.source.decode;

import io.lakebeam.graph.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Which field of a record is which column.
 *
 * @param names of the fields, each another: one without a name is {@code _c} and its place, of
 *     those that share one each has its place behind it, as Spark names them
 * @param columns index of the column of each field, or {@link ColumnNames#UNKNOWN}
 * @param required how many fields a record has at least: those behind the last name may be missing
 * @param fault why no record under this header can become a row; empty when they can
 */
@SuppressWarnings("ArrayRecordComponent") // Read for every field of every record; never compared.
public record CsvHeader(List<String> names, int[] columns, int required, String fault) {
  /** Without a header: the fields come in the schema's order. */
  public static CsvHeader ofSchema(RowLayout layout) {
    int[] columns = new int[layout.columns().size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i;
    }
    return new CsvHeader(layout.namesInData(), columns, columns.length, "");
  }

  /** Of a file's first record. */
  public static CsvHeader of(List<String> fields, RowLayout layout) {
    List<Column> schema = layout.columns();
    List<String> names = fields.stream().map(String::strip).toList();
    // A name of the data is as the pipeline file has it, or without the blanks around it.
    ColumnNames byName = new ColumnNames(layout.namesInData().stream().map(String::strip).toList());
    int[] columns = new int[names.size()];
    Arrays.fill(columns, ColumnNames.UNKNOWN);
    String fault = "";
    boolean hasAny = false;
    for (int i = 0; i < schema.size(); i++) {
      List<Integer> found = fieldsOf(i, names, byName);
      fault = fault.isEmpty() ? faultOf(schema.get(i), found, names) : fault;
      if (!found.isEmpty()) {
        columns[found.get(0)] = i;
        hasAny = true;
      }
    }
    if (!hasAny) {
      String header = String.join(",", names.subList(0, named(names)));
      fault = "the header names no column of the schema: " + BadRecord.quoted(header);
    }
    return new CsvHeader(distinct(names), columns, named(names), fault);
  }

  /** Fields of a column's exact name; without any, those whose names differ in case only. */
  private static List<Integer> fieldsOf(int column, List<String> names, ColumnNames byName) {
    List<Integer> exact = new ArrayList<>();
    List<Integer> folded = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (byName.exact(names.get(i)) == column) {
        exact.add(i);
      } else if (byName.find(names.get(i)) == column) {
        folded.add(i);
      }
    }
    return exact.isEmpty() ? folded : exact;
  }

  private static String faultOf(Column column, List<Integer> found, List<String> names) {
    if (found.isEmpty() && !column.nullable()) {
      return "column " + column.name() + ": missing from the header, but declared NOT NULL";
    }
    if (found.size() <= 1) {
      return "";
    }
    String first = names.get(found.get(0));
    String second = names.get(found.get(1));
    return "column "
        + column.name()
        + ": twice in the header"
        + (first.equals(second) ? "" : ", as " + first + " and as " + second);
  }

  /** How many there are up to the last that is a name. */
  private static int named(List<String> names) {
    int count = names.size();
    while (count > 0 && names.get(count - 1).isEmpty()) {
      count--;
    }
    return count;
  }

  private static List<String> distinct(List<String> names) {
    List<String> distinct = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean isShared = Collections.frequency(names, name) > 1;
      distinct.add(name.isEmpty() ? "_c" + i : isShared ? name + i : name);
    }
    return List.copyOf(distinct);
  }

  /** A header that cannot be read itself. */
  public static CsvHeader unreadable(String reason) {
    return new CsvHeader(List.of(), new int[0], 0, "the header cannot be read: " + reason);
  }
}
