package io.lakebeam.storage;

import io.lakebeam.spec.DatabricksPlaces;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.project.ProjectAddress;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/**
 * The one way to files on any scheme that Hadoop knows ({@code abfss}, {@code s3a}, {@code gs},
 * {@code file}). Settings and credentials come from {@code storage:} of the pipeline, from {@code
 * core-site.xml} on the classpath and, where this JVM belongs to a Spark, from its {@code
 * spark.hadoop.*}.
 *
 * <pre>{@code
 * Storage storage = Storage.of(pipeline.storage());
 * Path plan = storage.path(lake + "/_lakebeam/airlines/epochs/7.json");
 * boolean ours = storage.putIfAbsent(plan, bytes);
 * }</pre>
 *
 * Every method throws {@link StorageException}, whose message a user understands. Thread-safe.
 */
public final class Storage implements Serializable {
  /** Stores whose rename refuses an existing target, in one step (measured for abfs). */
  private static final Set<String> RENAME_REFUSES_EXISTING =
      Set.of("abfs", "abfss", "wasb", "wasbs", "hdfs");

  /** Others, such as http or webhdfs, are no place for a lake or its sources. */
  private static final Set<String> SCHEMES =
      Set.of("file", "abfs", "abfss", "wasb", "wasbs", "s3a", "gs", "hdfs", ProjectAddress.SCHEME);

  private static final String LOCAL = BaseSettings.LOCAL;
  private static final String S3 = "s3a";

  /** For whom the class path and the platform say all there is to say. */
  public static final Storage PLAIN = new Storage(StorageSpec.NONE);

  private final StorageSpec spec;

  /** What this JVM holds for it; a secret is looked up when it is first asked for. */
  private transient volatile OpenStorage open;

  private Storage(StorageSpec spec) {
    this.spec = spec;
  }

  /** The stores as a pipeline reaches them. Looks up no secret. */
  public static Storage of(StorageSpec spec) {
    return new Storage(spec);
  }

  /**
   * Looks up what the settings refer to, so that what is missing is told before the first file is
   * asked for. Doing it again changes nothing.
   *
   * @throws StorageException when a secret is not set on this machine
   */
  public Storage open() {
    opened();
    return this;
  }

  private OpenStorage opened() {
    OpenStorage known = open;
    if (known == null) {
      known = OpenStorage.of(spec);
      open = known;
    }
    return known;
  }

  /**
   * What this JVM keeps of what lies in these stores, such as open tables: one object of each kind,
   * for all who reach them by the same settings.
   *
   * @param made quick to make
   */
  public <T> T kept(Class<T> kind, Supplier<T> made) {
    return opened().kept(kind, made);
  }

  /** Hadoop's settings, for libraries that open files themselves; shared, not to be changed. */
  public Configuration configuration() {
    return opened().forLibraries();
  }

  /** Lets go of the store that a path lies in; it is opened anew when it is asked for. */
  public void close(Path path) {
    try {
      opened().close(path.toUri());
    } catch (IOException e) {
      throw new StorageException("close", path.toString(), e);
    }
  }

  /**
   * The absolute path of a URI or path; a relative path starts at the working directory.
   *
   * @throws IllegalArgumentException when it is no path, or its scheme is unknown
   */
  public Path path(String uriOrPath) {
    if (uriOrPath.isBlank()) {
      throw new IllegalArgumentException("an empty path");
    }
    return qualified(new Path(uriOrPath));
  }

  Path qualified(Path path) {
    if (path.toUri().getScheme() == null) {
      String absolute = Paths.get(path.toString()).toAbsolutePath().normalize().toString();
      return new Path(LOCAL, null, absolute.replace('\\', '/'));
    }
    return fileSystem(path).makeQualified(path);
  }

  /**
   * What a path lies in.
   *
   * @throws StorageException when nothing here can open it, or its scheme is none of a store's
   */
  public FileSystem fileSystem(Path path) {
    refuseDatabricksPlaces(path);
    if (scheme(path).equals(LOCAL)) {
      return Local.FILES;
    }
    // Drivers of stores keep blocks on disk that are on their way.
    PrivateFolder.make();
    try {
      if (!SCHEMES.contains(scheme(path))) {
        throw new UnsupportedFileSystemException(
            "nothing is read or written by "
                + scheme(path)
                + "; write a path, or a URI that starts with file:, abfss:, s3a: or gs:");
      }
      return opened().driver(path.toUri());
    } catch (IOException | RuntimeException e) {
      StorageException failure = new StorageException("open", path.toString(), e);
      // The driver repeats a key that it cannot read, in the cause that --verbose prints.
      throw e.toString().contains("key =")
          ? new StorageException(failure.code(), failure.getMessage())
          : failure;
    }
  }

