package io.lakebeam.delta.file;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.schema.PrimitiveComparator;

/**
 * Delta's statistics of a data file, from the Parquet footer: rows, and for its first columns the
 * NULLs, the least and the greatest value. Readers skip files by them, so a bound may be wider than
 * the values but never narrower; where that cannot be promised there is none.
 */
final class FileStatistics {
  /** As many as Delta itself collects by default. */
  private static final int COLUMNS = 32;

  private final int rowGroups;
  private final Map<ColumnPath, List<ColumnChunkMetaData>> chunks = new HashMap<>();
  private final long rows;
  private final Level top = new Level();
  private int leaves;

  /** The three objects of one nesting level. */
  private static final class Level {
    private final ObjectNode least = JsonNodeFactory.instance.objectNode();
    private final ObjectNode greatest = JsonNodeFactory.instance.objectNode();
    private final ObjectNode nulls = JsonNodeFactory.instance.objectNode();

    void nest(String name, Level inner) {
      if (!inner.least.isEmpty()) {
        least.set(name, inner.least);
      }
      if (!inner.greatest.isEmpty()) {
        greatest.set(name, inner.greatest);
      }
      if (!inner.nulls.isEmpty()) {
        nulls.set(name, inner.nulls);
      }
    }
  }

  FileStatistics(TableSchema file, List<BlockMetaData> blocks) {
    rowGroups = blocks.size();
    rows = blocks.stream().mapToLong(BlockMetaData::getRowCount).sum();
    for (BlockMetaData block : blocks) {
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        chunks.computeIfAbsent(chunk.getPath(), unused -> new ArrayList<>()).add(chunk);
      }
    }
    collect(file.columns(), List.of(), top);
  }

  long rows() {
    return rows;
  }

  String json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("numRecords", rows);
    json.set("minValues", top.least);
    json.set("maxValues", top.greatest);
    json.set("nullCount", top.nulls);
    return json.toString();
  }

  private void collect(List<Column> columns, List<String> parents, Level level) {
    for (Column column : columns) {
      List<String> path = new ArrayList<>(parents);
      path.add(column.name());
      if (column.type() instanceof DataType.Struct struct) {
        Level inner = new Level();
        collect(struct.fields(), path, inner);
        level.nest(column.name(), inner);
      } else if (leaves++ < COLUMNS && !column.equals(HiddenColumns.RAW)) {
        leaf(column, ColumnPath.get(path.toArray(String[]::new)), level);
      }
    }
  }

  private void leaf(Column column, ColumnPath path, Level level) {
    List<ColumnChunkMetaData> ofColumn = chunks.getOrDefault(path, List.of());
    if (ofColumn.isEmpty() || ofColumn.size() != rowGroups) {
      return; // arrays and maps, whose leaves have longer paths
    }
    if (ofColumn.stream().allMatch(chunk -> chunk.getStatistics().isNumNullsSet())) {
      level.nulls.put(
          column.name(),
          ofColumn.stream().mapToLong(chunk -> chunk.getStatistics().getNumNulls()).sum());
    }
    bound(ofColumn, Statistics::genericGetMin, -1)
        .flatMap(least -> StatisticsJson.least(column.type(), least))
        .ifPresent(json -> level.least.set(column.name(), json));
    bound(ofColumn, Statistics::genericGetMax, 1)
        .flatMap(greatest -> StatisticsJson.greatest(column.type(), greatest))
        .ifPresent(json -> level.greatest.set(column.name(), json));
  }

  private interface Side {
    Object of(Statistics<?> statistics);
  }

  /**
   * The widest value of all row groups; empty when there are only NULLs, or when a row group with
   * values does not say, as for NaN and for very long texts.
   *
   * @param sign of a comparison that a wider value wins
   */
  private static Optional<Object> bound(List<ColumnChunkMetaData> chunks, Side side, int sign) {
    Object widest = null;
    for (ColumnChunkMetaData chunk : chunks) {
      Statistics<?> statistics = chunk.getStatistics();
      if (!statistics.hasNonNullValue()) {
        boolean onlyNulls =
            statistics.isNumNullsSet() && statistics.getNumNulls() == chunk.getValueCount();
        if (!onlyNulls) {
          return Optional.empty();
        }
        continue;
      }
      Object value = side.of(statistics);
      @SuppressWarnings("unchecked")
      PrimitiveComparator<Object> order =
          (PrimitiveComparator<Object>) (Object) chunk.getPrimitiveType().comparator();
      if (widest == null || order.compare(value, widest) * sign > 0) {
        widest = value;
      }
    }
    return Optional.ofNullable(widest);
  }
}
