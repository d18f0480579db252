package io.lakebeam.parquet;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Float16Type;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.NullType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Parquet files built by hand, in the encodings that no writer makes any more. */
public final class HandBuilt {
  private static final int ENDING = 8;

  private HandBuilt() {}

  /**
   * Writes a file.
   *
   * @param fields as Parquet's own language has them: {@code required int32 id;}
   * @param rows fill one row each
   */
  public static Path write(Path file, String fields, List<Consumer<Group>> rows)
      throws IOException {
    return write(file, fields, Map.of(), rows);
  }

  public static Path write(
      Path file, String fields, Map<String, String> metadata, List<Consumer<Group>> rows)
      throws IOException {
    Files.deleteIfExists(file);
    MessageType type = MessageTypeParser.parseMessageType("message row { " + fields + " }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(type)
            .withExtraMetaData(metadata)
            .build()) {
      for (Consumer<Group> row : rows) {
        Group group = new SimpleGroup(type);
        row.accept(group);
        writer.write(group);
      }
    }
    return file;
  }

  /** Annotates a field as nothing but NULLs, for which the library's own schema has no word. */
  public static Path unknown(Path file, String field) throws IOException {
    return annotated(file, Set.of(field), LogicalType.UNKNOWN(new NullType()), footer -> footer);
  }

  /**
   * Annotates fields with a logical type that is newer than the library.
   *
   * @param id of the type in the format's definition: 16 is VARIANT, 17 GEOMETRY
   */
  public static Path newer(Path file, Set<String> fields, int id) throws IOException {
    String known = "\u00fc\u0000\u0000";
    String newer = "\u000c" + (char) (id * 2) + "\u0000\u0000";
    return annotated(
        file,
        fields,
        LogicalType.FLOAT16(new Float16Type()),
        footer -> {
          String text = new String(footer, StandardCharsets.ISO_8859_1);
          if (text.split(known, -1).length != fields.size() + 1) {
            throw new IllegalStateException("the annotations are not found");
          }
          return text.replace(known, newer).getBytes(StandardCharsets.ISO_8859_1);
        });
  }

  private static Path annotated(
      Path file, Set<String> fields, LogicalType logical, UnaryOperator<byte[]> change)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int length =
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(bytes.length - ENDING);
    int start = bytes.length - ENDING - length;
    FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(bytes, start, length));
    for (SchemaElement element : footer.getSchema()) {
      if (fields.contains(element.getName())) {
        element.setLogicalType(logical);
      }
    }
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    Util.writeFileMetaData(footer, written);
    byte[] changed = change.apply(written.toByteArray());
    ByteBuffer out =
        ByteBuffer.allocate(start + changed.length + ENDING).order(ByteOrder.LITTLE_ENDIAN);
    out.put(bytes, 0, start).put(changed).putInt(changed.length).put(bytes, bytes.length - 4, 4);
    return Files.write(file, out.array());
  }
}
