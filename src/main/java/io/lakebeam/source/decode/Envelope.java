package io.lakebeam.source.decode;

import io.lakebeam.row.Microseconds;
import io.lakebeam.row.RowMaps;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.util.ArrayBasedMapData;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What comes with a message beside its value, for the hidden columns of messages; null for what is
 * not known.
 */
@SuppressWarnings("ArrayRecordComponent") // Goes into a row as it is; never compared.
public record Envelope(
    byte @Nullable [] key,
    @Nullable Map<String, String> headers,
    @Nullable Instant timestamp,
    @Nullable Integer partition,
    @Nullable Long offset) {
  public static final Envelope NONE = new Envelope(null, null, null, null, null);

  public static Envelope of(ConsumerRecord<byte[], byte[]> record) {
    return new Envelope(
        record.key(),
        texts(record.headers()),
        record.timestamp() < 0 ? null : Instant.ofEpochMilli(record.timestamp()),
        record.partition(),
        record.offset());
  }

  /**
   * Headers by name. Of those that share a name the last one counts, as for Kafka; the others are
   * kept as {@code name[0]}, {@code name[1]}, ....
   */
  private static Map<String, String> texts(Headers headers) {
    Map<String, String> texts = new LinkedHashMap<>();
    Map<String, Integer> earlier = new LinkedHashMap<>();
    for (Header header : headers) {
      String name = header.key();
      if (texts.containsKey(name)) {
        int index = earlier.merge(name, 1, Integer::sum) - 1;
        texts.put(name + "[" + index + "]", texts.get(name));
      }
      texts.put(name, header.value() == null ? null : text(header.value()));
    }
    return texts;
  }

  /** As text; bytes that are none as {@code base64:...}. */
  public static String text(byte[] bytes) {
    try {
      return TextEncoding.UTF_8.text(bytes, 0, bytes.length);
    } catch (BadRecord e) {
      return "base64:" + new String(Base64.getEncoder().encode(bytes), StandardCharsets.US_ASCII);
    }
  }

  private static ArrayBasedMapData texts(Map<String, String> headers) {
    Map<UTF8String, UTF8String> texts = new LinkedHashMap<>();
    headers.forEach((name, text) -> texts.put(Utf8.of(name), text == null ? null : Utf8.of(text)));
    return RowMaps.of(texts);
  }

  /** Puts it into a row. */
  public void into(Object[] values, int at) {
    values[at] = key;
    values[at + 1] = headers == null ? null : texts(headers);
    values[at + 2] = timestamp == null ? null : Microseconds.of(timestamp);
    values[at + 3] = partition;
    values[at + 4] = offset;
  }
}
