package io.lakebeam.row;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.util.GenericArrayData;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.testing.Fuzz;
import io.lakebeam.testing.RandomRows;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.SchemaTranslation;
import org.apache.beam.sdk.schemas.logicaltypes.EnumerationType;
import org.apache.beam.sdk.schemas.logicaltypes.NanosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.schemas.logicaltypes.Timestamp;
import org.apache.beam.sdk.util.CoderUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows where an author's transform begins and where it ends. */
class BeamRowsTest {
  private static final DataType.Struct STRUCT =
      new DataType.Struct(
          List.of(
              Column.nullable("at", Primitive.TIMESTAMP),
              Column.nullable("names", new DataType.Array(Primitive.STRING))));
  private static final TableSchema EVERY =
      TableSchema.of(
          Column.nullable("b", Primitive.BOOLEAN),
          Column.nullable("t", Primitive.TINYINT),
          Column.nullable("w", Primitive.SMALLINT),
          Column.nullable("i", Primitive.INT),
          Column.nullable("n", Primitive.BIGINT),
          Column.nullable("f", Primitive.FLOAT),
          Column.nullable("d", Primitive.DOUBLE),
          Column.nullable("s", Primitive.STRING),
          Column.nullable("x", Primitive.BINARY),
          Column.nullable("day", Primitive.DATE),
          Column.nullable("at", Primitive.TIMESTAMP),
          Column.nullable("m", new DataType.Decimal(38, 2)),
          Column.nullable("days", new DataType.Array(Primitive.DATE)),
          Column.nullable("structs", new DataType.Map(Primitive.STRING, STRUCT)));

  private static Row throughCoder(Row row) throws Exception {
    RowCoder coder = RowCoder.of(row.getSchema());
    return CoderUtils.decodeFromByteArray(coder, CoderUtils.encodeToByteArray(coder, row));
  }

  private static BeamRows rows(TableSchema schema) {
    return new BeamRows(schema.columns(), BeamSchemas.of(schema));
  }

  @Test
  void everyTypeIsWhatBeamsConventionsSay() throws Exception {
    InternalRow inner =
        new GenericInternalRow(
            new Object[] {
              -1L, new GenericArrayData(new Object[] {UTF8String.fromString("a"), null})
            });
    InternalRow row =
        new GenericInternalRow(
            new Object[] {
              true,
              Byte.MIN_VALUE,
              Short.MAX_VALUE,
              1,
              2L,
              3f,
              4.0,
              UTF8String.fromString("h\u00e9\ud83d\ude00"),
              new byte[] {1, -1},
              -1,
              1_709_251_199_123_456L,
              Decimal.apply("-12.30"),
              new GenericArrayData(new Object[] {0, null}),
              RowMaps.of(Collections.singletonMap(UTF8String.fromString("k"), inner))
            });
    Row beam = throughCoder(rows(EVERY).toBeam(row));
    Schema struct =
        Schema.builder()
            .addNullableField("at", FieldType.logicalType(SqlTypes.TIMESTAMP))
            .addNullableField("names", FieldType.array(FieldType.STRING.withNullable(true)))
            .build();
    Row expectedInner =
        Row.withSchema(struct)
            .attachValues(Instant.parse("1969-12-31T23:59:59.999999Z"), Arrays.asList("a", null));
    assertEquals(
        Row.withSchema(BeamSchemas.of(EVERY))
            .attachValues(
                true,
                Byte.MIN_VALUE,
                Short.MAX_VALUE,
                1,
                2L,
                3f,
                4.0,
                "h\u00e9\ud83d\ude00",
                new byte[] {1, -1},
                LocalDate.of(1969, 12, 31),
                Instant.parse("2024-02-29T23:59:59.123456Z"),
                new BigDecimal("-12.30"),
                Arrays.asList(LocalDate.EPOCH, null),
                Map.of("k", expectedInner)),
        beam);
    assertEquals(
        JavaValues.of(row, EVERY.columns()).toString().replaceAll("\\[B@\\w+", ""),
        JavaValues.of(rows(EVERY).fromBeam(beam), EVERY.columns())
            .toString()
            .replaceAll("\\[B@\\w+", ""));
  }

