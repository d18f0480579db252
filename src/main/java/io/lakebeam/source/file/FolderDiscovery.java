package io.lakebeam.source.file;

import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.spec.SourceSpec;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * New files of a folder, oldest first. Each file is read once, as it is when it is first found
 * whole: files should land complete, by being renamed into place. One that is overwritten later is
 * told once and not read again, since its rows cannot be told from those it gave before.
 */
public final class FolderDiscovery implements SourceDiscovery {
  /** What a row takes in a file, to turn the bound on rows into bytes: on the safe side. */
  private static final long TEXT_BYTES_PER_ROW = 100;

  private static final long PACKED_BYTES_PER_ROW = 20;

  private final SourceSpec source;
  private final SourceSpec.Files landing;
  private final String pattern;
  private final Settling settling;

  public FolderDiscovery(SourceSpec source, SourceSpec.Files files) {
    this(source, files, Settling.of(files.pattern()));
  }

  public FolderDiscovery(SourceSpec source, SourceSpec.Files files, Settling settling) {
    this.source = source;
    this.landing = files;
    this.pattern = files.pattern();
    this.settling = settling;
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    if (!(since instanceof SourcePosition.SeenFiles seen) || maxRows < 1) {
      throw new IllegalArgumentException(pattern + ": " + since + ", " + maxRows);
    }
    return plan(visibleFiles(), seen.files(), maxRows);
  }

  @Override
  public Discovery discover(SourcePosition since, SourcePosition end, long maxRows) {
    SortedSet<FileIdentity> files = visibleFiles();
    files.retainAll(((SourcePosition.SeenFiles) end).files());
    return plan(files, ((SourcePosition.SeenFiles) since).files(), maxRows).upTo(end);
  }

  @Override
  public Discovery present(SourcePosition since) {
    Discovery found = discover(since, Long.MAX_VALUE);
    if (found.unfinished().isEmpty()) {
      return found;
    }
    settling.await(source.name());
    return discover(since, Long.MAX_VALUE);
  }

  @Override
  public Standing standing(Slice planned) {
    Slice.FileSlice file = (Slice.FileSlice) planned;
    String path = landing.path(file.path());
    try {
      FileIdentity now = now(file.path());
      if (now.equals(file.identity())) {
        return new Standing.AsPlanned();
      }
      if (!settling.isWhole(now)) {
        settling.await(source.name());
        FileIdentity then = now(file.path());
        if (!then.equals(now)) {
          throw SourceException.retryable(
              source.name(),
              path + " is still being written",
              "it belongs to an epoch that is done again",
              "Run the update again once it is whole",
              null);
        }
      }
      return new Standing.Changed(
          new Slice.FileSlice(source.name(), file.path(), now.length(), now.modifiedAt()));
    } catch (FileNotFoundException e) {
      return UnreadableNames.mayBe(path) && visibleFiles().contains(file.identity())
          ? new Standing.AsPlanned()
          : new Standing.Gone();
    } catch (IOException e) {
      throw FileProblems.of(source.name(), path, e);
    }
  }

  private FileIdentity now(String name) throws IOException {
    SourceFileSystem.Listed now = SourceFileSystem.status(landing.path(name));
    return new FileIdentity(name, now.bytes(), now.modifiedAt());
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
          files.add(new FileIdentity(landing.name(each.path()), each.bytes(), each.modifiedAt()));
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
    KnownFiles known = new KnownFiles(landing, seen);
    News news = new News(seen, maxRows);
    settling.begin();
    // Also behind the bound: how long a file has looked the same is forgotten otherwise.
    for (FileIdentity file : files) {
      KnownFiles.Answer answer = known.ask(file);
      boolean isNew = answer instanceof KnownFiles.Answer.New;
      if (!(answer instanceof KnownFiles.Answer.Planned) && !settling.isWhole(file)) {
        // One that is being overwritten is told once it is.
        if (isNew) {
          news.unfinished(file);
        }
      } else if (answer instanceof KnownFiles.Answer.OtherTime) {
        news.otherTime(file);
      } else if (answer instanceof KnownFiles.Answer.Overwritten overwritten) {
        news.overwritten(file, overwritten.then());
      } else if (isNew) {
        requireName(file.path());
        news.add(file);
      }
    }
    return news.discovery();
  }

  /**
   * Before it is planned: a plan is never done without what it names, and nothing would read this
   * file under the name that it is given then.
   */
  private void requireName(String name) {
    String path = landing.path(name);
    if (landing.badFiles() == SourceSpec.BadFiles.FAIL && isUnreadable(path)) {
      throw UnreadableNames.problem(source.name(), path)
          .orElse(
              "To go on without it, declare bad_files: set_aside in the source, which passes over"
                  + " such files");
    }
  }

  private boolean isUnreadable(String path) {
    try {
      return UnreadableNames.mayBe(path) && !SourceFileSystem.exists(path);
    } catch (IOException e) {
      throw FileProblems.of(source.name(), path, e);
    }
  }

  /** What one listing shows that the last did not. */
  private final class News {
    private final SortedSet<FileIdentity> position;
    private final long maxRows;
    private final List<Slice> slices = new ArrayList<>();
    private final List<String> unfinished = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<FileIdentity> otherTimes = new ArrayList<>();
    private long rows;
    private boolean more;

    News(SortedSet<FileIdentity> seen, long maxRows) {
      this.position = new TreeSet<>(seen);
      this.maxRows = maxRows;
    }

    /** Unless there is no room for it, or for one before it. */
    void add(FileIdentity file) {
      if (more) {
        return;
      }
      if (file.length() > 0) {
        long estimate = estimatedRows(file);
        if (!slices.isEmpty() && rows + estimate > maxRows) {
          more = true;
          return;
        }
        rows += estimate;
        slices.add(
            new Slice.FileSlice(source.name(), file.path(), file.length(), file.modifiedAt()));
      }
      position.add(file);
    }

    void unfinished(FileIdentity file) {
      unfinished.add(file.path());
    }

    void overwritten(FileIdentity file, FileIdentity then) {
      warnings.add(
          file.path()
              + " was overwritten after it was read ("
              + then.length()
              + " bytes then, "
              + file.length()
              + " now); it is not read again: land the new content under another name");
      position.add(file);
    }

    void otherTime(FileIdentity file) {
      otherTimes.add(file);
      position.add(file);
    }

    Discovery discovery() {
      if (!otherTimes.isEmpty()) {
        String first = otherTimes.get(0).path();
        int others = otherTimes.size() - 1;
        warnings.add(
            first
                + (others == 0
                    ? " has"
                    : " and " + others + (others == 1 ? " other" : " others") + " have")
                + " the length as when read, but another time, as after a copy; not read again:"
                + " land new content under another name");
      }
      return new Discovery(
          slices, new SourcePosition.SeenFiles(position), more, unfinished, warnings);
    }
  }

  private long estimatedRows(FileIdentity file) {
    boolean packed =
        source.format() instanceof SourceSpec.Parquet
            || source.format() instanceof SourceSpec.Avro
            || source.format() instanceof SourceSpec.Capture
            || Packing.of(file.path()).isPresent();
    return 1 + file.length() / (packed ? PACKED_BYTES_PER_ROW : TEXT_BYTES_PER_ROW);
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
