package io.lakebeam.source;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collection;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;

/**
 * A record of a Parquet file as JSON, for people and for {@code _raw}: dates and instants as ISO
 * text, bytes in base64.
 */
final class AvroJson {
  private AvroJson() {}

  static String text(Schema schema, Object value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JsonDecoder.FACTORY.createGenerator(text)) {
      write(AvroValue.withoutNull(schema), value, json);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("writing to memory", e);
    }
    return text.toString();
  }

  private static void write(Schema schema, Object value, JsonGenerator json) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof IndexedRecord record) {
      json.writeStartObject();
      for (Schema.Field field : schema.getFields()) {
        json.writeFieldName(field.name());
        write(AvroValue.withoutNull(field.schema()), record.get(field.pos()), json);
      }
      json.writeEndObject();
    } else if (value instanceof Collection<?> values) {
      json.writeStartArray();
      for (Object each : values) {
        write(AvroValue.withoutNull(schema.getElementType()), each, json);
      }
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      json.writeStartObject();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        json.writeFieldName(entry.getKey().toString());
        write(AvroValue.withoutNull(schema.getValueType()), entry.getValue(), json);
      }
      json.writeEndObject();
    } else {
      writeScalar(schema, value, json);
    }
  }

  private static void writeScalar(Schema schema, Object value, JsonGenerator json)
      throws IOException {
    long unitsInMilli = AvroValue.unitsInMilli(schema);
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      json.writeNumber(AvroValue.decimal(value, decimal.getScale()));
    } else if (schema.getLogicalType() instanceof LogicalTypes.Date) {
      json.writeString(LocalDate.ofEpochDay((Integer) value).toString());
    } else if (unitsInMilli != 0) {
      long units = (Long) value;
      long second = Math.floorDiv(units, 1000 * unitsInMilli);
      long rest = Math.floorMod(units, 1000 * unitsInMilli);
      json.writeString(Instant.ofEpochSecond(second, rest * (1_000_000 / unitsInMilli)).toString());
    } else if (AvroValue.isInt96(schema)) {
      json.writeString(
          Instant.ofEpochMilli(AvroValue.int96Millis(AvroValue.bytes(value))).toString());
    } else if (value instanceof java.nio.ByteBuffer || value instanceof GenericFixed) {
      json.writeBinary(AvroValue.bytes(value));
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Float number) {
      json.writeNumber(number);
    } else if (value instanceof Number number) {
      json.writeNumber(number.longValue());
    } else {
      json.writeString(value.toString());
    }
  }
}
