package io.lakebeam.spec;

import java.io.Serializable;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Set;

/**
 * How the files of a source are taken as they land.
 *
 * @param badFiles what becomes of a file that cannot be read as a whole
 * @param settle a file is taken for whole when nothing was written to it for so long; zero on
 *     stores where a file appears with all of its bytes
 * @param changedFiles what becomes of a file that changes after it was read
 * @param remember how long a file is remembered after its time of modification; {@link #FOREVER} by
 *     default
 * @param afterRead what becomes of a file once its rows are in the tables
 */
public record FileRules(
    BadFiles badFiles,
    Duration settle,
    ChangedFiles changedFiles,
    Duration remember,
    AfterRead afterRead)
    implements Serializable {
  /** Longer than any file is old. */
  public static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

  /**
   * Where writers are visible. No time is long enough for a writer that pauses: it renames files
   * into place, or its source says how long to wait. This much is for copies of small files, and is
   * what a triggered update waits at most.
   */
  public static final Duration SETTLE = Duration.ofSeconds(2);

  /** Stores where a file appears with all of its bytes. */
  private static final Set<String> WHOLE_AT_ONCE = Set.of("s3a", "gs");

  public FileRules {
    Objects.requireNonNull(badFiles, "badFiles");
    Objects.requireNonNull(changedFiles, "changedFiles");
    Objects.requireNonNull(afterRead, "afterRead");
    if (settle.isNegative() || remember.compareTo(settle) <= 0) {
      throw new IllegalArgumentException("settle " + settle + ", remember " + remember);
    }
  }

  /** Those of a source that declares none. */
  public static FileRules of(String pattern) {
    return of(pattern, BadFiles.FAIL);
  }

  public static FileRules of(String pattern, BadFiles badFiles) {
    return new FileRules(badFiles, settleOf(pattern), ChangedFiles.IGNORE, FOREVER, AfterRead.KEEP);
  }

  /** What a store needs by default. */
  public static Duration settleOf(String pattern) {
    int colon = pattern.indexOf(":/");
    boolean isWholeAtOnce = colon > 0 && WHOLE_AT_ONCE.contains(pattern.substring(0, colon));
    return isWholeAtOnce ? Duration.ZERO : SETTLE;
  }

  /** What becomes of a file that cannot be read as a whole: one that is damaged, for example. */
  public enum BadFiles {
    /** The update stops and names it. */
    FAIL,
    /** It is told, gets a row in the quarantine, and the update goes on without it. */
    SET_ASIDE
  }

  /** What becomes of a file that has another length or time than when it was read. */
  public enum ChangedFiles {
    /** It is told once and not read again. */
    IGNORE,
    /** It is read as if it were a new file: rows that it had before come again. */
    READ_AGAIN,
    /** The update stops and names it. */
    FAIL
  }

  /**
   * What becomes of a file once its epoch is done.
   *
   * @param folder where it goes, absolute; empty when it does not
   */
  public record AfterRead(What what, String folder) implements Serializable {
    public static final AfterRead KEEP = new AfterRead(What.KEEP, "");
    public static final AfterRead DELETE = new AfterRead(What.DELETE, "");

    /** In one word. */
    public enum What {
      KEEP,
      MOVE,
      DELETE
    }

    public AfterRead {
      if (what == What.MOVE == folder.isEmpty()) {
        throw new IllegalArgumentException(what + " to " + folder);
      }
    }

    public static AfterRead moveTo(String folder) {
      return new AfterRead(What.MOVE, folder);
    }
  }
}
