package io.lakebeam.graph;

import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;

import java.util.List;

/**
 * Columns that every source row carries and row-wise flows hand on without the author writing them,
 * so that a quarantined silver row still says where it comes from and what it looked like.
 */
public final class HiddenColumns {
  /** The source's name in the pipeline file. */
  public static final Column SOURCE = Column.nullable("_source", STRING);

  /** {@code topic-partition@offset} or {@code file:line}; never changes for a record. */
  public static final Column POSITION = Column.nullable("_position", STRING);

  /** When the epoch that reads the row was planned: the same however often it is replayed. */
  public static final Column INGESTED_AT = Column.nullable("_ingested_at", TIMESTAMP);

  /** The record as text, exactly as it came. */
  public static final Column RAW = Column.nullable("_raw", STRING);

  /** Fields that the schema does not know, as a JSON object; null when there are none. */
  public static final Column RESCUED = Column.nullable("_rescued", STRING);

  /** What travels with every row, in this order, after the row's own columns. */
  public static final List<Column> CARRIED = List.of(SOURCE, POSITION, INGESTED_AT, RAW);

  /** What a table that is not fed by a source directly stores of them. */
  public static final List<Column> STORED = List.of(SOURCE, POSITION, INGESTED_AT);

  /** The message's key, as its bytes. */
  public static final Column KEY = Column.nullable("_key", DataType.Primitive.BINARY);

  /** The message's headers as text. */
  public static final Column HEADERS =
      Column.nullable("_headers", new DataType.Map(STRING, STRING));

  /** When the message was made, or taken by its broker. */
  public static final Column MESSAGE_TIMESTAMP = Column.nullable("_timestamp", TIMESTAMP);

  /** The number of the partition that the message is in. */
  public static final Column PARTITION = Column.nullable("_partition", DataType.Primitive.INT);

  /** The message's place in its partition. */
  public static final Column OFFSET = Column.nullable("_offset", DataType.Primitive.BIGINT);

  /**
   * What comes with a message beside its value. It is in the rows of a source only when a query
   * names one of them, stands behind all other columns, and is no part of {@code *}.
   */
  public static final List<Column> OF_MESSAGES =
      List.of(KEY, HEADERS, MESSAGE_TIMESTAMP, PARTITION, OFFSET);

  /** The file that a row came from, in Spark's words. */
  public static final Column METADATA =
      Column.nullable(
          "_metadata",
          new DataType.Struct(
              List.of(
                  Column.nullable("file_path", STRING),
                  Column.nullable("file_name", STRING),
                  Column.nullable("file_size", DataType.Primitive.BIGINT),
                  Column.nullable("file_block_start", DataType.Primitive.BIGINT),
                  Column.nullable("file_block_length", DataType.Primitive.BIGINT),
                  Column.nullable("file_modification_time", TIMESTAMP))));

  /** What is known of the file of a row; as {@link #OF_MESSAGES}, and behind them. */
  public static final List<Column> OF_FILES = List.of(METADATA);

  private HiddenColumns() {}

  /** True for names that belong to Lakebeam and may not be declared by a pipeline. */
  public static boolean isReserved(String name) {
    return name.startsWith("_");
  }
}
