package io.lakebeam.delta;

import io.delta.standalone.actions.Metadata;
import io.delta.standalone.types.ArrayType;
import io.delta.standalone.types.DataType;
import io.delta.standalone.types.MapType;
import io.delta.standalone.types.StructField;
import io.delta.standalone.types.StructType;
import io.lakebeam.delta.SchemaChange.Addition;
import io.lakebeam.delta.TableMismatchException.Difference;
import io.lakebeam.graph.Column;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A table's columns, and those that rows of a definition bring. Columns and fields are found by
 * name; their order does not count, and their comments do not. What the table has keeps its place
 * and whatever else somebody has said of it.
 */
final class MergedColumns {
  private static final String ABSENT = "no such column";

  private final List<Addition> additions = new ArrayList<>();
  private final List<String> loosened = new ArrayList<>();
  private final List<Difference> differences = new ArrayList<>();
  private final StructType schema;

  /** Fields that are declared NOT NULL, those too that Delta cannot call so. */
  private final Set<String> required;

  private MergedColumns(StructType theirs, StructType ours, Set<String> required) {
    this.required = required;
    this.schema = struct("", theirs, ours);
  }

  static MergedColumns of(Metadata table, TableDefinition definition) {
    return of(table.getSchema(), table.getPartitionColumns(), definition);
  }

  static MergedColumns of(StructType theirs, List<String> partitions, TableDefinition definition) {
    Set<String> required = new HashSet<>();
    addRequired("", definition.schema().columns(), required);
    MergedColumns merged =
        new MergedColumns(theirs, DeltaTypes.struct(definition.schema()), required);
    if (!partitions.equals(definition.partitionBy())) {
      merged.differences.add(
          new Difference(
              "partition columns",
              names(partitions),
              names(definition.partitionBy()),
              "files are laid out by them"));
    }
    return merged;
  }

  /** True when neither has what the other has not. */
  static boolean areSame(Metadata table, TableDefinition definition) {
    StructType ours = DeltaTypes.struct(definition.schema());
    return of(table, definition).change() instanceof SchemaChange.Unchanged
        && new MergedColumns(ours, table.getSchema(), Set.of()).change()
            instanceof SchemaChange.Unchanged;
  }

  /** What the table has afterwards; means nothing when the change is refused. */
  StructType schema() {
    return schema;
  }

  SchemaChange change() {
    if (!differences.isEmpty()) {
      return new SchemaChange.Refused(differences);
    }
    return additions.isEmpty() && loosened.isEmpty()
        ? new SchemaChange.Unchanged()
        : new SchemaChange.Additive(additions, loosened);
  }

  private StructType struct(String outer, StructType theirs, StructType ours) {
    Map<String, StructField> wanted = new LinkedHashMap<>();
    for (StructField field : ours.getFields()) {
      wanted.put(field.getName().toLowerCase(Locale.ROOT), field);
    }
    List<StructField> merged = new ArrayList<>();
    for (StructField their : theirs.getFields()) {
      StructField our = wanted.remove(their.getName().toLowerCase(Locale.ROOT));
      merged.add(our == null ? kept(outer + their.getName(), their) : both(outer, their, our));
    }
    wanted.values().forEach(our -> merged.add(added(outer + our.getName(), our)));
    return new StructType(merged.toArray(StructField[]::new));
  }

  /** A column that is no longer declared: new rows are NULL there. */
  private StructField kept(String name, StructField their) {
    return their.isNullable() ? their : loosened(name, their, their.getDataType());
  }

  private StructField added(String name, StructField our) {
    if (required.contains(name)) {
      differences.add(
          new Difference(
              "column " + name,
              ABSENT,
              DeltaTypes.sql(our.getDataType()) + " NOT NULL",
              "rows that are there have no value for it: declare it without NOT NULL, and let an"
                  + " expectation ask for a value"));
    }
    additions.add(new Addition(name, DeltaTypes.sql(our)));
    return our;
  }

  private StructField both(String outer, StructField their, StructField our) {
    String name = outer + our.getName();
    if (!their.getName().equals(our.getName())) {
      differences.add(
          new Difference(
              "column " + name,
              "the name " + their.getName(),
              "this name",
              "a column is not renamed in place"));
      return their;
    }
    DataType type = type(name, their, our);
    if (their.isNullable() && !our.isNullable()) {
      differences.add(
          new Difference(
              "column " + name,
              DeltaTypes.sql(their),
              DeltaTypes.sql(our),
              "rows that are there may be NULL in it: declare it without NOT NULL, and let an"
                  + " expectation ask for a value"));
    }
    return !their.isNullable() && our.isNullable()
        ? loosened(name, their, type)
        : new StructField(their.getName(), type, their.isNullable(), their.getMetadata());
  }

  private StructField loosened(String name, StructField their, DataType type) {
    loosened.add(name);
    return new StructField(their.getName(), type, true, their.getMetadata());
  }

  private DataType type(String name, StructField their, StructField our) {
    DataType merged = type(name, their.getDataType(), our.getDataType());
    if (merged == null) {
      differences.add(
          new Difference(
              "column " + name,
              DeltaTypes.sql(their),
              DeltaTypes.sql(our),
              "a type does not change in place"));
      return their.getDataType();
    }
    return merged;
  }

  /** Null when the one does not become the other. */
  private DataType type(String name, DataType their, DataType our) {
    if (their instanceof StructType theirs && our instanceof StructType ours) {
      return struct(name + ".", theirs, ours);
    }
    if (their instanceof ArrayType theirs && our instanceof ArrayType ours) {
      DataType element = type(name + ".element", theirs.getElementType(), ours.getElementType());
      return element == null ? null : new ArrayType(element, theirs.containsNull());
    }
    if (their instanceof MapType theirs && our instanceof MapType ours) {
      // Keys with other fields would be other keys.
      DataType value = type(name + ".value", theirs.getValueType(), ours.getValueType());
      return value == null || !isSame(theirs.getKeyType(), ours.getKeyType())
          ? null
          : new MapType(theirs.getKeyType(), value, theirs.valueContainsNull());
    }
    return isSame(their, our) ? their : null;
  }

  private static boolean isSame(DataType their, DataType our) {
    return DeltaTypes.sql(their).equals(DeltaTypes.sql(our));
  }

  private static void addRequired(String outer, List<Column> columns, Set<String> required) {
    for (Column column : columns) {
      String name = outer + column.name();
      if (!column.nullable()) {
        required.add(name);
      }
      addRequired(name, column.type(), required);
    }
  }

  private static void addRequired(
      String name, io.lakebeam.graph.DataType type, Set<String> required) {
    if (type instanceof io.lakebeam.graph.DataType.Struct struct) {
      addRequired(name + ".", struct.fields(), required);
    } else if (type instanceof io.lakebeam.graph.DataType.Array array) {
      addRequired(name + ".element", array.element(), required);
    } else if (type instanceof io.lakebeam.graph.DataType.Map map) {
      addRequired(name + ".value", map.value(), required);
    }
  }

  private static String names(List<String> columns) {
    return columns.isEmpty() ? "none" : columns.stream().collect(Collectors.joining(", "));
  }
}
