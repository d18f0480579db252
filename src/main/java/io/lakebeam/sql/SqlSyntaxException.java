package io.lakebeam.sql;

/** SQL that cannot be parsed; the message says what is wrong and, where known, what to write. */
public final class SqlSyntaxException extends RuntimeException {
  private final int line;
  private final int column;

  public SqlSyntaxException(int line, int column, String message) {
    super(message);
    this.line = line;
    this.column = column;
  }

  /** 1-based. */
  public int line() {
    return line;
  }

  /** 1-based, in characters. */
  public int column() {
    return column;
  }
}
