package io.lakebeam.review;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.lakebeam.graph.Limits;
import io.lakebeam.lake.UsageException;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.CsvFields;
import io.lakebeam.source.decode.Records;
import io.lakebeam.source.decode.TextFile;
import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * A row of an export that somebody has edited.
 *
 * @param place file and line, for people
 * @param values by column; columns that were deleted are absent
 * @param isText true when the file has texts only, so that a number is one too
 */
public record EditedRow(String place, Map<String, JsonNode> values, boolean isText) {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private static final SourceSpec.Csv CSV = new SourceSpec.Csv(true, ',', '"', "UTF-8", "");

  /**
   * The rows of an export by their ids.
   *
   * @param name of the file, for people
   * @throws UsageException when it is no export, or names a row twice
   */
  public static Map<String, EditedRow> read(Path file, String name) {
    Map<String, EditedRow> rows = new LinkedHashMap<>();
    boolean isCsv = name.toLowerCase(Locale.ROOT).endsWith(".csv");
    BiConsumer<String, ObjectNode> out =
        (place, row) -> {
          JsonNode id = row.remove("_id");
          if (id == null || !id.isTextual() || id.asText().isBlank()) {
            throw new UsageException(place + ": no _id says which row it is");
          }
          Map<String, JsonNode> values = new LinkedHashMap<>();
          row.properties().forEach(each -> values.put(each.getKey(), each.getValue()));
          EditedRow before = rows.put(id.asText(), new EditedRow(place, values, isCsv));
          if (before != null) {
            throw new UsageException(
                place + ": the row " + id.asText() + " is in " + before.place() + " already");
          }
        };
    if (Files.isDirectory(file)) {
      throw new UsageException(name + " is a folder: name a file that export has written");
    }
    try (InputStream in = Files.newInputStream(file)) {
      if (isCsv) {
        csv(in, name, out);
      } else {
        lines(in, name, out);
      }
    } catch (NoSuchFileException e) {
      throw new UsageException("there is no file " + name);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
    return rows;
  }

  private static void lines(InputStream in, String name, BiConsumer<String, ObjectNode> out)
      throws IOException {
    Records records = new TextFile(name, new SourceSpec.Json(), Limits.RECORD_BYTES).records(in);
    while (records.next()) {
      String place = name + ":" + records.line();
      if (records.length() == 0) {
        continue;
      }
      try {
        JsonNode row = MAPPER.readTree(records.bytes(), records.offset(), records.length());
        if (!(row instanceof ObjectNode object)) {
          throw new UsageException(place + ": a line is an object of JSON");
        }
        out.accept(place, object);
      } catch (JsonProcessingException e) {
        throw new UsageException(place + ": broken JSON: " + e.getOriginalMessage());
      }
    }
  }

  private static void csv(InputStream in, String name, BiConsumer<String, ObjectNode> out)
      throws IOException {
    Records records = new TextFile(name, CSV, Limits.RECORD_BYTES).records(in);
    CsvFields fields = new CsvFields(CSV);
    List<String> header = List.of();
    while (records.next()) {
      String place = name + ":" + records.line();
      if (records.length() == 0) {
        continue;
      }
      List<String> cells = new ArrayList<>();
      try {
        fields
            .split(records.bytes(), records.offset(), records.offset() + records.length())
            .forEach(each -> cells.add(each.toString()));
      } catch (BadRecord e) {
        throw new UsageException(place + ": " + e.getMessage());
      }
      if (header.isEmpty()) {
        header = cells;
        continue;
      }
      if (cells.size() != header.size()) {
        throw new UsageException(
            place + ": " + cells.size() + " fields, and the first line names " + header.size());
      }
      ObjectNode row = MAPPER.createObjectNode();
      for (int i = 0; i < cells.size(); i++) {
        row.set(
            header.get(i),
            cells.get(i).isEmpty() ? NullNode.getInstance() : TextNode.valueOf(cells.get(i)));
      }
      out.accept(place, row);
    }
  }

  /** True when a value is the one that an export has of a row. */
  public boolean isAs(JsonNode exported, JsonNode now) {
    if (exported.isNumber() && now.isNumber()) {
      return exported.decimalValue().compareTo(now.decimalValue()) == 0;
    }
    if (!isText && exported.isArray() && now.isArray() && exported.size() == now.size()) {
      for (int i = 0; i < now.size(); i++) {
        if (!isAs(exported.get(i), now.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (!isText && exported.isObject() && now.isObject() && exported.size() == now.size()) {
      return exported.properties().stream()
          .allMatch(
              each -> now.has(each.getKey()) && isAs(each.getValue(), now.get(each.getKey())));
    }
    boolean isSameKind =
        isText
            || exported.isBinary()
            || now.isBinary()
            || exported.getNodeType() == now.getNodeType();
    return isSameKind && text(exported).equals(text(now));
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "" : value.isValueNode() ? value.asText() : value.toString();
  }
}
