package io.lakebeam.parquet;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.Type;

/** A group of the file as a row: the table's own, or a struct in it. */
final class RowConverter extends GroupConverter {
  private final Schema schema;
  private final Object[] template;
  private final Consumer<Object> parent;
  private final Converter[] converters;
  private Object[] values;

  /**
   * @param template values of a row before anything is read
   * @param parent gets every row
   */
  RowConverter(GroupType group, List<Column> columns, Object[] template, Consumer<Object> parent) {
    this.schema = new TableSchema(columns).beamSchema();
    this.template = template;
    this.parent = parent;
    this.converters = new Converter[group.getFieldCount()];
    for (int i = 0; i < columns.size(); i++) {
      int slot = i;
      Column column = columns.get(i);
      Optional<Type> field = RowReadSupport.field(group, column.name());
      if (field.isPresent()) {
        converters[group.getFieldIndex(field.get().getName())] =
            Converters.of(field.get(), column.type(), value -> values[slot] = value);
      }
    }
    for (int i = 0; i < converters.length; i++) {
      if (converters[i] == null) {
        converters[i] = Converters.ignoring(group.getType(i));
      }
    }
  }

  @Override
  public Converter getConverter(int index) {
    return converters[index];
  }

  @Override
  public void start() {
    values = template.clone();
  }

  @Override
  public void end() {
    parent.accept(Row.withSchema(schema).attachValues(values));
  }
}
