package io.lakebeam.storage;

import io.lakebeam.spec.project.ProjectAddress;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * Scheme {@code classpath}: the files of projects that travel as jars, for reading. So reference
 * data beside a pipeline are where the executors of a cluster find them, which have no folder of
 * the pipeline.
 */
public final class ClassPathFiles extends FileSystem {
  private static final URI ROOT = URI.create(ProjectAddress.SCHEME + ":///");

  /** The time of every entry of such a jar; what a file holds is told by the project's name. */
  private static final long MODIFIED = 315_532_800_000L;

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    setConf(conf);
  }

  @Override
  public String getScheme() {
    return ProjectAddress.SCHEME;
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    if (!getFileStatus(path).isFile()) {
      throw new FileSystemException(path.toString(), null, "it is a folder");
    }
    return new FSDataInputStream(new Bytes(project(path).read(file(path))));
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    SortedMap<String, Long> lengths = project(path).lengths();
    String file = file(path);
    Long length = lengths.get(file);
    if (length != null) {
      return status(path, length);
    }
    if (!file.isEmpty() && below(lengths, file).isEmpty()) {
      throw new FileNotFoundException(path.toString());
    }
    return folder(path);
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    FileStatus status = getFileStatus(path);
    if (status.isFile()) {
      return new FileStatus[] {status};
    }
    SortedMap<String, FileStatus> children = new TreeMap<>();
    below(project(path).lengths(), file(path))
        .forEach(
            (rest, length) -> {
              int slash = rest.indexOf('/');
              String name = slash < 0 ? rest : rest.substring(0, slash);
              Path child = new Path(path, new Path(null, null, name));
              children.put(name, slash < 0 ? status(child, length) : folder(child));
            });
    return children.values().toArray(FileStatus[]::new);
  }

  /** What lies below a folder, by its path from there. */
  private static SortedMap<String, Long> below(SortedMap<String, Long> lengths, String folder) {
    if (folder.isEmpty()) {
      return lengths;
    }
    String start = folder + "/";
    SortedMap<String, Long> below = new TreeMap<>();
    lengths
        .tailMap(start)
        .forEach(
            (file, length) -> {
              if (file.startsWith(start)) {
                below.put(file.substring(start.length()), length);
              }
            });
    return below;
  }

  private ClassPathProject project(Path path) throws IOException {
    ProjectAddress address =
        ProjectAddress.of(uri(path)).orElseThrow(() -> new FileNotFoundException(path.toString()));
    return ClassPathProject.find(address)
        .orElseThrow(
            () ->
                new FileSystemException(
                    path.toString(),
                    null,
                    "no jar on the class path of this JVM holds the project; the jar that deploy has"
                        + " made of it must be among the libraries of the job"));
  }

  private static String file(Path path) {
    return ProjectAddress.file(uri(path));
  }

  private static String uri(Path path) {
    return ProjectAddress.SCHEME + ":" + path.toUri().getPath();
  }

  private static FileStatus status(Path path, long length) {
    return new FileStatus(length, false, 1, 0, MODIFIED, path);
  }

  private static FileStatus folder(Path path) {
    return new FileStatus(0, true, 1, 0, MODIFIED, path);
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    throw readOnly(path);
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress)
      throws IOException {
    throw readOnly(path);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    throw readOnly(from);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    throw readOnly(path);
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    throw readOnly(path);
  }

  private static IOException readOnly(Path path) {
    return new FileSystemException(
        path.toString(),
        null,
        "a project on the class path is only read; name a store of your own for what is written");
  }

  @Override
  public void setWorkingDirectory(Path folder) {
    // Every path here is absolute.
  }

  @Override
  public Path getWorkingDirectory() {
    return new Path(ROOT);
  }

  /** A file, whole: they are small, and formats such as Parquet read from their ends. */
  private static final class Bytes extends FSInputStream {
    private final byte[] bytes;
    private int next;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      return next < bytes.length ? bytes[next++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int from, int most) {
      if (most > 0 && next >= bytes.length) {
        return -1;
      }
      int count = Math.min(most, bytes.length - next);
      System.arraycopy(bytes, next, into, from, count);
      next += count;
      return count;
    }

    @Override
    public void seek(long position) throws IOException {
      if (position < 0 || position > bytes.length) {
        throw new EOFException("no byte " + position + " in " + bytes.length);
      }
      next = (int) position;
    }

    @Override
    public long getPos() {
      return next;
    }

    @Override
    public int available() {
      return bytes.length - next;
    }

    @Override
    public boolean seekToNewSource(long position) {
      return false;
    }
  }
}
