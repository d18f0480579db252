package io.lakebeam.source.decode;

import io.lakebeam.row.Microseconds;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.source.Nowhere;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.SourceReader;
import java.time.Instant;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One record in, exactly one row or one rejected record out: the only place where either is made.
 */
public final class RecordEmitter {
  private final String source;
  private final UTF8String sourceName;
  private final RowLayout layout;
  private final Long ingestedAt;
  private final @Nullable InternalRow file;
  private final RowOutput out;
  private final BooleanSupplier stopRequested;

  /** For records of no file that rows have to know. */
  public RecordEmitter(
      String source,
      RowLayout layout,
      Instant ingestedAt,
      RowOutput out,
      BooleanSupplier stopRequested) {
    this(source, layout, ingestedAt, null, out, stopRequested);
  }

  /**
   * For the records of a slice.
   *
   * @param file the value of {@code _metadata}; null when there is none
   */
  public RecordEmitter(
      String source,
      RowLayout layout,
      Instant ingestedAt,
      @Nullable InternalRow file,
      RowOutput out,
      BooleanSupplier stopRequested) {
    this.source = source;
    this.sourceName = UTF8String.fromString(source);
    this.layout = layout;
    this.ingestedAt = Microseconds.of(ingestedAt);
    this.file = file;
    this.out = out;
    this.stopRequested = stopRequested;
  }

  /** One that gives the same to nobody. */
  public RecordEmitter quiet() {
    return new RecordEmitter(
        source, layout, Microseconds.instant(ingestedAt), file, new Nowhere(), stopRequested);
  }

  /** True when rows have room for what comes with a message. */
  public boolean wantsEnvelopes() {
    return layout.hasMessages();
  }

  public void record(RecordDecoder decoder, byte[] bytes, int offset, int length, String position) {
    record(decoder, bytes, offset, length, position, Envelope.NONE);
  }

  /**
   * @param envelope what came with the message
   */
  public void record(
      RecordDecoder decoder,
      byte[] bytes,
      int offset,
      int length,
      String position,
      Envelope envelope) {
    Object[] values = new Object[layout.width()];
    if (layout.hasMessages()) {
      envelope.into(values, layout.message());
    }
    String error;
    try {
      decoder.decode(bytes, offset, length, values);
      row(values, position);
      return;
    } catch (BadRecord e) {
      error = e.getMessage();
    }
    rejected(position, error, Arrays.copyOfRange(bytes, offset, offset + length));
  }

  /**
   * @param values as {@link RowLayout} says, without source, position and time
   */
  public void row(Object[] values, String position) {
    values[layout.source()] = sourceName;
    values[layout.position()] = Utf8.of(position);
    values[layout.ingestedAt()] = ingestedAt;
    if (layout.hasFile()) {
      values[layout.file()] = file;
    }
    out.row(new GenericInternalRow(values));
  }

  public void rejected(String position, String error, byte[] raw) {
    out.rejected(new Rejected(source, position, error, raw));
  }

  public void warning(String text) {
    out.warning(text);
  }

  /** Ends the reading when its thread is interrupted or its owner wants to stop. */
  public void checkStop() {
    if (stopRequested.getAsBoolean() || Thread.currentThread().isInterrupted()) {
      throw SourceReader.stopped(source);
    }
  }
}
