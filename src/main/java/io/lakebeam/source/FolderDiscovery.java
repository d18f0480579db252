package io.lakebeam.source;

import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * New files of a folder, oldest first. Each file is read once, as it is when it is first listed:
 * files should land complete, by being renamed into place. One that is overwritten later is told
 * once and not read again, since its rows cannot be told from those it gave before.
 */
final class FolderDiscovery implements SourceDiscovery {
  /** What a row takes in a file, to turn the bound on rows into bytes: on the safe side. */
  private static final long TEXT_BYTES_PER_ROW = 100;

  private static final long PARQUET_BYTES_PER_ROW = 20;

  private final SourceSpec source;
  private final String pattern;

  FolderDiscovery(SourceSpec source, SourceSpec.Files files) {
    this.source = source;
    this.pattern = files.pattern();
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    if (!(since instanceof SourcePosition.SeenFiles seen) || maxRows < 1) {
      throw new IllegalArgumentException(pattern + ": " + since + ", " + maxRows);
    }
    return plan(visibleFiles(), seen.files(), maxRows);
  }

  /** Every file of the pattern that is not hidden, in reading order. */
  SortedSet<FileIdentity> visibleFiles() {
    String root = root(pattern);
    try {
      if (!SourceFileSystem.exists(root)) {
        throw SourceException.permanent(
            source.name(),
            "the folder " + root + " does not exist",
            "its files " + pattern + " are to be read",
            "Create it, even if empty, or correct the path");
      }
      SortedSet<FileIdentity> files = new TreeSet<>();
      for (SourceFileSystem.Listed each : SourceFileSystem.list(pattern)) {
        if (!isHidden(each.path(), root)) {
          files.add(new FileIdentity(each.path(), each.bytes(), each.modifiedAt()));
        }
      }
      return files;
    } catch (IOException e) {
      throw FileProblems.of(source.name(), pattern, e);
    } catch (IllegalArgumentException e) {
      throw SourceException.permanent(
          source.name(),
          "the path " + pattern + " cannot be understood",
          String.valueOf(e.getMessage()),
          "Write an absolute path or URI; wildcards are * ? [..] and {..}",
          e);
    }
  }

  private Discovery plan(
      SortedSet<FileIdentity> files, SortedSet<FileIdentity> seen, long maxRows) {
    Map<String, FileIdentity> seenPaths = new HashMap<>();
    seen.forEach(file -> seenPaths.put(file.path(), file));
    SortedSet<FileIdentity> position = new TreeSet<>(seen);
    List<Slice> slices = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    long rows = 0;
    boolean more = false;
    for (FileIdentity file : files) {
      if (seen.contains(file)) {
        continue;
      }
      if (seenPaths.containsKey(file.path())) {
        warnings.add(
            file.path()
                + " was overwritten after it was read ("
                + seenPaths.get(file.path()).length()
                + " bytes then, "
                + file.length()
                + " now); it is not read again: land the new content under another name");
      } else if (file.length() > 0) {
        long estimate = estimatedRows(file.length());
        if (!slices.isEmpty() && rows + estimate > maxRows) {
          more = true;
          break;
        }
        rows += estimate;
        slices.add(
            new Slice.FileSlice(source.name(), file.path(), file.length(), file.modifiedAt()));
      }
      position.add(file);
    }
    return new Discovery(slices, new SourcePosition.SeenFiles(position), more, warnings);
  }

  private long estimatedRows(long bytes) {
    boolean parquet = source.format() instanceof SourceSpec.Parquet;
    return 1 + bytes / (parquet ? PARQUET_BYTES_PER_ROW : TEXT_BYTES_PER_ROW);
  }

  /** The deepest folder that a pattern names without wildcards. */
  static String root(String pattern) {
    int wildcard = pattern.length();
    for (int i = 0; i < pattern.length(); i++) {
      if ("*?[{".indexOf(pattern.charAt(i)) >= 0) {
        wildcard = i;
        break;
      }
    }
    int slash = pattern.lastIndexOf('/', wildcard == pattern.length() ? wildcard : wildcard - 1);
    int scheme = pattern.indexOf("://");
    // The slash behind a host, or at the very start, is the root folder itself.
    boolean top = slash <= 0 || (scheme >= 0 && pattern.indexOf('/', scheme + 3) == slash);
    return pattern.substring(0, top ? slash + 1 : slash);
  }

  /** A name below the root that starts with a dot or an underscore: half-written, or not data. */
  private static boolean isHidden(String path, String root) {
    int from = path.startsWith(root) ? root.length() : path.lastIndexOf('/') + 1;
    for (String name : path.substring(from).split("/", -1)) {
      if (name.startsWith(".") || name.startsWith("_")) {
        return true;
      }
    }
    return false;
  }
}
