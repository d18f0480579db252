package io.lakebeam.source;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Avro's bytes, with lengths held against what is there before room is made for them: a few damaged
 * bytes may say that a text of 2 GB follows, or an array of more elements than fit into memory.
 */
final class BoundedAvro extends Decoder {
  /** Elements without bytes, such as nulls, that are taken for real. */
  private static final int ELEMENTS_WITHOUT_BYTES = 1024;

  private final BinaryDecoder in;

  private BoundedAvro(BinaryDecoder in) {
    this.in = in;
  }

  /** A reader of records without conversions: values come as they are stored. */
  static GenericDatumReader<GenericRecord> reader(@Nullable Schema schema) {
    return new GenericDatumReader<>(schema, schema, new GenericData()) {
      @Override
      public GenericRecord read(GenericRecord reuse, Decoder in) throws IOException {
        return super.read(reuse, new BoundedAvro((BinaryDecoder) in));
      }
    };
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
