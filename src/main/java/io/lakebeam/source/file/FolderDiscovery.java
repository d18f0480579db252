package io.lakebeam.source.file;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Limits;
import io.lakebeam.source.Backlog;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourcePosition.SeenFiles;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * New files of a folder, oldest first. Each file is read once, as it is when it is first found
 * whole: files should land complete, by being renamed into place. What becomes of one that changes
 * later is its source's to say; so is how long it is remembered. A file is forgotten when all that
 * is older than the horizon was planned, and everything of an earlier time counts as planned then.
 */
public final class FolderDiscovery implements SourceDiscovery {
  /** What a row takes in a file, to turn the bound on rows into bytes: on the safe side. */
  private static final long TEXT_BYTES_PER_ROW = 100;

  private static final long PACKED_BYTES_PER_ROW = 20;

  private final SourceFileSystem files;
  private final SourceSpec source;
  private final SourceSpec.Files landing;
  private final String pattern;
  private final Settling settling;

  public FolderDiscovery(Storage storage, SourceSpec source, SourceSpec.Files landing) {
    this(storage, source, landing, Settling.of(landing.rules().settle()));
  }

  public FolderDiscovery(
      Storage storage, SourceSpec source, SourceSpec.Files landing, Settling settling) {
    this.files = new SourceFileSystem(storage);
    this.source = source;
    this.landing = landing;
    this.pattern = landing.pattern();
    this.settling = settling;
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    return discover(SeenFiles.requireFiles(since), maxRows, Limits.FILES_OF_AN_EPOCH);
  }

  /** With another bound on files. */
  public Discovery discover(SeenFiles seen, long maxRows, int maxFiles) {
    News news = plan(visibleFiles(seen), seen, maxRows, maxFiles);
    return news.discovery(news.isAll() ? horizon() : SeenFiles.NEVER);
  }

  @Override
  public Discovery discover(SourcePosition since, SourcePosition end, long maxRows) {
    SeenFiles seen = SeenFiles.requireFiles(since);
    SeenFiles last = SeenFiles.requireFiles(end);
    SortedSet<FileIdentity> files = visibleFiles(seen);
    files.removeIf(file -> !last.has(file));
    Discovery found =
        plan(files, seen, maxRows, Limits.FILES_OF_AN_EPOCH).discovery(SeenFiles.NEVER).upTo(end);
    SeenFiles reached = SeenFiles.requireFiles(found.position());
    // What was forgotten at the end is forgotten once all that was there then is planned.
    return !found.more() && reached.files().containsAll(last.files()) ? found.to(end) : found;
  }

  /** Milliseconds since 1970. */
  private long horizon() {
    Duration remember = landing.rules().remember();
    return remember.equals(FileRules.FOREVER)
        ? SeenFiles.NEVER
        : settling.now().minus(remember).toEpochMilli();
  }

