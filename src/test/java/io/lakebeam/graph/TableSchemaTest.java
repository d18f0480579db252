package io.lakebeam.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TableSchemaTest {
  @Test
  void namesDifferWhenCaseIsIgnored() {
    Column upper = Column.nullable("ID", DataType.Primitive.INT);
    Column lower = Column.nullable("id", DataType.Primitive.INT);
    assertThrows(IllegalArgumentException.class, () -> TableSchema.of(upper, lower));
  }

  @Test
  void isWrittenAsASchemaIs() {
    TableSchema schema =
        TableSchema.of(
            Column.required("id", DataType.Primitive.BIGINT),
            Column.nullable("price", new DataType.Decimal(10, 2)),
            Column.nullable("tags", new DataType.Array(DataType.Primitive.STRING)));
    assertEquals("id BIGINT NOT NULL, price DECIMAL(10,2), tags ARRAY<STRING>", schema.ddl());
  }
}
