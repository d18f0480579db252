package io.lakebeam.source.file;

import io.lakebeam.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.GlobExpander;
import org.apache.hadoop.fs.GlobFilter;
import org.apache.hadoop.fs.Path;

/**
 * The files that a pattern of Hadoop's kind names, and those inside of folders that it names.
 * Hadoop's own glob takes a name with a colon for a URI, and fails on the whole pattern; here a
 * name is only ever held against the pattern, and never read as a path.
 */
final class FileGlob {
  private final FileSystem files;
  private final Consumer<FileStatus> found;

  private FileGlob(FileSystem files, Consumer<FileStatus> found) {
    this.files = files;
    this.found = found;
  }

  /**
   * Tells what the pattern names now; each file once, in no particular order. Keeps nothing of it
   * but the folder that it is in.
   */
  static void files(FileSystem files, Path pattern, Consumer<FileStatus> found) throws IOException {
    List<String> patterns = GlobExpander.expand(pattern.toUri().getPath());
    Set<Path> told = new HashSet<>();
    FileGlob glob =
        new FileGlob(
            files,
            // One pattern comes to each file by one way.
            patterns.size() == 1
                ? found
                : file -> {
                  if (told.add(file.getPath())) {
                    found.accept(file);
                  }
                });
    for (String each : patterns) {
      List<String> names = Arrays.stream(each.split("/")).filter(n -> !n.isEmpty()).toList();
      Path root = new Path(pattern.toUri().getScheme(), pattern.toUri().getAuthority(), "/");
      glob.match(root, names);
    }
  }

  /** Goes down the names that hold no wildcard without listing what is beside them. */
  private void match(Path folder, List<String> names) throws IOException {
    Path at = folder;
    int next = 0;
    while (next < names.size() && !new GlobFilter(names.get(next)).hasPattern()) {
      at = child(at, unescaped(names.get(next++)));
    }
    if (next == names.size()) {
      try {
        take(files.getFileStatus(at));
      } catch (FileNotFoundException e) {
        // Nothing of that name.
      }
      return;
    }
    GlobFilter filter = new GlobFilter(names.get(next));
    List<String> rest = names.subList(next + 1, names.size());
    for (FileStatus each : list(at)) {
      if (!filter.accept(each.getPath())) {
        continue;
      }
      if (rest.isEmpty()) {
        take(each);
      } else if (each.isDirectory()) {
        match(each.getPath(), rest);
      }
    }
  }

  private void take(FileStatus status) throws IOException {
    if (status.isFile()) {
      found.accept(status);
    } else {
      walk(status.getPath(), new HashSet<>());
    }
  }

  /** A folder that is a link to one around it would be walked without an end. */
  private void walk(Path folder, Set<String> around) throws IOException {
    String real = Storage.real(folder);
    if (!around.add(real)) {
      return;
    }
    for (FileStatus each : list(folder)) {
      if (each.isFile()) {
        found.accept(each);
      } else {
        walk(each.getPath(), around);
      }
    }
    around.remove(real);
  }

  /** Empty for a folder that went since it was seen, and for what is none. */
  private List<FileStatus> list(Path folder) throws IOException {
    List<FileStatus> inside = new ArrayList<>();
    try {
      for (FileStatus each : files.listStatus(folder)) {
        // A file is listed as itself.
        if (!each.getPath().toUri().getPath().equals(folder.toUri().getPath())) {
          inside.add(each);
        }
      }
      inside.addAll(UnreadableNames.in(folder));
    } catch (FileNotFoundException e) {
      // As said.
    }
    return inside;
  }

  private static Path child(Path folder, String name) {
    return new Path(folder, new Path(null, null, name));
  }

  /** A backslash takes the meaning from the character behind it. */
  private static String unescaped(String name) {
    return name.replaceAll("\\\\(.)", "$1");
  }
}
