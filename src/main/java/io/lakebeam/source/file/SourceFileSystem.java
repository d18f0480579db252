package io.lakebeam.source.file;

import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/** The one way from this package to storage: Hadoop's FileSystem. */
record SourceFileSystem(Storage storage) {
  /** A file of a listing; {@code path} without a scheme when it is local. */
  record Listed(String path, long bytes, long modifiedAt) {}

  /** Tells every file that a glob matches, and those inside of folders it matches; in no order. */
  void list(String pattern, Consumer<Listed> found) throws IOException {
    Path glob = new Path(pattern);
    FileGlob.files(of(glob), glob, file -> found.accept(listed(file)));
  }

  boolean exists(String path) throws IOException {
    return of(new Path(path)).exists(new Path(path));
  }

  /**
   * What a listing would say about one file now.
   *
   * @throws FileNotFoundException also when a folder is in its place
   */
  Listed status(String path) throws IOException {
    FileStatus status = of(new Path(path)).getFileStatus(new Path(path));
    if (status.isDirectory()) {
      throw new FileNotFoundException(path + " is a folder");
    }
    return listed(status);
  }

  InputStream open(String path) throws IOException {
    return of(new Path(path)).open(new Path(path), 1 << 16);
  }

  /** From a byte on. */
  InputStream open(String path, long from) throws IOException {
    FSDataInputStream in = of(new Path(path)).open(new Path(path), 1 << 16);
    try {
      in.seek(from);
      return in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /** False when it is not there, or stays. */
  boolean delete(String path) throws IOException {
    return of(new Path(path)).delete(new Path(path), false);
  }

  HadoopInputFile parquet(String path) throws IOException {
    Path file = new Path(path);
    return HadoopInputFile.fromStatus(of(file).getFileStatus(file), configuration());
  }

  Configuration configuration() {
    return storage.configuration();
  }

  private static Listed listed(FileStatus status) {
    Path path = status.getPath();
    boolean local = "file".equals(path.toUri().getScheme());
    return new Listed(
        local ? path.toUri().getPath() : path.toString(),
        status.getLen(),
        status.getModificationTime());
  }

  FileSystem of(Path path) throws IOException {
    try {
      return storage.fileSystem(storage.path(path.toString()));
    } catch (StorageException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
