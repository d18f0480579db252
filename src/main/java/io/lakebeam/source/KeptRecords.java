package io.lakebeam.source;

import io.lakebeam.graph.DataType;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.decode.MessageDecoders;
import io.lakebeam.source.decode.RecordDecoder;
import io.lakebeam.source.decode.RecordEmitter;
import io.lakebeam.source.decode.RowLayout;
import io.lakebeam.spec.NewFields;
import io.lakebeam.spec.SourceSpec;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Decodes records of a source that were kept elsewhere, as the source's records are decoded today.
 * Keeps buffers, so it belongs to one thread at a time.
 */
public final class KeptRecords {
  private final SourceSpec source;
  private final RowLayout layout;
  private final RecordDecoder decoder;

  private KeptRecords(SourceSpec source, RowLayout layout, RecordDecoder decoder) {
    this.source = source;
    this.layout = layout;
    this.decoder = decoder;
  }

  /**
   * For one source.
   *
   * @throws SourceException when {@link #problem} has one
   */
  public static KeptRecords of(SourceSpec source) {
    RowLayout layout = RowLayout.of(source);
    return new KeptRecords(
        source, layout, MessageDecoders.of(source, source.format().records(), layout));
  }

  /**
   * Why a record alone does not make the rows that the source's own record makes; empty when it
   * does.
   *
   * @param isText true when of the record only its text was kept, because it could be decoded
   */
  public static Optional<String> problem(SourceSpec source, boolean isText) {
    RowLayout layout = RowLayout.of(source);
    if (layout.hasMessages()) {
      return Optional.of("a query names what comes beside a message, like _key, which is not kept");
    }
    if (layout.hasFile()) {
      return Optional.of("a query names _metadata, what is known of a file, which is not kept");
    }
    SourceSpec.Format format = source.format().records();
    if (format instanceof SourceSpec.Csv csv) {
      if (csv.header() && source.connection() instanceof SourceSpec.Files) {
        return Optional.of("the header of its file says which column is which");
      }
      if (!isUnicode(csv.charset())) {
        return Optional.of("its records are " + csv.charset() + ", and text is kept as UTF-8");
      }
    }
    if (isText && !isItsText(source, format)) {
      return Optional.of("of a record of format " + format.name() + " only the content is kept");
    }
    return SourceReader.problem(source).map(SourceException::problem).or(() -> undecoded(source));
  }

  private static Optional<String> undecoded(SourceSpec source) {
    try {
      of(source);
      return Optional.empty();
    } catch (SourceException e) {
      return Optional.of("its files of format " + source.format().name() + " have no records");
    }
  }

  private static boolean isItsText(SourceSpec source, SourceSpec.Format format) {
    return format instanceof SourceSpec.Csv
        || format instanceof SourceSpec.Text
            && source.schema().columns().get(0).type() == DataType.Primitive.STRING
        || format instanceof SourceSpec.Json json && json.framing() != SourceSpec.Framing.CONFLUENT;
  }

  private static boolean isUnicode(String charset) {
    return charset.isEmpty() || Charset.forName(charset).equals(StandardCharsets.UTF_8);
  }

  /**
   * Makes the row of a record.
   *
   * @param position that the row is to have
   * @param ingestedAt that the row is to have
   * @param out gets the row
   * @return why the record cannot be decoded; empty when it can
   */
  public Optional<String> decode(
      byte[] record, String position, Instant ingestedAt, Consumer<InternalRow> out) {
    Decoded decoded = new Decoded();
    RowOutput rows =
        source.newFields().rule() == NewFields.Rule.ADD_COLUMNS
            ? new NewFieldsAsColumns(source, layout, decoded)
            : decoded;
    new RecordEmitter(source.name(), layout, ingestedAt, rows, () -> false)
        .record(decoder, record, 0, record.length, position);
    if (decoded.error == null
        && source.newFields().rule() == NewFields.Rule.FAIL
        && !decoded.row.isNullAt(layout.rescued())) {
      decoded.error =
          String.format(
              Locale.ROOT,
              "the schema does not know %s",
              decoded.row.getUTF8String(layout.rescued()));
    }
    if (decoded.error == null) {
      out.accept(decoded.row);
    }
    return Optional.ofNullable(decoded.error);
  }

  /** What one record has become. */
  private static final class Decoded implements RowOutput {
    private InternalRow row;
    private String error;

    @Override
    public void row(InternalRow made) {
      row = made;
    }

    @Override
    public void rejected(Rejected rejected) {
      error = rejected.error();
    }

    @Override
    public void newField(String name) {
      // It stays in _rescued: a column is made when the source has it.
    }

    @Override
    public void warning(String text) {
      // Nobody reads now who could use it.
    }
  }
}
