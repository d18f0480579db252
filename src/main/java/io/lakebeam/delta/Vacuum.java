package io.lakebeam.delta;

import io.delta.standalone.actions.RemoveFile;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.storage.Storage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Finds files that nobody needs: of attempts that were never committed, or removed from their table
 * so long ago that no reader may still use them.
 *
 * <pre>
 * below a table's folder, a file                    is
 * ------------------------------------------------  ------------------------------------
 * that the latest version has                       needed
 * that was removed within the retention             needed: an older version has it
 * that was written within the retention             needed: its commit may be under way
 * that an epoch has decided to commit               needed: so will be what is left of the epoch
 * Parquet, older                                    unneeded
 * temporary, of a log file, older                   unneeded
 * below a name that begins with _ or . (unless      not looked at
 * it is a partition), in a table of its own, or
 * behind a symbolic link
 * any other                                         not looked at
 * </pre>
 *
 * <p>The rules of Delta's own VACUUM, but that it leaves alone what is no data file.
 */
public final class Vacuum {
  private static final String LOG = "_delta_log";
  private static final String DATA = ".parquet";

  /** How this project and Delta name a file until it is whole. */
  private static final Pattern TEMPORARY = Pattern.compile("\\..+\\.[0-9a-fA-F-]{36}\\.tmp");

  private final DeltaTable table;
  private final Instant before;
  private final Set<String> pending;

  private Vacuum(DeltaTable table, Instant before, Set<String> pending) {
    this.table = table;
    this.before = before;
    this.pending = pending;
  }

  /**
   * A file that may be deleted.
   *
   * @param within the folder that it was found in, at any depth
   * @param bytes its length
   */
  public record Unneeded(Storage storage, Path within, Path file, long bytes, Instant modifiedAt) {
    /** As it is listed. */
    public static Unneeded of(Storage storage, Path within, FileStatus status) {
      return new Unneeded(
          storage,
          within,
          status.getPath(),
          status.getLen(),
          Instant.ofEpochMilli(status.getModificationTime()));
    }

    /**
     * Deletes it, unless a link that somebody has made since leads out of where it was found.
     *
     * @throws io.lakebeam.storage.StorageException when it cannot be deleted
     */
    public void delete() {
      Storage.requireInside(within, file.getParent());
      storage.delete(file);
    }
  }

  /**
   * What a table that exists could do without.
   *
   * @param retention what was written or removed within it stays; at most the table's own, because
   *     its log knows no older removals
   * @param pending paths of files, as the table's log will name them, that are going to be
   *     committed though they may be old; those of other tables change nothing
   * @throws DeltaException when files are missing that the table has: then something else is wrong,
   *     and nothing should be deleted
   */
  public static List<Unneeded> find(
      DeltaTable table, Duration retention, Instant now, Set<String> pending) {
    Duration own = table.fileRetention();
    Duration kept = retention.compareTo(own) < 0 ? retention : own;
    return new Vacuum(table, now.minus(kept), pending).find();
  }

  /**
   * Temporary files below a folder, whose writers have died.
   *
   * @param within a folder around it, which no link may lead out of
   */
  public static List<Unneeded> temporaries(
      Storage storage, Path within, Path folder, Instant before) {
    Storage.requireInside(within, folder);
    return storage.walk(folder).stream()
        .filter(file -> TEMPORARY.matcher(file.getPath().getName()).matches())
        .filter(file -> isBefore(file, before))
        .map(file -> Unneeded.of(storage, within, file))
        .toList();
  }

  private List<Unneeded> find() {
    Set<Path> earlier = files();
    Path folder = new Path(table.path());
    List<FileStatus> there = table.place().storage().walk(folder);
    // Looked at after the listing: what is committed in between is needed.
    Set<Path> needed = files();
    checkThere(earlier, needed, there);
    for (RemoveFile removed : table.removedFiles()) {
      if (!Instant.ofEpochMilli(removed.getDeletionTimestamp().orElse(Long.MAX_VALUE))
          .isBefore(before)) {
        needed.add(DataFile.location(new Path(table.path()), removed.getPath()));
      }
    }
    pending.forEach(path -> needed.add(DataFile.location(folder, path)));
    List<Path> others = otherTables(there);
    List<Unneeded> unneeded = new ArrayList<>();
    for (FileStatus file : there) {
      if (isData(file.getPath(), others)
          && isBefore(file, before)
          && !needed.contains(file.getPath())) {
        unneeded.add(Unneeded.of(table.place().storage(), folder, file));
      }
    }
    unneeded.addAll(temporaries(table.place().storage(), folder, new Path(folder, LOG), before));
    unneeded.sort(Comparator.comparing(Unneeded::file));
    return unneeded;
  }

  private Set<Path> files() {
    Set<Path> files = new HashSet<>();
    for (DataFile file : table.latest().orElseThrow().files()) {
      files.add(file.location(table.place()));
    }
    return files;
  }

  /** Were paths of the log and of the listing written differently, all files would be unneeded. */
  private void checkThere(Set<Path> earlier, Set<Path> now, List<FileStatus> there) {
    Set<Path> missing = new HashSet<>(earlier);
    missing.retainAll(now);
    there.forEach(file -> missing.remove(file.getPath()));
    // A shallow clone has its files elsewhere; what is behind a link is refused when it is read.
    missing.removeIf(file -> !file.toString().startsWith(table.path() + "/"));
    missing.removeIf(file -> table.place().storage().status(file).isPresent());
    Optional<Path> first = missing.stream().min(Comparator.naturalOrder());
    if (first.isPresent()) {
      throw new DeltaException(
          ErrorCode.TABLE_FAILED,
          "nothing is deleted from table "
              + table.path()
              + ": "
              + missing.size()
              + " of its files are missing, the first is "
              + first.get()
              + "; restore them, or remove them from the table, and vacuum then");
    }
  }

  private boolean isData(Path file, List<Path> others) {
    if (!file.getName().endsWith(DATA)) {
      return false;
    }
    Path each = file;
    while (each != null && !each.toString().equals(table.path())) {
      String name = each.getName();
      boolean isHidden = name.startsWith("_") || name.startsWith(".");
      boolean isPartition = name.contains("=");
      if (isHidden && !isPartition || others.contains(each)) {
        return false;
      }
      each = each.getParent();
    }
    return each != null;
  }

  /** Tables that somebody made within the folder of this one. */
  private List<Path> otherTables(List<FileStatus> there) {
    return there.stream()
        .map(file -> file.getPath().getParent())
        .filter(folder -> folder.getName().equals(LOG))
        .map(Path::getParent)
        .filter(folder -> !folder.toString().equals(table.path()))
        .distinct()
        .toList();
  }

  private static boolean isBefore(FileStatus file, Instant time) {
    return file.getModificationTime() < time.toEpochMilli();
  }
}
