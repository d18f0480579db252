package io.lakebeam.pipeline.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.JsonDecoder;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.source.decode.TextEncoding;
import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Values that somebody gives columns of a table, as a JSON object: what a source reads as JSON. */
public final class Corrections {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<Column> columns;
  private final RowLayout layout;
  private final JsonDecoder decoder;

  public Corrections(CompiledTable table) {
    this.columns = table.columns().columns();
    this.layout =
        new RowLayout(
            new TableSchema(
                columns.stream()
                    .map(each -> new Column(each.name(), each.type(), true, each.comment()))
                    .toList()));
    this.decoder = new JsonDecoder(layout, new SourceSpec.Json(), TextEncoding.UTF_8);
  }

  /** What is wrong with a correction, as a sentence; empty when it can be applied. */
  public Optional<String> problem(String correction) {
    return apply(correction, new Object[columns.size()]);
  }

  /**
   * Puts the values that a correction names into a row.
   *
   * @param values of the table's columns, and maybe others behind them
   * @return why that cannot be; then the values are of no use
   */
  Optional<String> apply(String correction, @Nullable Object[] values) {
    @Nullable Object[] given = new Object[layout.width()];
    byte[] json = correction.getBytes(StandardCharsets.UTF_8);
    try {
      JsonNode object = MAPPER.readTree(json);
      decoder.decode(json, 0, json.length, given);
      for (String name : (Iterable<String>) object::fieldNames) {
        int at = position(name);
        if (at < 0) {
          return Optional.of("the table has no column " + name);
        }
        values[at] = given[at];
      }
      return Optional.empty();
    } catch (BadRecord e) {
      return Optional.of("the correction does not fit: " + e.getMessage());
    } catch (JsonProcessingException e) {
      return Optional.of("the correction is no JSON");
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private int position(String name) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).name().equals(name)) {
        return i;
      }
    }
    return -1;
  }
}
