package io.lakebeam.graph;

/**
 * What one record, value or file may ask of a run, whoever wrote it. What asks for more is refused
 * as that record, value or file; it never stops the others. {@code docs/reference/limits.md} lists
 * these numbers for users.
 */
public final class Limits {
  /** Bytes of one record of a text file, and of one message. */
  public static final int RECORD_BYTES = 8 << 20;

  /** Bytes of one value of a Parquet file, and of one record of an Avro file. */
  public static final int VALUE_BYTES = 32 << 20;

  /** Bytes of one page of a Parquet file, and of one block of an Avro file, unpacked. */
  public static final int BLOCK_BYTES = 128 << 20;

  /** Characters of one row of a Parquet file as JSON. */
  public static final int ROW_CHARACTERS = 64 << 20;

  /** Characters of a text that is read as a number. Longer ones take quadratic time. */
  public static final int NUMBER_CHARACTERS = 1000;

  /** How deep lists, structs and documents may lie in each other. */
  public static final int NESTING = 100;

  /** Characters that one regular expression may look at in one text, each as often as it does. */
  public static final long PATTERN_STEPS = 10_000_000;

  /** Bytes of the answer of a token server or of a workspace. */
  public static final int ANSWER_BYTES = 8 << 20;

  private Limits() {}
}
