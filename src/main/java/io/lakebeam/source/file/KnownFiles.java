package io.lakebeam.source.file;

import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The files that were planned or passed over, asked whether one of a listing is among them.
 *
 * <p>The folder that files land in may have moved, within the project, out of it or into it, and a
 * project whose ledger names files by whole paths, as older versions did, may have moved as a
 * whole. So a file is taken for one that is known elsewhere, outside of the folder that the pattern
 * names, when it has the same length and time and the same path below that folder.
 */
final class KnownFiles {
  private final SourceSpec.Files files;

  /** Where the pattern looks, with a slash at the end. */
  private final String root;

  private final Map<String, FileIdentity> lastByName = new HashMap<>();
  private final Set<FileIdentity> known = new HashSet<>();

  /** Whole paths of known files outside of the root. */
  private final Map<Content, List<String>> elsewhere = new HashMap<>();

  /**
   * @param asked files that may be asked about: of others nothing is kept
   */
  KnownFiles(SourceSpec.Files files, Iterable<FileIdentity> seen, Collection<FileIdentity> asked) {
    this.files = files;
    this.root = files.root().endsWith("/") ? files.root() : files.root() + "/";
    if (asked.isEmpty()) {
      return;
    }
    Set<String> names = new HashSet<>();
    Set<Content> contents = new HashSet<>();
    for (FileIdentity each : asked) {
      names.add(each.path());
      contents.add(Content.of(each));
    }
    for (FileIdentity each : seen) {
      String name = files.name(each.path());
      if (names.contains(name)) {
        FileIdentity here = new FileIdentity(name, each.length(), each.modifiedAt());
        known.add(here);
        lastByName.put(name, here);
      }
      Content content = Content.of(each);
      if (contents.contains(content) && !files.path(name).startsWith(root)) {
        elsewhere.computeIfAbsent(content, c -> new ArrayList<>()).add(files.path(name));
      }
    }
  }

  /** What of a file a move leaves as it is. */
  private record Content(long length, long modifiedAt) {
    static Content of(FileIdentity file) {
      return new Content(file.length(), file.modifiedAt());
    }
  }

  /** How a file of a listing is known. */
  sealed interface Answer {
    /** Whether its rows are wanted, by what its source says of changed files. */
    boolean isToRead(FileRules.ChangedFiles changedFiles);

    /** What is not as it was, for people; empty when nothing is. */
    String difference(FileIdentity now);

    /** Nothing of that name was planned. */
    record New() implements Answer {
      @Override
      public boolean isToRead(FileRules.ChangedFiles changedFiles) {
        return true;
      }

      @Override
      public String difference(FileIdentity now) {
        return "";
      }
    }

    /** It was planned as it is. */
    record Planned() implements Answer {
      @Override
      public boolean isToRead(FileRules.ChangedFiles changedFiles) {
        return false;
      }

      @Override
      public String difference(FileIdentity now) {
        return "";
      }
    }

    /** A file of that name and length was planned, with another time: copied, or overwritten. */
    record OtherTime() implements Answer {
      @Override
      public boolean isToRead(FileRules.ChangedFiles changedFiles) {
        return changedFiles == FileRules.ChangedFiles.READ_AGAIN;
      }

      @Override
      public String difference(FileIdentity now) {
        return "another time of modification now";
      }
    }

    /**
     * A file of that name was planned, of another length.
     *
     * @param then as it was
     */
    record Overwritten(FileIdentity then) implements Answer {
      @Override
      public boolean isToRead(FileRules.ChangedFiles changedFiles) {
        return changedFiles == FileRules.ChangedFiles.READ_AGAIN;
      }

      @Override
      public String difference(FileIdentity now) {
        return then.length() + " bytes then, " + now.length() + " now";
      }
    }
  }

  Answer ask(FileIdentity file) {
    if (known.contains(file) || isKnownElsewhere(file)) {
      return new Answer.Planned();
    }
    FileIdentity then = lastByName.get(file.path());
    if (then == null) {
      return new Answer.New();
    }
    return then.length() == file.length() ? new Answer.OtherTime() : new Answer.Overwritten(then);
  }

  private boolean isKnownElsewhere(FileIdentity file) {
    String whole = files.path(file.path());
    String below = whole.startsWith(root) ? whole.substring(root.length()) : file.path();
    return elsewhere.getOrDefault(Content.of(file), List.of()).stream()
        .anyMatch(known -> known.endsWith("/" + below));
  }
}
