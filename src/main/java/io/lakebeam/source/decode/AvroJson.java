package io.lakebeam.source.decode;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/**
 * A record of Avro as JSON, for people and for {@code _raw}: dates, times and instants as ISO text,
 * bytes in base64.
 */
final class AvroJson {
  private AvroJson() {}

  /**
   * @throws BadRecord when the value is none of its schema, such as a decimal without bytes
   */
  static String text(Schema schema, Object value) throws BadRecord {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonDecoder.FACTORY.createGenerator(text)) {
      write(schema, value, json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static void write(Schema nullable, Object value, JsonGenerator json)
      throws IOException, BadRecord {
    if (value == null) {
      json.writeNull();
      return;
    }
    Schema schema = AvroValue.branch(nullable, value);
    if (value instanceof IndexedRecord record) {
      json.writeStartObject();
      for (Schema.Field field : schema.getFields()) {
        json.writeFieldName(field.name());
        write(field.schema(), record.get(field.pos()), json);
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> values) {
      json.writeStartArray();
      for (Object each : values) {
        write(schema.getElementType(), each, json);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(entry.getKey().toString());
        write(schema.getValueType(), entry.getValue(), json);
      }
      json.writeEndObject();
    } else {
      writeScalar(schema, value, json);
    }
  }

  private static void writeScalar(Schema schema, Object value, JsonGenerator json)
      throws IOException, BadRecord {
    String logical = AvroScalars.logical(schema);
    long unitsInMilli = AvroScalars.unitsInMilli(logical);
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      json.writeNumber(AvroScalars.decimal(value, decimal.getScale()));
    } else if (logical.equals("date")) {
      json.writeString(LocalDate.ofEpochDay((Integer) value).toString());
    } else if (logical.startsWith("time-")) {
      json.writeNumber(((Number) value).longValue());
    } else if (unitsInMilli != 0) {
      long units = (Long) value;
      long second = Math.floorDiv(units, 1000 * unitsInMilli);
      long rest = Math.floorMod(units, 1000 * unitsInMilli);
      json.writeString(Instant.ofEpochSecond(second, rest * (1_000_000 / unitsInMilli)).toString());
    } else {
      writePlain(schema, value, json);
    }
  }

  private static void writePlain(Schema schema, Object value, JsonGenerator json)
      throws IOException, BadRecord {
    switch (schema.getType()) {
      case BYTES, FIXED -> json.writeBinary(AvroScalars.bytes(value));
      case BOOLEAN -> json.writeBoolean((Boolean) value);
      case DOUBLE -> json.writeNumber((Double) value);
      case FLOAT -> json.writeNumber((Float) value);
      case INT, LONG -> json.writeNumber(((Number) value).longValue());
      default -> json.writeString(AvroScalars.text(value));
    }
  }
}
