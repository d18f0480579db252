package io.lakebeam.source.file;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Paths;
import java.util.Locale;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** What storage says, as its owner understands it. */
final class FileProblems {
  private FileProblems() {}

  /** A file that was there when it was planned. */
  static SourceException gone(String source, String path, IOException e) {
    return SourceException.permanent(
        ErrorCode.INPUT_MISSING,
        source,
        path + " is gone since it was planned",
        "its rows belong to an epoch that is not done",
        "Put it back with its time (mv, or cp -p) and run the update again; or run it with"
            + " --skip-missing, which goes on without its rows and says so in the event log",
        e);
  }

  /** A file that is read in parts, which are no longer those of one file. */
  static SourceException changed(String source, String path) {
    return SourceException.retryable(
        ErrorCode.INPUT_CHANGED,
        source,
        path + " changed after it was planned",
        "it is read in parts, and parts of two versions of it do not go together",
        "Run the update again: it looks at the file anew",
        null);
  }

  /** True for a local file that can be looked at, if not opened. */
  static boolean isThere(String path) {
    return path.startsWith("/")
        && Files.exists(Paths.get(path), LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(Paths.get(path));
  }

  /**
   * Of a local file, that its folder is not what is denied. Stores do not tell one from the other.
   */
  private static boolean isDeniedItself(String path) {
    return path.startsWith("/") && Files.isRegularFile(Paths.get(path));
  }

  /** A file whose content lies deeper in itself than calls can go. */
  static SourceException tooDeep(String source, String path, StackOverflowError e) {
    return SourceException.badFile(
        ErrorCode.INPUT_UNREADABLE,
        source,
        path + " cannot be read",
        "what it holds is nested too deep",
        "Write it with less nesting",
        e);
  }

  /** A file that the heap has no room for. */
  static SourceException tooLarge(String source, String path, OutOfMemoryError e) {
    return SourceException.badFile(
        ErrorCode.OUT_OF_MEMORY,
        source,
        "the memory did not suffice to read " + path,
        String.format(
            Locale.ROOT,
            "the heap has %,d MB, and the file asks for more at once",
            Runtime.getRuntime().maxMemory() >> 20),
        "Give it more (LAKEBEAM_JAVA_OPTS=-Xmx4g; on Spark spark.executor.memory), or write the"
            + " file with smaller values and row groups",
        e);
  }

  /** A file system that does not do what it should with that path. */
  static SourceException of(String source, String path, IOException e) {
    String message = String.valueOf(e.getMessage());
    StorageException failure = new StorageException("read", path, e);
    if (e instanceof UnsupportedFileSystemException) {
      return SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source,
          "nothing here can read " + path,
          message,
          "Write a path, or a URI that starts with file:, abfss:, s3a: or gs:",
          e);
    }
    boolean denied = failure.code() == ErrorCode.STORAGE_DENIED;
    if (denied && isDeniedItself(path)) {
      return SourceException.badFile(
          ErrorCode.SOURCE_DENIED,
          source,
          "no permission to read " + path,
          "its folder may be read, and it may not",
          "Give the account that runs the pipeline the right to read it",
          e);
    }
    if (denied) {
      return SourceException.permanent(
          ErrorCode.SOURCE_DENIED,
          source,
          "no permission to read " + path,
          failure.getMessage(),
          "Give the account that runs the pipeline the right to list and read it",
          e);
    }
    return SourceException.retryable(
        ErrorCode.SOURCE_UNREACHABLE,
        source,
        "cannot read " + path,
        message,
        "See whether the storage answers; the pipeline tries again",
        e);
  }
}
