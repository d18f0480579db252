package io.lakebeam.parquet;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Problem;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * Makes the converters from a file's fields to declared types, and finds what cannot be one. A type
 * that is null is not declared: its values are read for the row's JSON alone.
 */
final class Converters {
  private final Footer footer;
  private final FileCalendar calendar;
  private final boolean isForeign;
  private final RowInProgress row;
  private final Set<Problem> mismatches = new LinkedHashSet<>();

  /** The column of the row that is being made, and its declared name. */
  private Type column;

  private String columnName;

  /**
   * @param isForeign whether values are checked that others wrote, and the row wanted as JSON
   */
  Converters(Footer footer, boolean isForeign) {
    this.footer = footer;
    this.calendar = footer.calendar();
    this.isForeign = isForeign;
    this.row = new RowInProgress(isForeign);
  }

  RowInProgress row() {
    return row;
  }

  boolean isForeign() {
    return isForeign;
  }

  List<Problem> mismatches() {
    return List.copyOf(mismatches);
  }

  /** The field of that name; ignoring case when no name is exactly that. */
  static Optional<Type> field(GroupType group, String name) {
    if (group.containsField(name)) {
      return Optional.of(group.getType(name));
    }
    return group.getFields().stream().filter(f -> f.getName().equalsIgnoreCase(name)).findFirst();
  }

  /** A column or a struct's field that must have a value, and is not in the file. */
  void missing(Column declared) {
    String name = column == null ? declared.name() : columnName + "." + declared.name();
    mismatches.add(Mismatches.missing(name));
  }

  /** Of a field of a row or a struct. */
  Converter ofField(Type field, DataType type, String path, Slot slot) {
    boolean outermost = column == null;
    if (outermost) {
      column = field;
      columnName = path;
    }
    try {
      if (!(Shape.of(field) instanceof Shape.Bare)) {
        return ofOne(field, type, path, slot);
      }
      DataType element = type instanceof DataType.Array array ? array.element() : null;
      if (type != null && element == null) {
        mismatch(field, type, path);
      }
      return ofOne(field, element, path, slot);
    } finally {
      if (outermost) {
        column = null;
      }
    }
  }

  private Converter ofOne(Type field, DataType type, String path, Slot slot) {
    return Shape.ofOne(field)
        .match(
            scalar -> scalar(scalar.type(), type, path, slot),
            list -> list(field, list, type, path, slot),
            map -> map(field, map, type, path, slot),
            struct -> struct(struct.group(), type, path, slot));
  }

  private Converter scalar(PrimitiveType field, DataType type, String path, Slot slot) {
    StoredType stored = StoredType.of(field, footer);
    ScalarDecoder decoder = null;
    if (type != null && stored.isReadAs(Kind.of(type))) {
      decoder = ScalarDecoder.of(field, stored, type, calendar, isForeign);
    } else if (type != null) {
      mismatch(field, type, path);
    }
    ScalarJson json = row.hasJson() ? new ScalarJson(field, stored, calendar) : null;
    return new ScalarConverter(field, stored, decoder, json, row, slot);
  }

  private Converter list(Type field, Shape.Listed list, DataType type, String path, Slot slot) {
    DataType element = type instanceof DataType.Array array ? array.element() : null;
    if (type != null && element == null) {
      mismatch(field, type, path);
    }
    // One field in the middle: a struct of one field looks just like it, and was declared.
    boolean isDirect =
        list.direct()
            || (element instanceof DataType.Struct struct
                && !(Shape.ofOne(list.element()) instanceof Shape.Struct)
                && hasOne(list.repeated(), struct));
    Type each = isDirect ? list.repeated() : list.element();
    String inside = path == null ? null : path + "[]";
    return new ListConverter(isDirect, into -> ofOne(each, element, inside, into), row, slot);
  }

  private static boolean hasOne(Type group, DataType.Struct declared) {
    return !group.isPrimitive()
        && declared.fields().stream()
            .anyMatch(field -> field(group.asGroupType(), field.name()).isPresent());
  }

  private Converter map(Type field, Shape.Mapped map, DataType type, String path, Slot slot) {
    DataType.Map declared = type instanceof DataType.Map entries ? entries : null;
    if (type != null && declared == null) {
      mismatch(field, type, path);
    }
    DataType keys = declared == null ? null : declared.key();
    DataType values = declared == null ? null : declared.value();
    String inside = path == null ? null : path + "{}";
    return new MapConverter(
        declared != null,
        into -> ofOne(map.key(), keys, inside, into),
        map.hasValues() ? into -> ofOne(map.value(), values, inside, into) : null,
        row,
        slot);
  }

  private Converter struct(GroupType group, DataType type, String path, Slot slot) {
    if (!(type instanceof DataType.Struct declared)) {
      if (type != null) {
        mismatch(group, type, path);
      }
      return new StructConverter(
          group, List.of(), List.of(), new Object[0], null, new InnerStruct(false, slot), this);
    }
    return new StructConverter(
        group,
        declared.fields(),
        declared.fields().stream().map(Column::name).toList(),
        new Object[declared.fields().size()],
        path,
        new InnerStruct(true, slot),
        this);
  }

  private void mismatch(Type field, DataType type, String path) {
    mismatches.add(
        Mismatches.type(
            path,
            type,
            field == column ? TypeName.of(field, footer) : TypeName.ofOne(field, footer),
            columnName,
            Suggestion.of(column, footer)));
  }

  /**
   * A struct as a value.
   *
   * @param isDeclared false when nobody wants it
   */
  private record InnerStruct(boolean isDeclared, Slot slot) implements StructConverter.Whole {
    @Override
    public void begin() {
      slot.arrive();
    }

    @Override
    public void end(Object[] values) {
      slot.value(isDeclared ? new GenericInternalRow(values) : null);
    }

    @Override
    public String place() {
      return slot.place();
    }
  }
}
