package io.lakebeam.parquet;

import io.lakebeam.graph.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.LogicalType;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Util;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.ParquetDecodingException;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * What a file says of itself. Parquet's library drops the annotation UNKNOWN and fails on those
 * that are newer than it is, VARIANT and GEOMETRY among them; so the footer is read here, and what
 * the library has no words for is kept beside its schema.
 */
final class Footer {
  /** The footer's length and the magic word. */
  private static final int ENDING = 8;

  /** Most footers are shorter: then one read gets them. */
  private static final int TAIL = 64 * 1024;

  private final ParquetMetadata metadata;
  private final Map<Type, Annotation> annotations = new IdentityHashMap<>();

  /** A list or a map takes two levels of groups. */
  private static final int MOST_LEVELS = 2 * Limits.NESTING;

  /** What the library's schema cannot say of a field. */
  enum Annotation {
    /** Nothing but NULLs, of no type. */
    UNKNOWN,
    /** One that came into the format later. */
    NEWER
  }

  private Footer(ParquetMetadata metadata, List<Annotation> found) {
    this.metadata = metadata;
    attach(schema(), found.iterator());
  }

  /**
   * @throws ParquetDecodingException when these are not the bytes of a Parquet file
   */
  static Footer read(InputFile file) throws IOException {
    FileMetaData stored = Util.readFileMetaData(new ByteArrayInputStream(bytes(file)));
    requireShallow(stored.getSchema());
    List<Annotation> found = new ArrayList<>();
    for (SchemaElement element : stored.getSchema()) {
      found.add(annotation(element));
    }
    // The first element is the row itself.
    ParquetMetadata metadata = new ParquetMetadataConverter().fromParquetMetadata(stored);
    requireInFile(metadata, file.getLength());
    return new Footer(metadata, found.subList(Math.min(1, found.size()), found.size()));
  }

  /** Looked at in the flat list that a file holds, because everything later goes down by calls. */
  private static void requireShallow(List<SchemaElement> elements) {
    Deque<Integer> missing = new ArrayDeque<>();
    for (SchemaElement element : elements) {
      while (!missing.isEmpty() && missing.peek() == 0) {
        missing.pop();
      }
      if (!missing.isEmpty()) {
        missing.push(missing.pop() - 1);
      }
      if (element.getNum_children() > 0) {
        missing.push(element.getNum_children());
      }
      if (missing.size() > MOST_LEVELS) {
        throw new ParquetDecodingException(
            "its columns are nested more than " + MOST_LEVELS + " levels deep");
      }
    }
  }

  /** Room is made for what the footer says of a column, so it must be there. */
  private static void requireInFile(ParquetMetadata metadata, long length) {
    for (BlockMetaData rowGroup : metadata.getBlocks()) {
      if (rowGroup.getColumns().isEmpty() && rowGroup.getRowCount() > 0) {
        throw new ParquetDecodingException("it has rows without columns");
      }
      for (ColumnChunkMetaData column : rowGroup.getColumns()) {
        long start = column.getStartingPos();
        long bytes = column.getTotalSize();
        if (start < 0 || bytes < 0 || start > length || bytes > length - start) {
          throw new ParquetDecodingException(
              "column "
                  + column.getPath().toDotString()
                  + " is said to have "
                  + bytes
                  + " bytes, which are not all there");
        }
      }
    }
  }

  ParquetMetadata metadata() {
    return metadata;
  }

  MessageType schema() {
    return metadata.getFileMetaData().getSchema();
  }

  FileCalendar calendar() {
    return FileCalendar.of(metadata.getFileMetaData().getKeyValueMetaData());
  }

  boolean isUnknown(Type field) {
    return annotations.get(field) == Annotation.UNKNOWN;
  }

  boolean isNewer(Type field) {
    return annotations.get(field) == Annotation.NEWER;
  }

  private static byte[] bytes(InputFile file) throws IOException {
    long length = file.getLength();
    if (length < ENDING) {
      throw new ParquetDecodingException("it is too short for a Parquet file");
    }
    try (SeekableInputStream in = file.newStream()) {
      byte[] tail = read(in, length, Math.min(length, TAIL));
      String magic = new String(tail, tail.length - 4, 4, StandardCharsets.ISO_8859_1);
      if (magic.equals("PARE")) {
        throw new ParquetDecodingException("it is encrypted, which is not read");
      }
      if (!magic.equals("PAR1")) {
        throw new ParquetDecodingException("it does not end as a Parquet file does");
      }
      long footer =
          ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt(tail.length - ENDING);
      if (footer <= 0 || footer > length - ENDING) {
        throw new ParquetDecodingException("its footer is damaged");
      }
      return footer + ENDING <= tail.length
          ? java.util.Arrays.copyOfRange(
              tail, tail.length - ENDING - (int) footer, tail.length - ENDING)
          : read(in, length - ENDING, footer);
    }
  }

  /** The last bytes before an end. */
  private static byte[] read(SeekableInputStream in, long end, long count) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(count)];
    in.seek(end - count);
    in.readFully(bytes);
    return bytes;
  }

  /** Null for what the library knows; takes away what it would fail on. */
  private static Annotation annotation(SchemaElement element) {
    if (!element.isSetLogicalType()) {
      return null;
    }
    LogicalType logical = element.getLogicalType();
    if (logical.getSetField() == null) {
      element.unsetLogicalType();
      return Annotation.NEWER;
    }
    if (logical.isSetUNKNOWN() && element.isSetConverted_type()) {
      // How Parquet's library says INTERVAL and MAP_KEY_VALUE, which only the older word tells.
      element.unsetLogicalType();
      return null;
    }
    return logical.isSetUNKNOWN() ? Annotation.UNKNOWN : null;
  }

  private void attach(GroupType group, Iterator<Annotation> found) {
    for (Type field : group.getFields()) {
      Annotation annotation = found.next();
      if (annotation != null) {
        annotations.put(field, annotation);
      }
      if (!field.isPrimitive()) {
        attach(field.asGroupType(), found);
      }
    }
  }
}
