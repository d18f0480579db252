package io.lakebeam.storage;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;

/**
 * Symbolic links within a lake. Whoever may write into a lake, or has packed it, may have put them
 * there, and they may lead to what belongs to others: so they are not followed. The folder that
 * somebody names as a lake may be one.
 */
final class Links {
  /** Folders that hold nothing but what Delta or Lakebeam has put there. */
  private static final Set<String> KEPT = Set.of("_delta_log", "_lakebeam");

  private static final String NOT_FOLLOWED = "links within a lake are not followed";

  private Links() {}

  /**
   * Refuses a file of a log or a ledger that is a link, or lies behind one from the log's folder
   * on. Says nothing of other files.
   */
  static void refuseInLogs(Path file) throws IOException {
    int first = -1;
    for (int i = 0; i < file.getNameCount(); i++) {
      if (KEPT.contains(file.getName(i).toString())) {
        first = i;
      }
    }
    if (first < 0) {
      return;
    }
    Path each = file;
    for (int names = file.getNameCount(); names > first; names--) {
      if (Files.isSymbolicLink(each)) {
        throw new FileSystemException(
            file.toString(),
            null,
            each
                + " is a symbolic link, and "
                + NOT_FOLLOWED
                + "; put what it leads to in its place");
      }
      each = each.getParent();
    }
  }

  /**
   * Refuses what a link leads out of a folder, whether it exists already or not.
   *
   * @param folder which may be a link itself; where there is none, there is nothing to leave
   */
  static void requireInside(Path folder, Path file) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Path there = file;
    while (!Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
      there = there.getParent();
    }
    Path real = Files.exists(there) ? there.toRealPath() : null;
    if (real == null || !real.startsWith(folder.toRealPath())) {
      throw new FileSystemException(
          file.toString(),
          null,
          "a symbolic link leads from there out of "
              + folder
              + ", and "
              + NOT_FOLLOWED
              + "; put what it leads to in its place");
    }
  }
}
