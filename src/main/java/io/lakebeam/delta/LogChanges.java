package io.lakebeam.delta;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.VersionLog;
import io.delta.standalone.actions.Action;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.actions.CommitInfo;
import io.delta.standalone.actions.FileAction;
import io.delta.standalone.actions.RemoveFile;
import io.delta.standalone.actions.SetTransaction;
import io.delta.storage.CloseableIterator;
import io.lakebeam.graph.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads the log's single versions, as far back as they are kept. */
final class LogChanges {
  private final String table;
  private final DeltaLog log;

  LogChanges(String table, DeltaLog log) {
    this.table = table;
    this.log = log;
  }

  Changes between(long afterVersion, long toVersion) throws IOException {
    List<DataFile> added = new ArrayList<>();
    List<RemoveFile> removed = new ArrayList<>();
    long expected = afterVersion + 1;
    Iterator<VersionLog> versions = log.getChanges(expected, false);
    while (expected <= toVersion && versions.hasNext()) {
      VersionLog version = versions.next();
      if (version.getVersion() != expected) {
        throw new ChangesGoneException(table, expected, version.getVersion());
      }
      expected++;
      visit(
          version,
          action -> {
            if (action instanceof AddFile add && add.isDataChange()) {
              added.add(Actions.file(add));
            } else if (action instanceof RemoveFile remove && remove.isDataChange()) {
              removed.add(remove);
            }
            return true;
          });
    }
    if (expected <= toVersion) {
      throw new DeltaException(
          ErrorCode.TABLE_VERSION_GONE, "table " + table + " has no version " + toVersion);
    }
    return new Changes(afterVersion, toVersion, added, described(removed, added, afterVersion));
  }

  List<HistoryEntry> history(int limit) throws IOException {
    long latest = log.update().getVersion();
    List<HistoryEntry> entries = new ArrayList<>();
    if (latest < 0 || limit <= 0) {
      return entries;
    }
    Iterator<VersionLog> versions = log.getChanges(Math.max(0, latest - limit + 1), false);
    while (versions.hasNext()) {
      VersionLog version = versions.next();
      CommitInfo[] info = new CommitInfo[1];
      visit(
          version,
          action -> {
            if (action instanceof CommitInfo commit) {
              info[0] = commit;
            }
            return info[0] == null;
          });
      entries.add(Actions.history(version.getVersion(), Optional.ofNullable(info[0]), 0));
    }
    Collections.reverse(entries);
    return entries;
  }

  /**
   * True when no version says anything of rows: no files came or went, and no application has
   * committed anything.
   *
   * @param mostVersions a longer log is taken for written
   */
  boolean isUnwritten(int mostVersions) throws IOException {
    if (log.update().getVersion() >= mostVersions) {
      return false;
    }
    boolean[] written = new boolean[1];
    long expected = 0;
    Iterator<VersionLog> versions = log.getChanges(0, false);
    while (versions.hasNext() && !written[0]) {
      VersionLog version = versions.next();
      // A log that has lost its beginning may have lost what was written then.
      written[0] |= version.getVersion() != expected++;
      visit(
          version,
          action -> {
            written[0] |= action instanceof FileAction || action instanceof SetTransaction;
            return !written[0];
          });
    }
    return !written[0];
  }

  /** Shows every action of a version until the visitor has seen enough. */
  static void visit(VersionLog version, Predicate<Action> visitor) throws IOException {
    try (CloseableIterator<Action> actions = version.getActionsIterator()) {
      boolean more = true;
      while (more && actions.hasNext()) {
        Optional<Action> action = next(actions);
        more = action.isEmpty() || visitor.test(action.get());
      }
    }
  }

  /**
   * Empty for an action that delta-standalone does not know: it stumbles over that one, and goes on
   * with the next. None that it does not know is about files.
   */
  private static Optional<Action> next(CloseableIterator<Action> actions) {
    try {
      return Optional.ofNullable(actions.next());
    } catch (RuntimeException e) {
      if (e.getClass().getName().equals("scala.MatchError")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Removed files with all that was said when they were added. Old writers leave the partition
   * values out of a removal, delta-standalone leaves out those that are NULL, and without them a
   * file's rows are incomplete.
   */
  private List<DataFile> described(
      List<RemoveFile> removed, List<DataFile> added, long afterVersion) {
    if (removed.isEmpty()) {
      return List.of();
    }
    Map<String, DataFile> known = new HashMap<>();
    if (afterVersion >= 0 && !removed.stream().allMatch(RemoveFile::isExtendedFileMetadata)) {
      log.getSnapshotForVersionAsOf(afterVersion)
          .getAllFiles()
          .forEach(file -> known.put(file.getPath(), Actions.file(file)));
    }
    added.forEach(file -> known.put(file.path(), file));
    List<String> partitionBy = log.snapshot().getMetadata().getPartitionColumns();
    return removed.stream()
        .map(
            remove -> {
              DataFile file = known.get(remove.getPath());
              return file != null ? file : Actions.file(remove, partitionBy);
            })
        .toList();
  }
}
