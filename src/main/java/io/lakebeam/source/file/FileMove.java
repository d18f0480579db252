package io.lakebeam.source.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.commons.io.IOUtils;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.Path;

/** Moves a file, also to another store, over nothing that is there. */
final class FileMove {
  /** Passed over by whoever reads that folder. */
  private static final String UNFINISHED = "._lakebeam_unfinished.";

  private FileMove() {}

  /**
   * Moves a file. One whose copy is there already, because an earlier move ended between the two,
   * is deleted.
   *
   * @return why it stays where it is; empty when it does not
   */
  static Optional<String> move(SourceFileSystem files, String from, String to) throws IOException {
    Path source = new Path(from);
    Path target = new Path(to);
    FileSystem here = files.of(source);
    FileSystem there = files.of(target);
    if (there.exists(target)) {
      if (!isSame(here, source, there, target)) {
        return Optional.of(from + " stays where it is: " + to + " is there already");
      }
      here.delete(source, false);
      return Optional.empty();
    }
    there.mkdirs(target.getParent());
    if (here.getUri().equals(there.getUri())) {
      return here.rename(source, target)
          ? Optional.empty()
          : Optional.of(from + " stays where it is: it could not be moved to " + to);
    }
    Path unfinished = new Path(target.getParent(), UNFINISHED + target.getName());
    FileUtil.copy(here, source, there, unfinished, false, true, files.configuration());
    if (!there.rename(unfinished, target)) {
      return Optional.of(from + " stays where it is: its copy could not be renamed to " + to);
    }
    here.delete(source, false);
    return Optional.empty();
  }

  private static boolean isSame(FileSystem here, Path one, FileSystem there, Path other)
      throws IOException {
    if (here.getFileStatus(one).getLen() != there.getFileStatus(other).getLen()) {
      return false;
    }
    try (InputStream a = here.open(one);
        InputStream b = there.open(other)) {
      return IOUtils.contentEquals(a, b);
    }
  }
}
