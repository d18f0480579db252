package io.lakebeam.simulation;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.simulation.TestingStore.Entry;
import io.lakebeam.simulation.TestingStore.Operation;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A {@link TestingStore} as one process sees it: {@code wasb://process.store/path}. Each process
 * has an authority of its own, so that nothing that this JVM keeps by path is shared between them.
 *
 * <p>The scheme is that of Azure's former driver, which no test uses otherwise: Lakebeam and Delta
 * treat it as {@code abfs}, so their ways of putting a file if absent are the ones at work.
 */
public final class TestingFileSystem extends FileSystem {
  static final String SCHEME = "wasb";

  /** What a pipeline says to have its lake in a {@link TestingStore}. */
  static final StorageSpec STORAGE =
      new StorageSpec(
          Map.of(
              "fs." + SCHEME + ".impl",
              new StorageSpec.Setting(
                  "storage.simulation",
                  new SecretText(TestingFileSystem.class.getName()),
                  new SourceLocation("simulation", 1, 1))));

  /** By which such lakes are reached. */
  static final Storage FILES = Storage.of(STORAGE);

  private URI uri;
  private String process;
  private TestingStore store;
  private Path workingDirectory = new Path("/");

  /** Paths by name: to parse one takes longer than to list a folder. */
  private final Map<String, Path> paths = new ConcurrentHashMap<>();

  @Override
  public void initialize(URI name, Configuration configuration) throws IOException {
    super.initialize(name, configuration);
    String authority = name.getAuthority();
    int dot = authority.indexOf('.');
    uri = URI.create(SCHEME + "://" + authority);
    process = authority.substring(0, dot);
    store = TestingStore.of(authority.substring(dot + 1));
  }

  /** A lake, or a table of it, as a process reaches it. */
  static Place place(String uri) {
    return new Place(FILES, uri);
  }

  private <T> T pass(Operation operation, String path, TestingStore.Step<T> step)
      throws IOException {
    return store.gate().pass(process, operation, path, step);
  }

  private static String name(Path path) {
    String name = path.toUri().getPath();
    return name.length() > 1 && name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
  }

  private FileStatus status(String path, Entry entry) {
    long length = entry.isFolder() ? 0 : entry.bytes().length;
    return new FileStatus(
        length,
        entry.isFolder(),
        1,
        1 << 27,
        entry.modifiedAt(),
        paths.computeIfAbsent(path, name -> new Path(uri + name)));
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    String name = name(path);
    return new FSDataInputStream(
        new Bytes(pass(Operation.OPEN, name, () -> store.read(name)).clone()));
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
    String name = name(path);
    pass(
        Operation.CREATE,
        name,
        () -> {
          store.create(name, overwrite);
          return true;
        });
    return new FSDataOutputStream(new Upload(name), statistics);
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("nothing appends to " + path);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return pass(Operation.RENAME, name(to), () -> store.rename(name(from), name(to)));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return pass(Operation.DELETE, name(path), () -> store.delete(name(path)));
  }

  @Override
  public FileStatus[] listStatus(Path folder) throws IOException {
    String name = name(folder);
    return pass(
        Operation.LIST,
        name,
        () -> {
          List<String> below = store.list(name);
          FileStatus[] statuses = new FileStatus[below.size()];
          for (int i = 0; i < statuses.length; i++) {
            statuses[i] = status(below.get(i), store.status(below.get(i)));
          }
          return statuses;
        });
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    String name = name(path);
    return pass(Operation.STATUS, name, () -> status(name, store.status(name)));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return pass(
        Operation.FOLDER,
        name(path),
        () -> {
          store.folder(name(path));
          return true;
        });
  }

  @Override
  public void setWorkingDirectory(Path path) {
    workingDirectory = path;
  }

  @Override
  public Path getWorkingDirectory() {
    return workingDirectory;
  }

  /** A file whose content the store gets when it is closed. */
  private final class Upload extends ByteArrayOutputStream {
    private final String name;
    private boolean closed;

    Upload(String name) {
      this.name = name;
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        pass(
            Operation.WRITE,
            name,
            () -> {
              store.write(name, toByteArray());
              return true;
            });
      }
    }
  }

  private static final class Bytes extends ByteArrayInputStream
      implements Seekable, PositionedReadable {
    Bytes(byte[] bytes) {
      super(bytes);
    }

    @Override
    public void seek(long position) {
      pos = (int) position;
    }

    @Override
    public long getPos() {
      return pos;
    }

    @Override
    public boolean seekToNewSource(long target) {
      return false;
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) {
      int there = (int) Math.min(length, count - position);
      if (there <= 0) {
        return -1;
      }
      System.arraycopy(buf, (int) position, into, offset, there);
      return there;
    }

    @Override
    public void readFully(long position, byte[] into, int offset, int length) throws EOFException {
      if (read(position, into, offset, length) < length) {
        throw new EOFException();
      }
    }

    @Override
    public void readFully(long position, byte[] into) throws EOFException {
      readFully(position, into, 0, into.length);
    }
  }
}