  /** Elsewhere, {@code /Volumes} is a folder like any other. */
  private static void refuseDatabricksPlaces(Path path) {
    String name = path.toString();
    if (DatabricksPlaces.holds(name) && (!isLocal(path) || SparkSettings.isDatabricks())) {
      throw new StorageException(
          "open", name, new FileSystemException(name, null, DatabricksPlaces.refusal(name)));
    }
  }

  /** The one for this JVM: Hadoop makes another for each call when it is told to keep none. */
  private static final class Local {
    static final FileSystem FILES = make();

    private static FileSystem make() {
      try {
        FileSystem files = new LocalFiles();
        files.initialize(URI.create(LOCAL + ":///"), BaseSettings.newConfiguration());
        return files;
      } catch (IOException e) {
        throw new UncheckedIOException("the files of this machine cannot be used", e);
      }
    }
  }

  /** What stands at a path; empty when nothing does. */
  public Optional<FileStatus> status(Path path) {
    try {
      return Optional.of(fileSystem(path).getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StorageException("look at", path.toString(), e);
    }
  }

  /**
   * Writes a new file, with its folders, unless something is there: of any number of callers, in
   * any processes, exactly one gets true. On {@code file}, {@code abfs} and {@code hdfs} the file
   * appears with all of its bytes; on {@code s3a} S3 decides; elsewhere the store's own
   * create-if-absent decides.
   *
   * @return false when the path is taken; what it holds stays
   */
  public boolean putIfAbsent(Path path, byte[] bytes) {
    FileSystem files = fileSystem(path);
    String scheme = scheme(path);
    try {
      if (scheme.equals(LOCAL)) {
        DurableFiles.create(withFolders(path), bytes);
        return true;
      }
      if (RENAME_REFUSES_EXISTING.contains(scheme)) {
        return putByRename(files, path, bytes);
      }
      if (scheme.equals(S3)) {
        ConditionalFiles.create(files, path, bytes);
      } else {
        write(files, path, bytes, Overwrite.REFUSE);
      }
      return true;
    } catch (FileAlreadyExistsException | org.apache.hadoop.fs.FileAlreadyExistsException e) {
      return false;
    } catch (IOException e) {
      throw new StorageException("write", path.toString(), e);
    }
  }

  /** The whole of a file; empty when there is none. For small files. */
  public Optional<byte[]> read(Path path) {
    try (FSDataInputStream in = fileSystem(path).open(path)) {
      return Optional.of(in.readAllBytes());
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new StorageException("read", path.toString(), e);
    }
  }

  /**
   * Writes a file, with its folders, in place of what is there. On {@code file} in one step; on an
   * object store as its overwrite does it, which on {@code abfs} shows an empty file for an
   * instant, and leaves it empty when the writer dies in it: readers of what is replaced must
   * expect that.
   */
  public void replace(Path path, byte[] bytes) {
    FileSystem files = fileSystem(path);
    try {
      if (scheme(path).equals(LOCAL)) {
        DurableFiles.replace(withFolders(path), bytes);
      } else {
        write(files, path, bytes, Overwrite.REPLACE);
      }
    } catch (IOException e) {
      throw new StorageException("write", path.toString(), e);
    }
  }

  /** What a folder holds, sorted by name; empty when there is no such folder. */
  public List<FileStatus> list(Path folder) {
    try {
      return sorted(fileSystem(folder).listStatus(folder));
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new StorageException("list", folder.toString(), e);
    }
  }

  /** Everything that a Hadoop glob matches, sorted by path; empty when nothing does. */
  public List<FileStatus> glob(Path pattern) {
    try {
      FileStatus[] matches = fileSystem(pattern).globStatus(pattern);
      return matches == null ? List.of() : sorted(matches);
    } catch (FileNotFoundException e) {
      return List.of();
    } catch (IOException e) {
      throw new StorageException("list", pattern.toString(), e);
    }
  }

  /**
   * Every file below a folder, at any depth, sorted by path; empty when there is no such folder.
   * Symbolic links are not followed and not listed: they may lead to what belongs to others. The
   * folder itself may be one.
   */
  public List<FileStatus> walk(Path folder) {
    if (status(folder).isEmpty()) {
      return List.of();
    }
    try {
      List<FileStatus> files = new ArrayList<>();
      if (scheme(folder).equals(LOCAL)) {
        walkWithoutLinks(fileSystem(folder), folder, files);
      } else {
        RemoteIterator<LocatedFileStatus> each = fileSystem(folder).listFiles(folder, true);
        while (each.hasNext()) {
          files.add(each.next());
        }
      }
      files.sort(Comparator.comparing(FileStatus::getPath));
      return files;
    } catch (IOException e) {
      throw new StorageException("list", folder.toString(), e);
    }
  }

  /**
   * Refuses a file that a symbolic link leads out of a folder; the folder itself may be one. Stores
   * other than {@code file} have no links.
   *
   * @param folder of a table, or a lake
   * @param file below it by its name, whether it exists or not
   */
  public static void requireInside(Path folder, Path file) {
    if (!isLocal(file)) {
      return;
    }
    try {
      Links.requireInside(local(folder), local(file));
    } catch (IOException e) {
      throw new StorageException("use", file.toString(), e);
    }
  }

  /** True for a symbolic link, wherever it leads. */
  public static boolean isLink(Path path) {
    return isLocal(path) && Files.isSymbolicLink(local(path));
  }

  /** True for what lies on a disk of this machine, as far as the scheme tells. */
  public static boolean isLocal(Path path) {
    return scheme(path).equals(LOCAL);
  }

  /**
   * What a path is once links are followed, to tell whether two are one; where there are no links,
   * itself.
   */
  public static String real(Path path) {
    try {
      boolean mayBeLink = isLocal(path) && Files.exists(local(path));
      return mayBeLink ? local(path).toRealPath().toString() : path.toString();
    } catch (IOException e) {
      throw new StorageException("look at", path.toString(), e);
    }
  }

  private static java.nio.file.Path local(Path path) {
    return Paths.get(path.toUri().getPath());
  }

  private static void walkWithoutLinks(FileSystem local, Path folder, List<FileStatus> files)
      throws IOException {
    for (FileStatus each : local.listStatus(folder)) {
      if (isLink(each.getPath())) {
        continue;
      }
      if (each.isDirectory()) {
        walkWithoutLinks(local, each.getPath(), files);
      } else {
        files.add(each);
      }
    }
  }

  /**
   * Deletes a file or a folder with all it holds.
   *
   * @return false when nothing was there
   */
  public boolean delete(Path path) {
    try {
      return fileSystem(path).delete(path, true);
    } catch (FileNotFoundException e) {
      return false;
    } catch (IOException e) {
      throw new StorageException("delete", path.toString(), e);
    }
  }

  private enum Overwrite {
    REFUSE,
    REPLACE
  }

  private static void write(FileSystem files, Path path, byte[] bytes, Overwrite overwrite)
      throws IOException {
    try (OutputStream out = files.create(path, overwrite == Overwrite.REPLACE)) {
      out.write(bytes);
    }
  }

  private static boolean putByRename(FileSystem files, Path path, byte[] bytes) throws IOException {
    if (files.exists(path)) {
      return false;
    }
    Path temporary =
        new Path(path.getParent(), "." + path.getName() + "." + UUID.randomUUID() + ".tmp");
    write(files, temporary, bytes, Overwrite.REFUSE);
    boolean renamed = false;
    try {
      renamed = files.rename(temporary, path);
    } finally {
      if (!renamed) {
        files.delete(temporary, false);
      }
    }
    if (!renamed && !files.exists(path)) {
      throw new IOException("the store refused to rename " + temporary.getName());
    }
    return renamed;
  }

  private static java.nio.file.Path withFolders(Path path) throws IOException {
    java.nio.file.Path file = local(path);
    Links.refuseInLogs(file.getParent());
    Files.createDirectories(file.getParent());
    return file;
  }

  /**
   * Each path once: the ABFS driver tells a folder twice on accounts without hierarchical
   * namespace, for its marker and for its prefix.
   */
  private static List<FileStatus> sorted(FileStatus[] statuses) {
    TreeMap<Path, FileStatus> byPath = new TreeMap<>();
    Arrays.stream(statuses).forEach(status -> byPath.put(status.getPath(), status));
    return List.copyOf(byPath.values());
  }

  private static String scheme(Path path) {
    String scheme = path.toUri().getScheme();
    return scheme == null ? LOCAL : scheme.toLowerCase(Locale.ROOT);
  }

  /** The same settings, by their references. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Storage storage && spec.equals(storage.spec);
  }

  @Override
  public int hashCode() {
    return spec.hashCode();
  }
}
