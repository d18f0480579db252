package io.lakebeam.delta.file;

import io.lakebeam.delta.DataFile;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.beam.sdk.io.FileIO;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.HadoopReadOptions;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One data file on its way from the first row to its place in a manifest. */
final class OpenFile {
  /** Made once: each time would read Hadoop's settings from their files again. */
  private static final ParquetReadOptions READ_OPTIONS =
      HadoopReadOptions.builder(Storage.PLAIN.configuration()).build();

  private static final Logger LOG = LoggerFactory.getLogger(OpenFile.class);

  private final Storage storage;
  private final Path location;
  private final String path;
  private final Map<String, String> partitionValues;
  private final FileIO.Sink<InternalRow> sink;
  private final OutputChannel channel;

  private OpenFile(
      Storage storage,
      Path location,
      String path,
      Map<String, String> partitionValues,
      FileIO.Sink<InternalRow> sink,
      OutputChannel channel) {
    this.storage = storage;
    this.location = location;
    this.path = path;
    this.partitionValues = partitionValues;
    this.sink = sink;
    this.channel = channel;
  }

  /**
   * @param path relative to the table, as the disk has it
   */
  static OpenFile create(
      Place table,
      String path,
      Map<String, String> partitionValues,
      FileIO.Sink<InternalRow> sink) {
    Storage storage = table.storage();
    Path relative = new Path(path);
    Path location = new Path(table.path(), relative);
    Storage.requireInside(table.path(), location);
    try {
      // Parquet writes a footer byte by byte, and Hadoop's streams count each write.
      OutputChannel channel =
          new OutputChannel(
              new BufferedOutputStream(storage.fileSystem(location).create(location, false)));
      sink.open(channel);
      // The log holds paths as URIs: a folder's escaped %3A is %253A there.
      return new OpenFile(
          storage, location, relative.toUri().toString(), partitionValues, sink, channel);
    } catch (IOException e) {
      throw new StorageException("create", location.toString(), e);
    }
  }

  void write(InternalRow row) {
    try {
      sink.write(row);
    } catch (IOException e) {
      throw new StorageException("write", location.toString(), e);
    }
  }

  void finish() {
    try {
      sink.flush();
      channel.close();
    } catch (IOException e) {
      throw new StorageException("write", location.toString(), e);
    }
  }

  /** Of a finished file; its footer knows the statistics, so that rows need no bookkeeping. */
  DataFile describe(TableSchema columns) {
    try {
      FileStatus status = storage.fileSystem(location).getFileStatus(location);
      HadoopInputFile input = HadoopInputFile.fromStatus(status, storage.configuration());
      try (ParquetFileReader reader = ParquetFileReader.open(input, READ_OPTIONS)) {
        ParquetMetadata footer = reader.getFooter();
        FileStatistics statistics = new FileStatistics(columns, footer.getBlocks());
        return new DataFile(
            path,
            partitionValues,
            statistics.rows(),
            status.getLen(),
            statistics.json(),
            status.getModificationTime());
      }
    } catch (IOException e) {
      throw new StorageException("read back", location.toString(), e);
    }
  }

  /** Lets go of a file that nobody will want; whatever fails, it is deleted next. */
  void abandon() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("closing the abandoned {}", location, e);
    }
  }

  void delete() {
    storage.delete(location);
  }
}
