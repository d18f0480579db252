package io.lakebeam.source.decode;

import io.lakebeam.graph.Limits;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;
import org.apache.avro.util.Utf8;

/**
 * Avro's bytes, with lengths held against what is there before room is made for them: a few damaged
 * bytes may say that a text of 2 GB follows, or an array of more elements than fit into memory.
 */
public final class BoundedAvro extends Decoder {
  /** Elements without bytes, such as nulls, that are taken for real. */
  private static final int ELEMENTS_WITHOUT_BYTES = 1024;

  private static final String TOO_DEEP =
      "records, arrays and maps lie more than " + Limits.NESTING + " deep in each other";

  private final BinaryDecoder in;

  private BoundedAvro(BinaryDecoder in) {
    this.in = in;
  }

  /** A reader of records without conversions: values come as they are stored. */
  public static GenericDatumReader<GenericRecord> reader(Schema schema) {
    return new Shallow(schema);
  }

  /**
   * Refuses types that lie too deep in each other; that one holds itself says nothing yet of how
   * deep its values are.
   *
   * @throws IOException when they do
   */
  public static void requireShallow(Schema schema) throws IOException {
    depth(schema, new IdentityHashMap<>(), 0);
  }

  /**
   * Each type once, however often it is named; of one that is being looked at, nothing is known.
   */
  private static int depth(Schema schema, Map<Schema, Integer> known, int above)
      throws IOException {
    if (above > Limits.NESTING) {
      throw new IOException(TOO_DEEP);
    }
    Integer before = known.putIfAbsent(schema, 0);
    int below = before == null ? 0 : before;
    if (before == null) {
      // A choice is no level of its own.
      int level = schema.getType() == Schema.Type.UNION ? 0 : 1;
      for (Schema each : inner(schema)) {
        below = Math.max(below, level + depth(each, known, above + level));
      }
      known.put(schema, below);
    }
    if (above + below > Limits.NESTING) {
      throw new IOException(TOO_DEEP);
    }
    return below;
  }

  private static List<Schema> inner(Schema schema) {
    return switch (schema.getType()) {
      case RECORD ->
          schema.hasFields()
              ? schema.getFields().stream().map(Schema.Field::schema).toList()
              : List.of();
      case ARRAY -> List.of(schema.getElementType());
      case MAP -> List.of(schema.getValueType());
      case UNION -> schema.getTypes();
      default -> List.of();
    };
  }

  /** Types may hold themselves, so that a few bytes nest as deep as they like. */
  private static final class Shallow extends GenericDatumReader<GenericRecord> {
    private int depth;

    Shallow(Schema schema) {
      super(schema, schema, new GenericData());
    }

    @Override
    public GenericRecord read(GenericRecord reuse, Decoder in) throws IOException {
      depth = 0;
      return super.read(reuse, new BoundedAvro((BinaryDecoder) in));
    }

    @Override
    protected Object readRecord(Object old, Schema expected, ResolvingDecoder in)
        throws IOException {
      enter();
      Object record = super.readRecord(old, expected, in);
      depth--;
      return record;
    }

    @Override
    protected Object readArray(Object old, Schema expected, ResolvingDecoder in)
        throws IOException {
      enter();
      Object array = super.readArray(old, expected, in);
      depth--;
      return array;
    }

    @Override
    protected Object readMap(Object old, Schema expected, ResolvingDecoder in) throws IOException {
      enter();
      Object map = super.readMap(old, expected, in);
      depth--;
      return map;
    }

    private void enter() throws IOException {
      if (++depth > Limits.NESTING) {
        throw new IOException(TOO_DEEP);
      }
    }
  }

  private int left() throws IOException {
    return in.inputStream().available();
  }

  private int length() throws IOException {
    long length = in.readLong();
    if (length < 0 || length > left()) {
      throw new EOFException("a length of " + length + " bytes, of which " + left() + " are there");
    }
    return (int) length;
  }

  private long count(long count) throws IOException {
    if (count < 0 || count > left() + ELEMENTS_WITHOUT_BYTES) {
      throw new EOFException(count + " elements in " + left() + " bytes");
    }
    return count;
  }

  @Override
  public Utf8 readString(Utf8 reuse) throws IOException {
    byte[] bytes = new byte[length()];
    in.readFixed(bytes);
    return new Utf8(bytes);
  }

  @Override
  public String readString() throws IOException {
    return readString(null).toString();
  }

  @Override
  public ByteBuffer readBytes(ByteBuffer reuse) throws IOException {
    byte[] bytes = new byte[length()];
    in.readFixed(bytes);
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public long readArrayStart() throws IOException {
    return count(in.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return count(in.arrayNext());
  }

  @Override
  public long readMapStart() throws IOException {
    return count(in.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return count(in.mapNext());
  }

  @Override
  public void readNull() throws IOException {
    in.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return in.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return in.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return in.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return in.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return in.readDouble();
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    in.readFixed(bytes, start, length);
  }

  @Override
  public int readEnum() throws IOException {
    return in.readEnum();
  }

  @Override
  public int readIndex() throws IOException {
    return in.readIndex();
  }

  @Override
  public void skipString() throws IOException {
    in.skipString();
  }

  @Override
  public void skipBytes() throws IOException {
    in.skipBytes();
  }

  @Override
  public void skipFixed(int length) throws IOException {
    in.skipFixed(length);
  }

  @Override
  public long skipArray() throws IOException {
    return in.skipArray();
  }

  @Override
  public long skipMap() throws IOException {
    return in.skipMap();
  }
}
