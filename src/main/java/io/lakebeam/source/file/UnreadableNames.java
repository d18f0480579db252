package io.lakebeam.source.file;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.source.SourceException;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Local files whose names are no text in the encoding that this machine has for names. Java opens
 * nothing by such a name, and Hadoop leaves them out of its listings without a word.
 */
final class UnreadableNames {
  /** What Java has in place of bytes that are no characters. */
  private static final char UNKNOWN = '\uFFFD';

  private UnreadableNames() {}

  /** True when a path may be one of these, as far as it can be told from its text. */
  static boolean mayBe(String path) {
    return path.indexOf(UNKNOWN) >= 0;
  }

  /** Those in a folder, with what Java has in place of what it cannot read. */
  static List<FileStatus> in(Path folder) throws IOException {
    List<FileStatus> unreadable = new ArrayList<>();
    java.nio.file.Path local = Paths.get(folder.toUri().getPath());
    if (!Storage.isLocal(folder) || !Files.isDirectory(local)) {
      return unreadable;
    }
    try (DirectoryStream<java.nio.file.Path> names = Files.newDirectoryStream(local)) {
      for (java.nio.file.Path each : names) {
        String name = String.valueOf(each.getFileName());
        if (mayBe(name)
            && !Files.exists(local.resolve(name), LinkOption.NOFOLLOW_LINKS)
            && Files.isRegularFile(each)) {
          unreadable.add(
              new FileStatus(
                  Files.size(each),
                  false,
                  1,
                  0,
                  Files.getLastModifiedTime(each).toMillis(),
                  new Path(folder, new Path(null, null, name))));
        }
      }
    }
    return unreadable;
  }

  /** What to tell of one. */
  static SourceException problem(String source, String path) {
    return SourceException.badFile(
        ErrorCode.INPUT_UNREADABLE,
        source,
        path + " cannot be opened by its name",
        "the name is no text in the encoding of this machine, which is "
            + System.getProperty("sun.jnu.encoding"),
        "Rename it; where names are UTF-8, run with LC_ALL=C.UTF-8");
  }
}
