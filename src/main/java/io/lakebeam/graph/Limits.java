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

  /** Bytes of one page of a table's data file: a few rows as long as {@link #ROW_CHARACTERS}. */
  public static final int TABLE_PAGE_BYTES = 1 << 30;

  /** Characters of a text that is read as a number. Longer ones take quadratic time. */
  public static final int NUMBER_CHARACTERS = 1000;

  /** How deep lists, structs and documents may lie in each other. */
  public static final int NESTING = 100;

  /** Characters that one regular expression may look at in one text, each as often as it does. */
  public static final long PATTERN_STEPS = 10_000_000;

  /** Bytes of the answer of a token server or of a workspace. */
  public static final int ANSWER_BYTES = 8 << 20;

  /** What comes on top for each character of the text: long texts are no attack. */
  public static final long PATTERN_STEPS_A_CHARACTER = 20;

  /** Pairs of characters that a function of two texts may compare, such as LEVENSHTEIN. */
  public static final long COMPARED_PAIRS = 100_000_000;

  /** Characters of a text that a function makes: twice a record, for one may be encoded. */
  public static final int TEXT_CHARACTERS = 16 << 20;

  /** Elements of an array that a function makes: each is an object, however short. */
  public static final int ARRAY_ELEMENTS = 1_000_000;

  /** Bytes of all values of one row of a table; characters of a Parquet file's row as JSON. */
  public static final int ROW_CHARACTERS = 64 << 20;

  /** Characters of a partition's value: the log repeats it for each file. */
  public static final int PARTITION_CHARACTERS = 1000;

  /** Characters of the reason in a quarantine; those of a message are anybody's. */
  public static final int REASON_CHARACTERS = 1000;

  /** Words and signs of one query or condition; planning takes more than linear time. */
  public static final int QUERY_TOKENS = 100_000;

  /**
   * Names, values and operators of one query, with each WITH and view in the place of its names.
   */
  public static final int UNFOLDED_NODES = 30_000;

  /** Operators and functions of a query that lie within each other. */
  public static final int QUERY_DEPTH = 500;

  /** Columns that a query may give. */
  public static final int COLUMNS = 10_000;

  /** Rows that a query may make of one record: all of them are in memory at once. */
  public static final int ROWS_OF_A_RECORD = 1_000_000;

  /**
   * Tables of the lake that queries join with may fill one part in so many of the heap, for each
   * JVM: their rows are in memory as long as an epoch lasts.
   */
  public static final int HEAP_PARTS_OF_JOINED_TABLES = 4;

  /**
   * Different values that an aggregate may keep of one group of a view, such as PERCENTILE: all of
   * them are in memory, and stored with the group.
   */
  public static final int VALUES_OF_A_GROUP = 1_000_000;

  /** Files of one source that an epoch takes: its plan names each. */
  public static final int FILES_OF_AN_EPOCH = 100_000;

  /** Fields of one source that become columns by themselves: anybody may name a field. */
  public static final int FOUND_COLUMNS = 100;

  /** Sources, and datasets, of one pipeline. */
  public static final int DATASETS = 1000;

  /** Characters of one name in a pipeline's files. */
  public static final int NAME_CHARACTERS = 200;

  /** Problems of one pipeline that are told; whoever mends these sees the others. */
  public static final int PROBLEMS = 500;

  /** Bytes of the files of a project that travels as a jar; each JVM of a job unpacks them. */
  public static final int PROJECT_BYTES = 64 << 20;

  /** Files of such a project. */
  public static final int PROJECT_FILES = 10_000;

  /**
   * Bytes that a task of a platform prints before its update ends, for the next run to go on: a
   * platform fails runs that print too much.
   */
  public static final long OUTPUT_BYTES = 8_000_000;

  /** Bytes that a task of a platform prints in all; what comes after is left out. */
  public static final long OUTPUT_BYTES_IN_ALL = 16_000_000;

  private Limits() {}
}
