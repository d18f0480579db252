package io.lakebeam.source;

import io.lakebeam.graph.Limits;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.decode.ColumnNames;
import io.lakebeam.source.decode.RescuedFields;
import io.lakebeam.source.decode.RescuedFields.Field;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.spec.NewFields;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Takes fields that have become columns of a source out of {@code _rescued} of each row, and tells
 * of those that are to become columns. What is neither stays where it is.
 */
final class NewFieldsAsColumns implements RowOutput {
  private final RowLayout layout;
  private final ColumnNames added;
  private final int width;
  private final boolean isFull;
  private final int room;
  private final Set<String> known;
  private final Set<String> told = new HashSet<>();
  private final RowOutput out;

  NewFieldsAsColumns(SourceSpec source, RowLayout layout, RowOutput out) {
    NewFields fields = source.newFields();
    this.layout = layout;
    this.added = new ColumnNames(fields.added());
    this.width = fields.added().size();
    this.isFull = fields.isFull();
    this.room = Limits.FOUND_COLUMNS - fields.added().size() - fields.kept().size();
    this.known = NewFields.namesOf(source);
    fields.added().forEach(name -> known.add(name.toLowerCase(Locale.ROOT)));
    fields.kept().forEach(name -> known.add(name.toLowerCase(Locale.ROOT)));
    this.out = out;
  }

  @Override
  public void row(InternalRow row) {
    if (!row.isNullAt(layout.rescued()) && !(width == 0 && isFull)) {
      List<Field> fields = RescuedFields.of(row.getUTF8String(layout.rescued()));
      fields.forEach(this::look);
      if (width > 0) {
        fill(row, fields);
      }
    }
    out.row(row);
  }

  private void look(Field field) {
    String name = field.name();
    if (!isFull
        && told.size() < room
        && NewFields.mayBeColumn(name)
        && !known.contains(name.toLowerCase(Locale.ROOT))
        && told.add(name.toLowerCase(Locale.ROOT))) {
      out.newField(name);
    }
  }

  /** A column's exact name counts, else one that differs in case; the last one of these. */
  private void fill(InternalRow row, List<Field> fields) {
    int[] taken = new int[width];
    Arrays.fill(taken, -1);
    for (int i = 0; i < fields.size(); i++) {
      int column = added.find(fields.get(i).name());
      boolean isExact = column != ColumnNames.UNKNOWN && isExact(fields.get(i), column);
      if (column != ColumnNames.UNKNOWN
          && (isExact || taken[column] < 0 || !isExact(fields.get(taken[column]), column))) {
        taken[column] = i;
      }
    }
    Set<Integer> gone = new HashSet<>();
    for (int column = 0; column < width; column++) {
      if (taken[column] >= 0) {
        gone.add(taken[column]);
        row.update(layout.firstAdded() + column, fields.get(taken[column]).text());
      }
    }
    if (!gone.isEmpty()) {
      List<Field> rest = new ArrayList<>();
      for (int i = 0; i < fields.size(); i++) {
        if (!gone.contains(i)) {
          rest.add(fields.get(i));
        }
      }
      row.update(layout.rescued(), RescuedFields.text(rest));
    }
  }

  private boolean isExact(Field field, int column) {
    return added.exact(field.name()) == column;
  }

  @Override
  public void rejected(Rejected rejected) {
    out.rejected(rejected);
  }

  @Override
  public void setAside(BadFile file) {
    out.setAside(file);
  }

  @Override
  public void warning(String text) {
    out.warning(text);
  }
}
