package io.lakebeam.delta;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import java.io.Serializable;
import java.util.Optional;

/** What became of a commit. */
public sealed interface CommitOutcome extends Serializable {
  /** True when the table has it for sure, from now on or already. */
  default boolean isIn() {
    return problem("").isEmpty();
  }

  /** The version that this commit has made; -1 when it has made none. */
  default long version() {
    return -1;
  }

  /**
   * Why the table does not have it for sure; empty when it has.
   *
   * @param table its name, for people
   */
  Optional<Problem> problem(String table);

  /** It is in the table, as this version. */
  record Committed(long version) implements CommitOutcome {
    @Override
    public Optional<Problem> problem(String table) {
      return Optional.empty();
    }
  }

  /**
   * The table has it, or a later one, from an earlier attempt; the files of this attempt belong to
   * nobody.
   *
   * @param applicationVersion what the table has
   */
  record AlreadyCommitted(long applicationVersion) implements CommitOutcome {
    @Override
    public Optional<Problem> problem(String table) {
      return Optional.empty();
    }
  }

  /**
   * It is not in the table: somebody else changed what this commit was computed from; compute it
   * anew.
   */
  record Conflicted(String reason) implements CommitOutcome {
    @Override
    public Optional<Problem> problem(String table) {
      return Optional.of(notIn(ErrorCode.COMMIT_CONFLICTED, table, reason));
    }
  }

  /**
   * It is not in the table: it was refused, or failed and the table's log does not have it. Trying
   * again is no cure by itself.
   */
  record Failed(ErrorCode code, String reason) implements CommitOutcome {
    @Override
    public Optional<Problem> problem(String table) {
      return Optional.of(notIn(code, table, reason));
    }
  }

  /**
   * The store answered with an error, which it may do though it has put the version, and the
   * table's log could not be asked since. The next attempt finds the commit or makes it.
   */
  record Unknown(String reason) implements CommitOutcome {
    @Override
    public Optional<Problem> problem(String table) {
      return Optional.of(
          Problem.of(
              ErrorCode.COMMIT_UNKNOWN,
              "it is not known whether table " + table + " has the commit",
              reason + "; and the table's log could not be read to see whether it is there",
              "see to the storage; the next update looks whether the commit is there, and makes"
                  + " it if not"));
    }
  }

  private static Problem notIn(ErrorCode code, String table, String reason) {
    return Problem.of(
        code,
        "table " + table + " could not be committed",
        reason,
        "remove the cause; the next update goes on with the same rows");
  }
}
