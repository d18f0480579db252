package io.lakebeam.source.decode;

import io.lakebeam.graph.DataType;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.util.Arrays;

/** A record taken as it is, into the schema's only column. */
public final class TextDecoder implements RecordDecoder {
  private final RowLayout layout;
  private final TextEncoding encoding;
  private final boolean binary;

  /**
   * @param layout of one column, a STRING or BINARY
   */
  public TextDecoder(RowLayout layout, TextEncoding encoding) {
    this.layout = layout;
    this.encoding = encoding;
    this.binary = layout.columns().get(0).type() == DataType.Primitive.BINARY;
  }

  /** BINARY takes any bytes; {@code _raw} is NULL for those that are no text. */
  @Override
  public void decode(byte[] bytes, int offset, int length, Object[] values) throws BadRecord {
    if (!binary) {
      UTF8String text = encoding.utf8(bytes, offset, length);
      values[0] = text;
      values[layout.raw()] = text;
      return;
    }
    values[0] = Arrays.copyOfRange(bytes, offset, offset + length);
    try {
      values[layout.raw()] = encoding.utf8(bytes, offset, length);
    } catch (BadRecord noText) {
      values[layout.raw()] = null;
    }
  }
}
