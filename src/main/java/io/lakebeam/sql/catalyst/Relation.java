package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.connector.catalog.MetadataColumn;
import io.lakebeam.shaded.spark.sql.connector.catalog.SupportsMetadataColumns;
import io.lakebeam.shaded.spark.sql.connector.catalog.SupportsRead;
import io.lakebeam.shaded.spark.sql.connector.catalog.TableCapability;
import io.lakebeam.shaded.spark.sql.connector.read.ScanBuilder;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.StructType;
import io.lakebeam.shaded.spark.sql.util.CaseInsensitiveStringMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A source or dataset as queries see it.
 *
 * @param name as it is declared
 * @param rows all columns of its rows, in their order
 * @param onlyByName names of columns that {@code *} leaves out
 * @param isStream true where a query's author calls it a STREAM
 */
public record Relation(String name, TableSchema rows, Set<String> onlyByName, boolean isStream)
    implements SupportsMetadataColumns, SupportsRead {
  public Relation {
    onlyByName = Set.copyOf(onlyByName);
  }

  public Relation(String name, TableSchema rows, Set<String> onlyByName) {
    this(name, rows, onlyByName, false);
  }

  /** The relation with more columns that {@code *} leaves out. */
  Relation withHidden(Set<String> names) {
    Set<String> all = new HashSet<>(onlyByName);
    all.addAll(names);
    return new Relation(name, rows, all, isStream);
  }

  Relation asStream() {
    return new Relation(name, rows, onlyByName, true);
  }

  @Override
  @SuppressWarnings("deprecation") // Spark makes columns() of it
  public StructType schema() {
    return SparkTypes.of(
        new TableSchema(rows.columns().stream().filter(c -> !isHidden(c)).toList()));
  }

  @Override
  public MetadataColumn[] metadataColumns() {
    List<Column> hidden = rows.columns().stream().filter(this::isHidden).toList();
    return hidden.stream().map(OnlyByName::new).toArray(MetadataColumn[]::new);
  }

  /** Spark asks how large it is, which nobody knows here. */
  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return () -> this::schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(TableCapability.BATCH_READ);
  }

  private boolean isHidden(Column column) {
    return onlyByName.contains(column.name());
  }

  private record OnlyByName(Column column) implements MetadataColumn {
    @Override
    public String name() {
      return column.name();
    }

    @Override
    public DataType dataType() {
      return SparkTypes.of(column.type());
    }

    @Override
    public boolean isNullable() {
      return column.nullable();
    }
  }
}
