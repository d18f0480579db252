package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;

/** A declared type without its parameters. */
enum Kind {
  BOOLEAN,
  TINYINT,
  SMALLINT,
  INT,
  BIGINT,
  FLOAT,
  DOUBLE,
  DECIMAL,
  STRING,
  BINARY,
  DATE,
  TIMESTAMP,
  ARRAY,
  MAP,
  STRUCT;

  static Kind of(DataType type) {
    return type.match(
        primitive -> valueOf(primitive.name()),
        decimal -> DECIMAL,
        array -> ARRAY,
        map -> MAP,
        struct -> STRUCT);
  }
}
