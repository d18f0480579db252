package io.lakebeam.graph;

/**
 * What kind of thing is wrong, for programs; people read the words of the {@link Problem}. A closed
 * list: {@code docs/reference/errors.md} has every code with the sentence that stands here.
 */
public enum ErrorCode {
  /** The command was typed wrongly. */
  WRONG_USE,

  /** There is no pipeline of that name, or no file at that path. */
  PIPELINE_MISSING,
  /**
   * The pipeline lies where others can change it, or wants to run code, and nobody has said that it
   * may.
   */
  PIPELINE_NOT_TRUSTED,
  /** A file of the pipeline says something that cannot be run. */
  PIPELINE_INVALID,
  /** A query, a rule or a type in the pipeline cannot be run as written. */
  QUERY_INVALID,
  /** The lake already holds another pipeline of this name, or a source has become another one. */
  PIPELINE_NAME_TAKEN,
  /** The pipeline of that name is called otherwise now. */
  PIPELINE_RENAMED,
  /** The pipeline cannot take over what another name has. */
  ADOPTION_REFUSED,
  /** An environment variable that a secret refers to is not set. */
  SECRET_UNSET,

  /** The source does not answer, or fails; it may work later without anybody doing anything. */
  SOURCE_UNREACHABLE,
  /** The source refuses the credentials, or their rights do not suffice. */
  SOURCE_DENIED,
  /** There is no such topic, folder or reference file. */
  SOURCE_MISSING,
  /** The settings of the source, or a schema file it names, cannot be used. */
  SOURCE_INVALID,
  /**
   * The connection would let others read or change what goes over it, or give a secret to somebody
   * else.
   */
  SOURCE_UNSAFE,
  /** The topic is another one of the same name, or of another cluster, than was read so far. */
  TOPIC_REPLACED,

  /** The sink does not answer, or fails; it may work later without anybody doing anything. */
  SINK_UNREACHABLE,
  /** The sink refuses the credentials, or their rights do not suffice. */
  SINK_DENIED,
  /** The sink does not take the rows, or its settings cannot be used. */
  SINK_FAILED,

  /** Records or files that were planned to be read are gone. */
  INPUT_MISSING,
  /** A file, or a reference table, has changed after it was planned or read. */
  INPUT_CHANGED,
  /** A file or record cannot be read: it is damaged, or of another format than the source says. */
  INPUT_UNREADABLE,
  /** A file or record does not have the columns that the source declares. */
  INPUT_MISMATCHED,

  /** The storage has no room left. */
  STORAGE_FULL,
  /** The storage refuses the credentials, or their rights do not suffice. */
  STORAGE_DENIED,
  /** The container, bucket, folder or file is not there. */
  STORAGE_MISSING,
  /** Nothing says how to reach or sign in to the storage, or what says so cannot be used. */
  STORAGE_INVALID,
  /** The storage fails otherwise, or does not answer. */
  STORAGE_FAILED,
  /**
   * The storage does not keep what commits rest on: it replaces a file that was to be written only
   * if absent.
   */
  STORAGE_UNSAFE,

  /** There is no table where one was looked for. */
  TABLE_MISSING,
  /** The table belongs to another pipeline, or is there as something else. */
  TABLE_OF_OTHER_PIPELINE,
  /** The table's columns cannot become what the pipeline declares. */
  COLUMNS_REFUSED,
  /** A file of the table, or of its log, is damaged or gone. */
  TABLE_DAMAGED,
  /** The table has a feature, property or type that Lakebeam does not know or cannot work with. */
  TABLE_UNSUPPORTED,
  /** Somebody else has changed rows of the table. */
  TABLE_CHANGED,
  /** The table no longer has the version, or the changes, that are asked for. */
  TABLE_VERSION_GONE,
  /** The table has epochs that the pipeline's ledger does not know. */
  TABLE_AHEAD,
  /** The table may not be computed anew, or not without losing rows. */
  REFRESH_REFUSED,
  /** A table that others join or look up is too large, or another one than was planned. */
  JOINED_TABLE_REFUSED,
  /** The table refuses what was asked, or fails otherwise. */
  TABLE_FAILED,

  /** Somebody else has changed the table since the commit was computed; it is not in the table. */
  COMMIT_CONFLICTED,
  /** The commit was refused, or failed; it is surely not in the table. */
  COMMIT_FAILED,
  /** The commit was answered with an error, and whether it is in the table cannot be asked now. */
  COMMIT_UNKNOWN,

  /** The update was killed, or lost its machine; the next one goes on. */
  UPDATE_DIED,
  /** Another run has the pipeline. */
  LEASE_HELD,
  /** A file of the pipeline's ledger is damaged. */
  LEDGER_DAMAGED,
  /** A file of the pipeline's ledger was written by a newer version of Lakebeam. */
  LEDGER_TOO_NEW,

  /** Rows break a rule whose on_violation is fail. */
  EXPECTATION_VIOLATED,
  /** A table refuses more rows than its budget says, or more break a rule than its budget says. */
  BUDGET_EXCEEDED,
  /** The query of a view or of a table of windows fails on a row or a group. */
  QUERY_FAILED,
  /** A value has no room in its column, or a group has too many values. */
  VALUE_TOO_LARGE,
  /**
   * A table has moved between two looks at it in one epoch: another run is alive, or a worker was
   * lost.
   */
  EPOCH_NOT_WHOLE,
  /** A view was left behind, and the worker that was to say why is gone. */
  VIEW_BEHIND,

  /** The memory did not suffice. */
  OUT_OF_MEMORY,
  /** There is no Spark to run on, or it does not start. */
  RUNNER_UNAVAILABLE,
  /** This machine, a worker or the class path is not as Lakebeam needs it. */
  MACHINE_UNFIT,
  /** An answer did not come in the time it was given. */
  TOO_SLOW,

  /** The workspace refuses the credentials, or their rights do not suffice. */
  DEPLOY_DENIED,
  /** The workspace cannot be reached. */
  DEPLOY_UNREACHABLE,
  /** The workspace, or what is to be deployed, keeps a deployment or its run from going on. */
  DEPLOY_FAILED,

  /** A file of this machine cannot be read or written. */
  FILE_FAILED,
  /** Nobody has foreseen it: please report it. */
  UNEXPECTED
}
