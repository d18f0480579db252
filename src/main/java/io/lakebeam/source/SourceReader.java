package io.lakebeam.source;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.source.decode.MessageDecoders;
import io.lakebeam.source.decode.RecordEmitter;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.source.file.FileSliceReader;
import io.lakebeam.source.kafka.KafkaRangeReader;
import io.lakebeam.source.kafka.KafkaSettings;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Storage;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the slices of one source: every record becomes exactly one row or one rejected record.
 *
 * <pre>{@code
 * SourceReader reader = SourceReader.of(storage, source, Secrets::resolve, () -> false);
 * reader.read(slice, plannedAt, output);
 * }</pre>
 *
 * Keeps buffers, so it belongs to one thread at a time. There is nothing to close: connections
 * belong to the process.
 */
public final class SourceReader {
  private final Storage storage;
  private final SourceSpec source;
  private final RowLayout layout;
  private final BooleanSupplier stopRequested;
  private final SliceReaders readers;

  private SourceReader(
      Storage storage,
      SourceSpec source,
      RowLayout layout,
      BooleanSupplier stopRequested,
      SliceReaders readers) {
    this.storage = storage;
    this.source = source;
    this.layout = layout;
    this.stopRequested = stopRequested;
    this.readers = readers;
  }

  private interface SliceReaders {
    void read(Slice slice, RecordEmitter emitter);
  }

  /**
   * For one source.
   *
   * @param resolve the value of a setting that may hold a secret; called here, so on the worker
   * @param stopRequested asked several times a second while reading
   * @throws SourceException when the source's format and connection do not go together
   */
  public static SourceReader of(
      Storage storage,
      SourceSpec source,
      Function<SecretText, String> resolve,
      BooleanSupplier stopRequested) {
    return of(storage, source, resolve, stopRequested, Patience.ENDLESS);
  }

  /**
   * For one source, with a broker that may be away for only so long.
   *
   * @param resolve the value of a setting that may hold a secret; called here, so on the worker
   * @param stopRequested asked several times a second while reading
   * @throws SourceException when the source's format and connection do not go together
   */
  public static SourceReader of(
      Storage storage,
      SourceSpec source,
      Function<SecretText, String> resolve,
      BooleanSupplier stopRequested,
      Patience patience) {
    requireReadable(source);
    RowLayout layout = RowLayout.of(source);
    return new SourceReader(
        storage,
        source,
        layout,
        stopRequested,
        readers(storage, source, layout, resolve, patience));
  }

  /** The columns of the source's rows: its schema's own, then the hidden ones. */
  public static TableSchema rowSchema(SourceSpec source) {
    return RowLayout.of(source).rowSchema();
  }

  /**
   * Reads a slice to its end.
   *
   * @param ingestedAt when the epoch was planned: the same on every replay
   * @throws SourceException when the slice cannot be read to its end
   * @throws CancellationException when the thread is interrupted or a stop is requested; what is
   *     out by then is not the whole slice
   */
  public void read(Slice slice, Instant ingestedAt, RowOutput out) {
    RowOutput rows =
        switch (source.newFields().rule()) {
          case RESCUE -> out;
          case FAIL -> new KnownFieldsOnly(source.name(), layout, out);
          case ADD_COLUMNS -> new NewFieldsAsColumns(source, layout, out);
        };
    readers.read(
        slice,
        new RecordEmitter(source.name(), layout, ingestedAt, metadata(slice), rows, stopRequested));
  }

  /** What the plan of the epoch knows of a file, so that it is the same on every replay. */
  private @Nullable InternalRow metadata(Slice slice) {
    if (!layout.hasFile() || slice.ofFile().isEmpty()) {
      return null;
    }
    Slice.FileSlice file = slice.ofFile().get();
    String path = ((SourceSpec.Files) source.connection()).path(file.path());
    return new GenericInternalRow(
        new Object[] {
          Utf8.of(path),
          Utf8.of(path.substring(path.lastIndexOf('/') + 1)),
          file.bytes(),
          0L,
          file.bytes(),
          Microseconds.ofMilliseconds(file.modifiedAt())
        });
  }

  /**
   * Reads a slice to its end or, where its source sets bad files aside and it is one, says so and
   * gives no row of it. To know that before the first row, such files are read twice: where
   * something is wrong shows anywhere in them, and rows that are out are not taken back.
   *
   * @param settled files that an earlier attempt at the epoch has set aside, and why, once that is
   *     settled: then nothing is looked at, and every other file is read; empty as long as it is
   *     not
   * @param ingestedAt when the epoch was planned: the same on every replay
   * @throws SourceException when the slice cannot be read to its end for another reason, or when it
   *     is settled that it can
   * @throws CancellationException as {@link #read} does
   */
  public void readOrSetAside(
      Slice slice,
      Optional<Map<Slice.FileSlice, String>> settled,
      Instant ingestedAt,
      RowOutput out) {
    Optional<String> error = Optional.empty();
    if (slice.ofFile().isPresent()) {
      Slice.FileSlice file = slice.ofFile().get();
      error =
          settled.isPresent()
              ? Optional.ofNullable(settled.get().get(file))
              : problem(file, ingestedAt);
      if (error.isPresent() && slice.isFirst()) {
        out.setAside(BadFile.of(source, file, error.get()));
      }
    }
    if (error.isEmpty()) {
      read(slice, ingestedAt, out);
    }
  }

