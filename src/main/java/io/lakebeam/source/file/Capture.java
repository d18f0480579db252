package io.lakebeam.source.file;

import io.lakebeam.source.decode.AvroScalars;
import io.lakebeam.source.decode.BadRecord;
import io.lakebeam.source.decode.Envelope;
import io.lakebeam.source.decode.RecordDecoder;
import io.lakebeam.source.decode.RecordEmitter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What Azure Event Hubs Capture writes of a message: its body, and beside it the facts that the
 * Kafka endpoint gives as key, headers, timestamp and offset.
 */
final class Capture {
  private static final String KEY = "x-opt-partition-key";

  /** Such as {@code 1/31/2026 1:02:03 PM}, or as ISO has it. */
  private static final DateTimeFormatter ENQUEUED =
      new DateTimeFormatterBuilder()
          .parseCaseInsensitive()
          .appendPattern(
              "[M/d/yyyy h:mm:ss a][yyyy-MM-dd'T'HH:mm:ss[.SSSSSSSSS][.SSSSSSS][.SSSSSS][.SSS][X]]")
          .toFormatter(Locale.US);

  /** A file's path, as a capture that is left as it is names it: the partition, then the time. */
  private static final Pattern PARTITION =
      Pattern.compile("/(\\d{1,5})/\\d{4}/\\d\\d/\\d\\d/\\d\\d/\\d\\d/\\d\\d\\.avro$");

  private final Schema.Field body;
  private final Schema schema;
  private final @Nullable Integer partition;

  private Capture(Schema schema, Schema.Field body, String path) {
    this.schema = schema;
    this.body = body;
    Matcher named = PARTITION.matcher(path);
    this.partition = named.find() ? Integer.valueOf(named.group(1)) : null;
  }

  /** Of files of such a schema; empty when it has no body. */
  static Optional<Capture> of(Schema schema, String path) {
    Schema.Field body = schema.getType() == Schema.Type.RECORD ? schema.getField("Body") : null;
    boolean isBytes =
        body != null
            && (body.schema().getType() == Schema.Type.BYTES
                || (body.schema().getType() == Schema.Type.UNION
                    && body.schema().getTypes().stream()
                        .anyMatch(branch -> branch.getType() == Schema.Type.BYTES)));
    return isBytes ? Optional.of(new Capture(schema, body, path)) : Optional.empty();
  }

  void emit(GenericRecord record, RecordDecoder decoder, String position, RecordEmitter emitter) {
    if (!(record.get(body.pos()) instanceof ByteBuffer buffer)) {
      emitter.rejected(position, "the message has no body", new byte[0]);
      return;
    }
    byte[] bytes = AvroScalars.bytes(buffer);
    try {
      Envelope envelope = emitter.wantsEnvelopes() ? envelope(record) : Envelope.NONE;
      emitter.record(decoder, bytes, 0, bytes.length, position, envelope);
    } catch (BadRecord e) {
      emitter.rejected(position, e.getMessage(), bytes);
    }
  }

  private Envelope envelope(GenericRecord record) throws BadRecord {
    Map<String, String> system = texts(record, "SystemProperties");
    String key = system.get(KEY);
    return new Envelope(
        key == null ? null : key.getBytes(StandardCharsets.UTF_8),
        texts(record, "Properties"),
        enqueued(field(record, "EnqueuedTimeUtc")),
        partition,
        field(record, "SequenceNumber") instanceof Long number ? number : null);
  }

  private @Nullable Object field(GenericRecord record, String name) {
    Schema.Field field = schema.getField(name);
    return field == null ? null : record.get(field.pos());
  }

  private Map<String, String> texts(GenericRecord record, String name) throws BadRecord {
    Map<String, String> texts = new LinkedHashMap<>();
    if (field(record, name) instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        Object value = entry.getValue();
        String text =
            value instanceof ByteBuffer bytes
                ? Envelope.text(AvroScalars.bytes(bytes))
                : value == null ? null : AvroScalars.text(value);
        texts.put(AvroScalars.text(entry.getKey()), text);
      }
    }
    return texts;
  }

  private static @Nullable Instant enqueued(@Nullable Object value) throws BadRecord {
    if (value == null) {
      return null;
    }
    if (value instanceof Long millis) {
      return Instant.ofEpochMilli(millis);
    }
    String text = AvroScalars.text(value);
    try {
      LocalDateTime time = LocalDateTime.parse(text.replace('\u202f', ' '), ENQUEUED);
      return time.toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new BadRecord("EnqueuedTimeUtc is no time: " + BadRecord.quoted(text));
    }
  }
}
