package io.lakebeam.source.file;

import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** The one way from this package to storage: Hadoop's FileSystem. */
final class SourceFileSystem {
  private static final Configuration CONFIGURATION = Storage.configuration();

  private SourceFileSystem() {}

  /** A file of a listing; {@code path} without a scheme when it is local. */
  record Listed(String path, long bytes, long modifiedAt) {}

  /** Every file that a glob matches, and those inside of folders it matches; in no order. */
  static List<Listed> list(String pattern) throws IOException {
    Path glob = new Path(pattern);
    return FileGlob.files(of(glob), glob).stream().map(SourceFileSystem::listed).toList();
  }

  static boolean exists(String path) throws IOException {
    return of(new Path(path)).exists(new Path(path));
  }

  /** What a listing would say about one file now. */
  static Listed status(String path) throws IOException {
    return listed(of(new Path(path)).getFileStatus(new Path(path)));
  }

  static InputStream open(String path) throws IOException {
    return of(new Path(path)).open(new Path(path), 1 << 16);
  }

  static HadoopInputFile parquet(String path) throws IOException {
    Path file = new Path(path);
    return HadoopInputFile.fromStatus(of(file).getFileStatus(file), CONFIGURATION);
  }

  static Configuration configuration() {
    return CONFIGURATION;
  }

  private static Listed listed(FileStatus status) {
    Path path = status.getPath();
    boolean local = "file".equals(path.toUri().getScheme());
    return new Listed(
        local ? path.toUri().getPath() : path.toString(),
        status.getLen(),
        status.getModificationTime());
  }

  private static FileSystem of(Path path) throws IOException {
    try {
      return Storage.fileSystem(Storage.path(path.toString()));
    } catch (StorageException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
