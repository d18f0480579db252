package io.lakebeam.source.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.DataType.Primitive;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** TINYINT and SMALLINT hold what they have room for, whatever the format. */
class SmallNumbersTest {
  @ParameterizedTest
  @CsvSource({
    "TINYINT, -128",
    "TINYINT, 127",
    "SMALLINT, -32768",
    "SMALLINT, 32767",
    "INT, 2147483647",
    "BIGINT, 9223372036854775807"
  })
  void theGreatestAndTheLeastFit(Primitive type, String number) throws BadRecord {
    Object expected =
        switch (type) {
          case TINYINT -> Byte.valueOf(number);
          case SMALLINT -> Short.valueOf(number);
          case INT -> Integer.valueOf(number);
          default -> Long.valueOf(number);
        };
    assertEquals(expected, TextValue.of(type).parse(" " + number + " "));
    assertEquals(expected, TextValue.of(type).parse(number + ".00"));
    Schema stored = Schema.create(Schema.Type.LONG);
    assertEquals(expected, AvroScalars.of(type, stored).convert(Long.valueOf(number)));
  }

  @ParameterizedTest
  @CsvSource({
    "TINYINT, -129",
    "TINYINT, 128",
    "TINYINT, 3000000000",
    "SMALLINT, -32769",
    "SMALLINT, 32768",
    "INT, 2147483648"
  })
  void theNextOneDoesNot(Primitive type, String number) {
    String expected = number + " does not fit " + type.sql();
    assertEquals(
        expected,
        assertThrows(BadRecord.class, () -> TextValue.of(type).parse(number)).getMessage());
    Schema stored = Schema.create(Schema.Type.LONG);
    assertEquals(
        expected,
        assertThrows(
                BadRecord.class, () -> AvroScalars.of(type, stored).convert(Long.valueOf(number)))
            .getMessage());
  }

  @Test
  void aTextThatIsNoNumberIsNone() {
    assertEquals(
        "expected TINYINT, found \"x\"",
        assertThrows(BadRecord.class, () -> TextValue.of(Primitive.TINYINT).parse("x"))
            .getMessage());
  }
}
