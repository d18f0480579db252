package io.lakebeam.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowJson;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The rows of one data file, to be delivered. It is written once, so they have numbers. */
final class PostedFile {
  private final Place table;
  private final DataFile file;
  private final TableSchema schema;
  private final List<String> key;

  /**
   * @param schema of the table
   * @param key columns that messages get their keys of
   */
  PostedFile(Place table, DataFile file, TableSchema schema, List<String> key) {
    this.table = table;
    this.file = file;
    this.schema = schema;
    this.key = List.copyOf(key);
  }

  /** Names it, in its table and in all others: it has a random part. */
  String name() {
    String name = file.path().substring(file.path().lastIndexOf('/') + 1);
    return name.replaceFirst("\\.zstd\\.parquet$", "");
  }

  Instant writtenAt() {
    return Instant.ofEpochMilli(file.modifiedAt());
  }

  /** What its rows are called, counting from 0. */
  String id(long row) {
    return name() + "#" + row;
  }

  /** In the order of the file. */
  CloseableIterator<Message> rows() {
    List<Column> columns = schema.columns();
    CloseableIterator<InternalRow> rows =
        DataFileReader.read(table, file, schema, columns.stream().map(Column::name).toList());
    return new CloseableIterator<>() {
      private long next;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Message next() {
        JsonNode row = RowJson.of(rows.next(), columns);
        return new Message(id(next++), key(row), bytes(row.toString()));
      }

      @Override
      public void close() {
        rows.close();
      }
    };
  }

  /** The text of one column; of several the JSON array of their values. */
  private byte @Nullable [] key(JsonNode row) {
    if (key.isEmpty()) {
      return null;
    }
    if (key.size() == 1) {
      JsonNode value = row.get(key.get(0));
      return value.isNull() ? null : bytes(value.isValueNode() ? value.asText() : value.toString());
    }
    ArrayNode values = JsonNodeFactory.instance.arrayNode();
    key.forEach(column -> values.add(row.get(column)));
    return bytes(values.toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
