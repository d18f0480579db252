package io.lakebeam.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Data files as JSON, for whoever has to name them before or after they are in a table. */
public final class DataFileJson {
  private DataFileJson() {}

  /** Adds the files to an array. */
  public static void write(ArrayNode array, List<DataFile> files) {
    for (DataFile file : files) {
      ObjectNode node = array.addObject();
      node.put("path", file.path());
      if (!file.partitionValues().isEmpty()) {
        ObjectNode values = node.putObject("partition_values");
        file.partitionValues().forEach(values::put);
      }
      node.put("rows", file.rows());
      node.put("bytes", file.bytes());
      node.put("statistics", file.statistics());
      node.put("modified_at", file.modifiedAt());
      if (!file.tags().isEmpty()) {
        ObjectNode tags = node.putObject("tags");
        new TreeMap<>(file.tags()).forEach(tags::put);
      }
    }
  }

  /**
   * The files of an array.
   *
   * @throws RuntimeException when it holds something else
   */
  public static List<DataFile> read(JsonNode array) {
    List<DataFile> files = new ArrayList<>();
    for (JsonNode node : array) {
      Map<String, String> values = new LinkedHashMap<>();
      node.path("partition_values")
          .properties()
          .forEach(
              e -> values.put(e.getKey(), e.getValue().isNull() ? null : e.getValue().asText()));
      Map<String, String> tags = new LinkedHashMap<>();
      node.path("tags").properties().forEach(e -> tags.put(e.getKey(), e.getValue().asText()));
      files.add(
          new DataFile(
              node.get("path").asText(),
              values,
              node.get("rows").asLong(),
              node.get("bytes").asLong(),
              node.get("statistics").asText(),
              node.get("modified_at").asLong(),
              tags));
    }
    return files;
  }
}
