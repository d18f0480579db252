package io.lakebeam.source.decode;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The fields of a {@code _rescued}, taken apart and put together as they stand. */
public final class RescuedFields {
  /** Whoever wrote it has been held to limits already. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .build())
          .build();

  /**
   * One of them.
   *
   * @param json its value as it stands
   * @param text its value as a STRING: of a string what it says, of null null, of all else the JSON
   */
  public record Field(String name, String json, @Nullable UTF8String text) {}

  private RescuedFields() {}

  /** In the order in which they stand; a name may come twice. */
  public static List<Field> of(UTF8String rescued) {
    JsonRescue values = new JsonRescue();
    byte[] bytes = rescued.getBytes();
    values.begin(bytes, 0, false);
    List<Field> fields = new ArrayList<>();
    try (JsonParser json = FACTORY.createParser(bytes)) {
      json.nextToken();
      for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
        JsonToken token = json.nextToken();
        UTF8String string = token == JsonToken.VALUE_STRING ? JsonRescue.string(json) : null;
        String value = values.text(json);
        boolean isJson = string == null && token != JsonToken.VALUE_NULL;
        fields.add(new Field(name, value, isJson ? Utf8.of(value) : string));
      }
      return fields;
    } catch (IOException e) {
      throw new UncheckedIOException("_rescued is an object of JSON", e);
    }
  }

  /** The text that has these fields; null for none. */
  public static @Nullable UTF8String text(List<Field> fields) {
    JsonRescue rescue = new JsonRescue();
    rescue.clear();
    fields.forEach(field -> rescue.addRaw(field.name(), field.json()));
    return rescue.text();
  }
}
