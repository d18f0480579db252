package io.lakebeam.delta.file;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.apache.beam.sdk.io.FileIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * What turns rows into a Parquet file: rows go straight into its columns. ParquetIO's sink would go
 * through Avro, and cannot say in a footer what Spark wants to know there of old dates.
 */
final class RowSinks {
  /** The part of a file that is held in memory; several files are open at a time. */
  static final int ROW_GROUP_BYTES = 32 * 1024 * 1024;

  /** So many of the longest rows make a page within {@link Limits#TABLE_PAGE_BYTES}. */
  private static final int ROWS_BETWEEN_SIZES = 4;

  /** The fastest zstd: a third of snappy's bytes less for the same time (docs/decisions). */
  private static final String ZSTD_LEVEL = "1";

  private static final Configuration SETTINGS = settings();

  private RowSinks() {}

  /**
   * A sink for one file.
   *
   * @param file the file's columns
   * @param positions of these columns in the rows
   */
  static FileIO.Sink<InternalRow> sink(TableSchema file, int[] positions) {
    return new DirectSink(file.columns(), positions);
  }

  private static Configuration settings() {
    Configuration settings = new Configuration(false);
    settings.set("parquet.compression.codec.zstd.level", ZSTD_LEVEL);
    return settings;
  }

  /** Rows straight into Parquet's columns. */
  private static final class DirectSink implements FileIO.Sink<InternalRow> {
    private final List<Column> columns;
    private final int[] positions;
    private transient ParquetWriter<InternalRow> writer;

    DirectSink(List<Column> columns, int[] positions) {
      this.columns = columns;
      this.positions = positions;
    }

    @Override
    public void open(WritableByteChannel channel) throws IOException {
      DirectBuilder builder =
          new DirectBuilder(Channels.newOutputStream(channel), columns, positions)
              .withConf(new HadoopParquetConfiguration(SETTINGS))
              .withCompressionCodec(CompressionCodecName.ZSTD)
              .withRowGroupSize((long) ROW_GROUP_BYTES)
              // Parquet looks at a page's size after a hundred rows first, and then after as many
              // as
              // the rows before lead it to expect: some rows of some megabytes each, as records may
              // have, would be a page that no reader takes, and a row group that no memory holds.
              .withMinRowCountForPageSizeCheck(1)
              .withMaxRowCountForPageSizeCheck(ROWS_BETWEEN_SIZES)
              .withSizeStatisticsEnabled(false);
      // Every value is another one: a dictionary is only ever built to be thrown away.
      for (Column unique : List.of(HiddenColumns.POSITION, HiddenColumns.RAW)) {
        if (columns.contains(unique)) {
          builder.withDictionaryEncoding(unique.name(), false);
        }
      }
      writer = builder.build();
    }

    @Override
    public void write(InternalRow row) throws IOException {
      writer.write(row);
    }

    @Override
    public void flush() throws IOException {
      writer.close();
    }
  }

  private static final class DirectBuilder
      extends ParquetWriter.Builder<InternalRow, DirectBuilder> {
    private final List<Column> columns;
    private final int[] positions;

    DirectBuilder(OutputStream out, List<Column> columns, int[] positions) {
      super(new StreamFile(out));
      this.columns = columns;
      this.positions = positions;
    }

    @Override
    protected DirectBuilder self() {
      return this;
    }

    @Override
    protected WriteSupport<InternalRow> getWriteSupport(Configuration configuration) {
      return new RowWriteSupport(columns, positions);
    }

    @Override
    protected WriteSupport<InternalRow> getWriteSupport(ParquetConfiguration configuration) {
      return new RowWriteSupport(columns, positions);
    }
  }

  /** A file that is only written, from its start. */
  private record StreamFile(OutputStream out) implements OutputFile {
    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return new CountingStream(out);
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return new CountingStream(out);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  private static final class CountingStream extends PositionOutputStream {
    private final OutputStream out;
    private long position;

    CountingStream(OutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      position += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
