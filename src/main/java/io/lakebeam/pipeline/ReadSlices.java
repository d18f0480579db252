package io.lakebeam.pipeline;

import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.Secrets;
import io.lakebeam.spec.SourceSpec;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the slices of one source: a row or a rejected record for each record. */
final class ReadSlices extends DoFn<ReadTask, Row> {
  static final TupleTag<Row> ROWS = new TupleTag<>() {};
  static final TupleTag<RejectedRow> REJECTED = new TupleTag<>() {};

  private static final Logger LOG = LoggerFactory.getLogger(ReadSlices.class);

  private final SourceSpec source;
  private final RegisterLookups lookups;
  private transient SourceReader reader;

  ReadSlices(SourceSpec source, RegisterLookups lookups) {
    this.source = source;
    this.lookups = lookups;
  }

  @Setup
  public void setup() {
    reader = SourceReader.of(source, Secrets::resolve, () -> false);
  }

  @ProcessElement
  public void read(@Element ReadTask task, BoundedWindow window, MultiOutputReceiver out) {
    lookups.register(Epochs.of(window));
    Instant ingestedAt = new Instant(task.ingestedAt().toEpochMilli());
    OutputReceiver<Row> rows = out.get(ROWS);
    OutputReceiver<RejectedRow> rejected = out.get(REJECTED);
    RowOutput output =
        new RowOutput() {
          @Override
          public void row(Row row) {
            rows.output(row);
          }

          @Override
          public void rejected(Rejected record) {
            rejected.output(rejectedRow(record, ingestedAt));
          }

          @Override
          public void warning(String text) {
            LOG.warn("{}: {}", source.name(), text);
          }
        };
    task.slices().forEach(slice -> reader.read(slice, ingestedAt, output));
  }

  static RejectedRow rejectedRow(Rejected record, Instant ingestedAt) {
    String text = new String(record.raw(), StandardCharsets.UTF_8);
    return new RejectedRow(
        record.source(),
        record.position(),
        ingestedAt,
        text,
        isUtf8(record.raw()) ? null : record.raw(),
        record.error());
  }

  private static boolean isUtf8(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