  @Override
  public Discovery present(SourcePosition since) {
    SeenFiles seen = SeenFiles.requireFiles(since);
    Discovery found = discover(seen, Long.MAX_VALUE, Integer.MAX_VALUE);
    if (found.unfinished().isEmpty()) {
      return found;
    }
    settling.await(source.name());
    return discover(seen, Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** Files as they are now: what a source passes over because it has changed is the newest word. */
  @Override
  public Remains remains(SourcePosition until) {
    SeenFiles seen = SeenFiles.requireFiles(until);
    if (!landing.rules().afterRead().equals(FileRules.AfterRead.KEEP)) {
      return new Remains(List.of(), "its files go once they are read, as after_read says");
    }
    SortedSet<FileIdentity> files = visibleFiles();
    KnownFiles known = new KnownFiles(landing, seen.files(), files);
    Set<String> lost = new HashSet<>();
    seen.files().forEach(file -> lost.add(landing.name(landing.path(file.path()))));
    int read = lost.size();
    int moved = 0;
    List<Slice> slices = new ArrayList<>();
    for (FileIdentity file : files) {
      boolean isOfThatName = lost.remove(landing.name(landing.path(file.path())));
      moved += !isOfThatName && known.ask(file) instanceof KnownFiles.Answer.Planned ? 1 : 0;
      boolean isNews = !seen.has(file) && known.ask(file).isToRead(landing.rules().changedFiles());
      if (!isNews && file.length() > 0) {
        slices.add(
            new Slice.FileSlice(source.name(), file.path(), file.length(), file.modifiedAt()));
      }
    }
    // Those of a folder that has moved have other names now.
    return new Remains(
        slices,
        lost.size() <= moved
            ? ""
            : String.format(
                Locale.ROOT,
                "%,d of %,d files that were read are not there any more, %s for one",
                lost.size() - moved,
                read,
                Collections.min(lost)));
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
              ErrorCode.INPUT_CHANGED,
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
    SourceFileSystem.Listed now = files.status(landing.path(name));
    return new FileIdentity(name, now.bytes(), now.modifiedAt());
  }

  SortedSet<FileIdentity> visibleFiles() {
    return visibleFiles(new SeenFiles(Set.of()));
  }

  /** Every file of the pattern that is neither hidden nor seen as it is, in reading order. */
  private SortedSet<FileIdentity> visibleFiles(SeenFiles seen) {
    String root = landing.root();
    try {
      if (!files.exists(root)) {
        throw SourceException.permanent(
            ErrorCode.SOURCE_MISSING,
            source.name(),
            "the folder " + root + " does not exist",
            "its files " + pattern + " are to be read",
            "Create it, even if empty, or correct the path");
      }
      SortedSet<FileIdentity> visible = new TreeSet<>();
      files.list(
          pattern,
          each -> {
            FileIdentity file =
                new FileIdentity(landing.name(each.path()), each.bytes(), each.modifiedAt());
            if (!seen.has(file) && !isHidden(each.path(), root)) {
              visible.add(file);
            }
          });
      return visible;
    } catch (IOException e) {
      throw FileProblems.of(source.name(), pattern, e);
    } catch (IllegalArgumentException e) {
      throw SourceException.permanent(
          ErrorCode.SOURCE_INVALID,
          source.name(),
          "the path " + pattern + " cannot be understood",
          String.valueOf(e.getMessage()),
          "Write an absolute path or URI; wildcards are * ? [..] and {..}",
          e);
    }
  }

  private News plan(SortedSet<FileIdentity> files, SeenFiles seen, long maxRows, int maxFiles) {
    if (maxRows < 1) {
      throw new IllegalArgumentException(pattern + ": " + maxRows + " rows");
    }
    KnownFiles known = new KnownFiles(landing, seen.files(), files);
    News news = new News(seen, maxRows, maxFiles);
    settling.begin();
    // Also behind the bound: how long a file has looked the same is forgotten otherwise.
    for (FileIdentity file : files) {
      KnownFiles.Answer answer = known.ask(file);
      boolean isToRead = answer.isToRead(landing.rules().changedFiles());
      if (answer instanceof KnownFiles.Answer.Planned) {
        continue;
      }
      if (!settling.isWhole(file)) {
        // One that is being overwritten, and is not read again, is told once it is.
        if (isToRead) {
          news.unfinished(file);
        }
      } else if (isToRead) {
        requireName(file.path());
        news.add(file, answer);
      } else if (landing.rules().changedFiles() == FileRules.ChangedFiles.FAIL) {
        throw changed(file, answer);
      } else if (answer instanceof KnownFiles.Answer.Overwritten overwritten) {
        news.overwritten(file, overwritten.then());
      } else {
        news.otherTime(file);
      }
    }
    return news;
  }

  private SourceException changed(FileIdentity file, KnownFiles.Answer answer) {
    return SourceException.permanent(
        ErrorCode.INPUT_CHANGED,
        source.name(),
        landing.path(file.path()) + " has changed after it was read",
        answer.difference(file) + ", and the source says changed_files: fail",
        "Put it back as it was, with its time (mv, or cp -p), and land the new content under"
            + " another name; or declare changed_files: read_again, with which its rows come again,"
            + " or ignore");
  }

  /**
   * Before it is planned: a plan is never done without what it names, and nothing would read this
   * file under the name that it is given then.
   */
  private void requireName(String name) {
    String path = landing.path(name);
    if (landing.badFiles() == FileRules.BadFiles.FAIL && isUnreadable(path)) {
      throw UnreadableNames.problem(source.name(), path)
          .orElse(
              "To go on without it, declare bad_files: set_aside in the source, which passes over"
                  + " such files");
    }
  }

  private boolean isUnreadable(String path) {
    try {
      return UnreadableNames.mayBe(path) && !files.exists(path);
    } catch (IOException e) {
      throw FileProblems.of(source.name(), path, e);
    }
  }

  /** What one listing shows that the last did not. */
  private final class News {
    private final SeenFiles seen;
    private final SortedSet<FileIdentity> added = new TreeSet<>();
    private final long maxRows;
    private final int maxFiles;
    private final List<Slice> slices = new ArrayList<>();
    private final List<String> unfinished = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final List<FileIdentity> otherTimes = new ArrayList<>();
    private long rows;
    private long filesLeft;
    private long bytesLeft;
    private boolean more;

    News(SeenFiles seen, long maxRows, int maxFiles) {
      this.seen = seen;
      this.maxFiles = maxFiles;
      this.maxRows = maxRows;
    }

    /** Unless there is no room for it, or for one before it. */
    public void add(FileIdentity file, KnownFiles.Answer answer) {
      if (more) {
        leave(file);
        return;
      }
      if (file.length() > 0) {
        long estimate = estimatedRows(file);
        if (slices.size() == maxFiles || (!slices.isEmpty() && rows + estimate > maxRows)) {
          more = true;
          leave(file);
          return;
        }
        rows += estimate;
        slices.add(
            new Slice.FileSlice(source.name(), file.path(), file.length(), file.modifiedAt()));
      }
      boolean isKept = landing.rules().afterRead().equals(FileRules.AfterRead.KEEP);
      if (isKept && !(answer instanceof KnownFiles.Answer.New)) {
        warnings.add(
            file.path()
                + " has changed after it was read ("
                + answer.difference(file)
                + "); it is read again, as changed_files says: rows that it had before come again");
      }
      added.add(file);
    }

    private void leave(FileIdentity file) {
      filesLeft += file.length() > 0 ? 1 : 0;
      bytesLeft += file.length();
    }

    /** True when nothing is left for a later look. */
    boolean isAll() {
      return !more && unfinished.isEmpty();
    }

    void unfinished(FileIdentity file) {
      unfinished.add(file.path());
    }

    void overwritten(FileIdentity file, FileIdentity then) {
      warnings.add(
          file.path()
              + " was overwritten after it was read ("
              + new KnownFiles.Answer.Overwritten(then).difference(file)
              + "); it is not read again: land the new content under another name");
      added.add(file);
    }

    void otherTime(FileIdentity file) {
      otherTimes.add(file);
      added.add(file);
    }

    /**
     * @param forgetBefore files of an earlier time are forgotten, if there are news at all
     */
    Discovery discovery(long forgetBefore) {
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
      SeenFiles position =
          added.isEmpty() ? seen : seen.plus(new SeenFiles(added)).forgetting(forgetBefore);
      return new Discovery(
          slices, position, more, unfinished, warnings, Backlog.ofFiles(filesLeft, bytesLeft));
    }
  }

  private long estimatedRows(FileIdentity file) {
    boolean packed = source.format().layout().isBinary() || Packing.of(file.path()).isPresent();
    return 1 + file.length() / (packed ? PACKED_BYTES_PER_ROW : TEXT_BYTES_PER_ROW);
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
