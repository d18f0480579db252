package io.lakebeam.delta;

import java.io.Serializable;

/** What became of a commit. */
public sealed interface CommitOutcome extends Serializable {
  /** It is in the table, as this version. */
  record Committed(long version) implements CommitOutcome {}

  /**
   * The table has it, or a later one, from an earlier attempt; the files of this attempt belong to
   * nobody.
   *
   * @param applicationVersion what the table has
   */
  record AlreadyCommitted(long applicationVersion) implements CommitOutcome {}

  /** Somebody else changed what this commit was computed from; compute it anew. */
  record Conflicted(String reason) implements CommitOutcome {}

  /** It is not in the table, and trying again is no cure by itself. */
  record Failed(String reason) implements CommitOutcome {}
}
