package io.lakebeam.parquet;

import io.lakebeam.graph.Column;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** Reads Parquet's columns straight into rows. */
public final class RowReadSupport extends ReadSupport<Row> {
  private final List<Column> columns;
  private final Map<String, Object> constants;

  /**
   * @param columns of the rows, in their order
   * @param constants values, by column, that are the same in every row and not in the file
   */
  public RowReadSupport(List<Column> columns, Map<String, Object> constants) {
    this.columns = columns;
    this.constants = constants;
  }

  @Override
  public ReadContext init(InitContext context) {
    List<Type> read = new ArrayList<>();
    for (Column column : columns) {
      if (!constants.containsKey(column.name())) {
        field(context.getFileSchema(), column.name()).ifPresent(read::add);
      }
    }
    return new ReadContext(new MessageType(context.getFileSchema().getName(), read));
  }

  /** The field of that name; ignoring case when no name is exactly that. */
  static Optional<Type> field(GroupType group, String name) {
    if (group.containsField(name)) {
      return Optional.of(group.getType(name));
    }
    return group.getFields().stream().filter(f -> f.getName().equalsIgnoreCase(name)).findFirst();
  }

  @Override
  public RecordMaterializer<Row> prepareForRead(
      Configuration configuration,
      Map<String, String> metadata,
      MessageType file,
      ReadContext context) {
    return new Materializer(context.getRequestedSchema());
  }

  @Override
  public RecordMaterializer<Row> prepareForRead(
      ParquetConfiguration configuration,
      Map<String, String> metadata,
      MessageType file,
      ReadContext context) {
    return new Materializer(context.getRequestedSchema());
  }

  private final class Materializer extends RecordMaterializer<Row> {
    private final RowConverter root;
    private Row current;

    Materializer(MessageType requested) {
      Object[] template = new Object[columns.size()];
      for (int i = 0; i < template.length; i++) {
        template[i] = constants.get(columns.get(i).name());
      }
      root = new RowConverter(requested, columns, template, row -> current = (Row) row);
    }

    @Override
    public Row getCurrentRecord() {
      return current;
    }

    @Override
    public GroupConverter getRootConverter() {
      return root;
    }
  }
}
