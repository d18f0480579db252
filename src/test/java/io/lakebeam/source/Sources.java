package io.lakebeam.source;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.source.decode.MessageDecoders;
import io.lakebeam.source.decode.RecordEmitter;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;

/** Sources as a pipeline file would declare them. */
public final class Sources {
  public static final Instant PLANNED_AT = Instant.parse("2026-01-02T03:04:05Z");
  public static final SourceSpec.Csv CSV = new SourceSpec.Csv(true, ',', '"', "UTF-8", "");
  public static final SourceSpec.Csv CSV_WITHOUT_HEADER =
      new SourceSpec.Csv(false, ',', '"', "UTF-8", "");

  private Sources() {}

  public static SourceSpec files(String pattern, SourceSpec.Format format, Column... columns) {
    return new SourceSpec(
        "reports",
        new SourceSpec.Files(pattern),
        format,
        TableSchema.of(columns),
        false,
        SourceLocation.of("pipeline.yaml"));
  }

  public static SourceSpec kafka(
      SourceSpec.Kafka kafka, SourceSpec.Format format, Column... columns) {
    return new SourceSpec(
        "flights",
        kafka,
        format,
        TableSchema.of(columns),
        false,
        SourceLocation.of("pipeline.yaml"));
  }

  public static Slice.FileSlice slice(Path file) throws IOException {
    return new Slice.FileSlice(
        "reports", file.toString(), Files.size(file), Files.getLastModifiedTime(file).toMillis());
  }

  /** What a file with that content gives. */
  public static Collected read(
      Path folder, SourceSpec.Format format, byte[] content, Column... columns) throws IOException {
    Path file = Files.write(folder.resolve("data"), content);
    Collected out = new Collected(columns);
    SourceReader.of(
            Storage.PLAIN, files(folder + "/*", format, columns), s -> s.reference(), () -> false)
        .read(slice(file), PLANNED_AT, out);
    return out;
  }

  public static Collected read(
      Path folder, SourceSpec.Format format, String content, Column... columns) throws IOException {
    return read(folder, format, content.getBytes(StandardCharsets.UTF_8), columns);
  }

  /** What one record gives, without any file or broker. */
  public static Collected decode(SourceSpec.Format format, byte[] bytes, Column... columns) {
    SourceSpec source = files("/none", format, columns);
    RowLayout layout = new RowLayout(source.schema());
    Collected out = new Collected(source);
    RecordEmitter emitter = new RecordEmitter("reports", layout, PLANNED_AT, out, () -> false);
    emitter.record(
        MessageDecoders.of(source, source.format(), layout), bytes, 0, bytes.length, "flights-0@7");
    return out;
  }

  public static Collected decode(SourceSpec.Format format, String text, Column... columns) {
    return decode(format, text.getBytes(StandardCharsets.UTF_8), columns);
  }
}
