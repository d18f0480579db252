package io.lakebeam.share;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.SchemaJson;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.lake.LakeTable;
import io.lakebeam.lake.TableRows;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/**
 * A table in the lines of the protocol. Columns that queries of the pipeline hand on unseen are in
 * the files and not in the schema, so that readers leave them out.
 */
final class TableLines {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final List<String> STATISTICS_BY_COLUMN =
      List.of("minValues", "maxValues", "nullCount");

  private final LakeTable table;
  private final Snapshot snapshot;
  private final Set<String> hidden;

  /**
   * @param hidden columns that are left out
   */
  TableLines(LakeTable table, Set<String> hidden) {
    this.table = table;
    this.snapshot = table.snapshot();
    this.hidden = hidden;
  }

  /** What a reader has to know of the protocol. */
  static JsonNode protocol() {
    ObjectNode line = MAPPER.createObjectNode();
    line.putObject("protocol").put("minReaderVersion", 1);
    return line;
  }

  /**
   * What the table is.
   *
   * @param isVersionAsked true when somebody asks for the table as it was
   */
  JsonNode metaData(boolean isVersionAsked) {
    ObjectNode line = MAPPER.createObjectNode();
    ObjectNode data = line.putObject("metaData");
    data.put("id", snapshot.id());
    data.put("name", table.name());
    if (!snapshot.comment().isEmpty()) {
      data.put("description", snapshot.comment());
    }
    data.putObject("format").put("provider", "parquet");
    List<Column> shown =
        snapshot.schema().columns().stream()
            .filter(column -> !hidden.contains(column.name()))
            .toList();
    data.put("schemaString", SchemaJson.of(new TableSchema(shown)));
    ArrayNode partitions = data.putArray("partitionColumns");
    snapshot.partitionBy().stream().filter(name -> !hidden.contains(name)).forEach(partitions::add);
    data.putObject("configuration");
    if (isVersionAsked) {
      data.put("version", snapshot.version());
    }
    data.put("size", snapshot.bytes());
    data.put("numFiles", snapshot.files().size());
    return line;
  }

  /**
   * The files that a reader needs who wants some rows, the oldest first.
   *
   * @param limit rows that the files have together, at least; where a file does not say how many it
   *     has, more
   */
  List<DataFile> files(long limit) {
    List<DataFile> files = TableRows.files(table);
    long rows = 0;
    int needed = 0;
    while (needed < files.size() && rows < limit) {
      rows += Math.max(0, files.get(needed).rows());
      needed++;
    }
    return files.subList(0, needed);
  }

  /**
   * A file.
   *
   * @param url where it is read, until it expires
   */
  JsonNode file(DataFile file, String url, Instant expires) {
    ObjectNode line = MAPPER.createObjectNode();
    ObjectNode data = line.putObject("file");
    data.put("url", url);
    data.put("id", id(file));
    ObjectNode values = data.putObject("partitionValues");
    file.partitionValues()
        .forEach(
            (column, value) -> {
              if (!hidden.contains(column)) {
                values.put(column, value);
              }
            });
    data.put("size", file.bytes());
    String statistics = statistics(file);
    if (!statistics.isEmpty()) {
      data.put("stats", statistics);
    }
    data.put("expirationTimestamp", expires.toEpochMilli());
    return line;
  }

  /** The same for a file in each answer, and another for each file. */
  private String id(DataFile file) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest((snapshot.id() + "/" + file.path()).getBytes(UTF_8));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** Without those of columns that the schema does not have. */
  private String statistics(DataFile file) {
    if (file.statistics().isEmpty() || hidden.isEmpty()) {
      return file.statistics();
    }
    try {
      JsonNode statistics = MAPPER.readTree(file.statistics());
      for (String each : STATISTICS_BY_COLUMN) {
        if (statistics.get(each) instanceof ObjectNode columns) {
          columns.remove(hidden);
        }
      }
      return MAPPER.writeValueAsString(statistics);
    } catch (JsonProcessingException e) {
      // Of another writer; a reader does without.
      return "";
    }
  }
}