  /** Why a file is to be set aside; empty when it is not. */
  private Optional<String> problem(Slice.FileSlice file, Instant ingestedAt) {
    if (!source.setsBadFilesAside()) {
      return Optional.empty();
    }
    RecordEmitter nowhere =
        new RecordEmitter(source.name(), layout, ingestedAt, new Nowhere(), stopRequested);
    return new FileSliceReader(storage, source, layout, Limits.RECORD_BYTES)
        .problem(file, nowhere)
        .map(problem -> problem.told().sentence());
  }

  public static CancellationException stopped(String source) {
    return new CancellationException("source " + source + ": reading was stopped");
  }

  private static SliceReaders readers(
      Storage storage,
      SourceSpec source,
      RowLayout layout,
      Function<SecretText, String> resolve,
      Patience patience) {
    return source
        .connection()
        .match(
            kafka -> {
              KafkaRangeReader reader =
                  new KafkaRangeReader(
                      new KafkaSettings(source.name(), kafka, resolve),
                      MessageDecoders.of(source, source.format(), layout),
                      patience);
              return (slice, emitter) -> slice.as(new OfTopic(reader, emitter)).run();
            },
            files -> {
              FileSliceReader reader =
                  new FileSliceReader(storage, source, layout, Limits.RECORD_BYTES);
              return (slice, emitter) -> slice.as(new OfFiles(reader, emitter)).run();
            });
  }

  /** Reads slices of topics. */
  private record OfTopic(KafkaRangeReader reader, RecordEmitter emitter)
      implements Slice.Kinds<Runnable> {
    @Override
    public Runnable range(Slice.KafkaRange range) {
      return () -> reader.read(range, emitter);
    }

    @Override
    public Runnable file(Slice.FileSlice file) {
      throw new IllegalArgumentException(file + " is no part of a topic");
    }

    @Override
    public Runnable part(FilePart part) {
      return file(part.file());
    }

    @Override
    public Runnable rows(Slice.TableRows rows) {
      throw new IllegalArgumentException(rows + " is no part of a topic");
    }

    @Override
    public Runnable refused(Slice.RefusedRows rows) {
      throw new IllegalArgumentException(rows + " are no part of a topic");
    }
  }

  /** Reads files and their parts. */
  private record OfFiles(FileSliceReader reader, RecordEmitter emitter)
      implements Slice.Kinds<Runnable> {
    @Override
    public Runnable range(Slice.KafkaRange range) {
      throw new IllegalArgumentException(range + " is no file");
    }

    @Override
    public Runnable file(Slice.FileSlice file) {
      return () -> reader.read(file, emitter);
    }

    @Override
    public Runnable part(FilePart part) {
      return () -> reader.read(part, emitter);
    }

    @Override
    public Runnable rows(Slice.TableRows rows) {
      throw new IllegalArgumentException(rows + " is no file");
    }

    @Override
    public Runnable refused(Slice.RefusedRows rows) {
      throw new IllegalArgumentException(rows + " are no file");
    }
  }

  /**
   * Why a source cannot be read, as far as that is known without looking for it: a schema that does
   * not have the declared columns.
   */
  public static Optional<SourceException> problem(SourceSpec source) {
    try {
      requireReadable(source);
      if (source.hasMessages()) {
        MessageDecoders.of(source, source.format().records(), RowLayout.of(source));
      }
      return Optional.empty();
    } catch (SourceException e) {
      return Optional.of(e);
    }
  }

  private static void requireReadable(SourceSpec source) {
    if (source.format().records() instanceof SourceSpec.Csv csv
        && (Math.max(csv.quote(), Math.max(csv.escape(), csv.comment())) >= 0x80
            || csv.quote() == csv.delimiter())) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source.name(),
          "quote, escape or comment cannot be read",
          "it is the delimiter too, or no ASCII character",
          "Declare another one");
    }
    if (source.format().records() instanceof SourceSpec.Text) {
      boolean one = source.schema().columns().size() == 1;
      DataType type = one ? source.schema().columns().get(0).type() : null;
      if (type != DataType.Primitive.STRING && type != DataType.Primitive.BINARY) {
        throw SourceException.permanent(
            ErrorCode.SOURCE_INVALID,
            source.name(),
            "format text needs a schema of one column, a STRING or BINARY",
            "the schema is " + source.schema().ddl(),
            "Declare one column, or another format");
      }
    }
  }
}
