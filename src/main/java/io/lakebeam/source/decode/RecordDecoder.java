package io.lakebeam.source.decode;

/** Bytes of one record to the values of a row. Keeps buffers, so one for each thread. */
public interface RecordDecoder {
  /**
   * Decodes one record.
   *
   * @param values to be filled as {@link RowLayout} says: the own columns, {@code _rescued} and
   *     {@code _raw}; of no use when this fails
   * @throws BadRecord the only way this fails, whatever the bytes are
   */
  void decode(byte[] bytes, int offset, int length, Object[] values) throws BadRecord;
}
