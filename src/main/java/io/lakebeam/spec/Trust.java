package io.lakebeam.spec;

/** How far the person at the command line trusts the files of a pipeline. */
public enum Trust {
  /** They are data: they say what is read, computed and written, and run no other program. */
  AS_DATA,

  /**
   * They are as good as a program of one's own ({@code --trust}): they may name classes, providers,
   * scripts and files, and settings that Lakebeam does not know.
   */
  AS_CODE
}
