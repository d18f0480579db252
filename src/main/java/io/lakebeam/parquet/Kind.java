package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;

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
    if (type instanceof Primitive primitive) {
      return valueOf(primitive.name());
    }
    if (type instanceof DataType.Decimal) {
      return DECIMAL;
    }
    return type instanceof DataType.Array ? ARRAY : type instanceof DataType.Map ? MAP : STRUCT;
  }
}
