package io.lakebeam.cli.terminal;

/** What a command tells whoever has called it. */
public final class ExitCode {
  public static final int DONE = 0;
  public static final int FAILED = 1;
  public static final int WRONG_USE = 2;

  /** Of {@code plan}: a run would do something. */
  public static final int CHANGES = 3;

  /**
   * Another run of the pipeline is under way, and does the work: no failure for whoever starts runs
   * by a clock.
   */
  public static final int IS_RUN = 4;

  private ExitCode() {}
}
