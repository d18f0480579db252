package io.lakebeam.delta;

import io.delta.storage.HadoopFileSystemLogStore;
import io.lakebeam.storage.DurableFiles;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Delta's log on a local disk, safe across threads and processes. Delta's own stores are not:
 * HDFSLogStore and LocalLogStore rename, which on a local disk replaces the file that another
 * process has just committed. Here a version is published with a hard link, which fails when the
 * version exists.
 *
 * <p>Made by Delta, by name: {@code delta.logStore.file.impl}.
 */
public final class HardLinkLogStore extends HadoopFileSystemLogStore {
  /** What Hadoop says of local files. */
  private static final long BLOCK = 32 << 20;

  public HardLinkLogStore(Configuration configuration) {
    super(configuration);
  }

  /**
   * Writes one file of the log, whole or not at all.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it exists and may not be overwritten
   */
  @Override
  public void write(Path path, Iterator<String> lines, Boolean overwrite, Configuration unused)
      throws IOException {
    java.nio.file.Path file = Paths.get(path.toUri().getPath());
    if (!Files.isDirectory(file.getParent())) {
      throw new FileNotFoundException("No such file or directory: " + file.getParent());
    }
    byte[] bytes = LogLines.bytes(lines);
    if (overwrite) {
      DurableFiles.replace(file, bytes);
    } else {
      DurableFiles.create(file, bytes);
    }
  }

  /**
   * The files of the log from a name on, by name. Delta asks for them at each look at a table, from
   * its last checkpoint on: the many before that are not looked at one by one.
   *
   * @throws FileNotFoundException when there is no such log
   */
  @Override
  public Iterator<FileStatus> listFrom(Path path, Configuration unused) throws IOException {
    File folder = new File(path.getParent().toUri().getPath());
    String[] names = folder.list();
    if (names == null) {
      throw new FileNotFoundException("No such file or directory: " + folder);
    }
    List<FileStatus> files = new ArrayList<>();
    for (String name : names) {
      if (name.compareTo(path.getName()) >= 0) {
        File file = new File(folder, name);
        long modified = file.lastModified();
        // 0 for one that was deleted a moment ago.
        if (modified > 0) {
          files.add(
              new FileStatus(
                  file.length(), false, 1, BLOCK, modified, new Path(path.getParent(), name)));
        }
      }
    }
    files.sort(Comparator.comparing(file -> file.getPath().getName()));
    return files.iterator();
  }

  /**
   * True, although no log file of ours is ever seen half-written: Delta asks it to decide whether
   * checkpoints, which it writes past this store, go to a temporary name first.
   */
  @Override
  public Boolean isPartialWriteVisible(Path path, Configuration unused) {
    return true;
  }
}