  /** Also as another language gets the schema. */
  @Test
  void rowsOfEveryTypeAndNestingComeBackFromACoder() {
    Fuzz.rounds(
        200,
        random -> {
          RandomRows rows = new RandomRows(random);
          TableSchema schema = rows.schema();
          BeamRows border = rows(schema);
          Schema portable =
              SchemaTranslation.schemaFromProto(
                  SchemaTranslation.schemaToProto(border.schema(), true));
          for (Row row : rows.rows(schema, 5)) {
            Row read = Row.withSchema(portable).attachValues(row.getValues());
            InternalRow internal = border.fromBeam(row);
            assertEquals(row, border.toBeam(internal));
            try {
              assertEquals(read, throughCoder(read));
              assertEquals(row, border.toBeam(border.fromBeam(throughCoder(row))));
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1_000_001, -1, 0, 1, Long.MAX_VALUE})
  void everyMicrosecondThatATableHoldsGoesThroughATransform(long microseconds) throws Exception {
    TableSchema at = TableSchema.of(Column.nullable("at", Primitive.TIMESTAMP));
    InternalRow row = new GenericInternalRow(new Object[] {microseconds});
    Row beam = throughCoder(rows(at).toBeam(row));
    assertEquals(row, rows(at).fromBeam(beam));
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -719_529, 0, Integer.MAX_VALUE})
  void everyDayThatATableHoldsGoesThroughATransform(int day) throws Exception {
    TableSchema days = TableSchema.of(Column.nullable("day", Primitive.DATE));
    InternalRow row = new GenericInternalRow(new Object[] {day});
    assertEquals(row, rows(days).fromBeam(throughCoder(rows(days).toBeam(row))));
  }

  private static Object given(FieldType field, Object value) throws Exception {
    Schema schema = Schema.builder().addNullableField("c", field).build();
    Row row = Row.withSchema(schema).attachValues(value);
    TableSchema columns = BeamSchemas.columns(schema);
    return new BeamRows(columns.columns(), schema)
        .fromBeam(row)
        .get(0, SparkTypes.of(columns.columns().get(0).type()));
  }

  @Test
  void otherInstantsOfATransformAreTakenAndFinerDigitsCut() throws Exception {
    Instant nanos = Instant.parse("1969-12-31T23:59:59.999999999Z");
    assertEquals(-1L, given(FieldType.logicalType(new NanosInstant()), nanos));
    assertEquals(-1L, given(FieldType.logicalType(Timestamp.NANOS), nanos));
    assertEquals(-1_000L, given(FieldType.DATETIME, new org.joda.time.Instant(-1)));
    assertEquals(
        Decimal.apply("1.500000000000000000"), given(FieldType.DECIMAL, new BigDecimal("1.5")));
  }

  @Test
  void whatNoColumnHoldsIsHandedOnAsItIs() throws Exception {
    assertEquals(Instant.MAX, given(FieldType.logicalType(SqlTypes.TIMESTAMP), Instant.MAX));
    assertEquals(LocalDate.MAX, given(FieldType.logicalType(SqlTypes.DATE), LocalDate.MAX));
    BigDecimal far = new BigDecimal("1E+999999999");
    assertEquals(far, given(FieldType.DECIMAL, far));
    assertEquals("text", given(FieldType.INT32, "text"));
  }

  @Test
  void aTypeThatTablesDoNotHaveIsNamed() {
    Schema schema =
        Schema.builder().addLogicalTypeField("e", EnumerationType.create("A", "B")).build();
    assertEquals(
        "field e has the type LOGICAL_TYPE",
        assertThrows(BeamSchemas.UnsupportedFieldException.class, () -> BeamSchemas.columns(schema))
            .getMessage());
  }
}
