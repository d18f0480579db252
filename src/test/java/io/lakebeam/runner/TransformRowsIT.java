package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What authors' transforms get and give, with real ones in a real update. */
class TransformRowsIT {
  private static final String COLUMNS =
      "id BIGINT, b BOOLEAN, f FLOAT, d DOUBLE, m DECIMAL(10,2), s STRING, x BINARY, day DATE,"
          + " `at` TIMESTAMP, times ARRAY<TIMESTAMP>, days MAP<STRING, DATE>,"
          + " s2 STRUCT<at: TIMESTAMP, deeper: ARRAY<STRUCT<m: DECIMAL(4,1)>>>";

  private static final String ROWS =
      """
      {"id":1,"b":true,"f":0.5,"d":0.1,"m":"12.30","s":"h\u00e9","x":"AQI=","day":"0001-01-01",\
      "at":"0001-01-01T00:00:00.000001Z","times":["9999-12-31T23:59:59.999999Z",null],\
      "days":{"k":"9999-12-31"},\
      "s2":{"at":"1969-12-31T23:59:59.999999Z","deeper":[{"m":1.5},null,{"m":null}]}}
      {"id":2}
      {"id":4,"at":"9999-12-31T23:59:59.999Z","times":["0001-01-01T00:00:00Z",null],\
      "days":{"n":null}}
      {"id":3,"times":[],"days":{},"s2":{"deeper":[]}}
      """;

  /** Hands on what it gets, by way of a coder. */
  public static final class Same extends PTransform<PCollectionTuple, PCollection<Row>> {
    private static final long serialVersionUID = 1;

    @Override
    public PCollection<Row> expand(PCollectionTuple inputs) {
      String relation = inputs.getAll().keySet().iterator().next().getId();
      PCollection<Row> rows = inputs.get(relation);
      return rows.apply(Filter.by(row -> true))
          .setRowSchema(rows.getSchema())
          .apply(Reshuffle.viaRandomKey());
    }
  }

  /** Says what instants it gets. */
  public static final class Said extends PTransform<PCollectionTuple, PCollection<Row>> {
    private static final long serialVersionUID = 1;
    private static final Schema SCHEMA =
        Schema.builder().addInt64Field("id").addStringField("said").build();

    @Override
    public PCollection<Row> expand(PCollectionTuple inputs) {
      PCollection<Row> rows = inputs.get("landed");
      return rows.apply(
              MapElements.into(TypeDescriptors.rows())
                  .via(
                      row ->
                          Row.withSchema(SCHEMA).addValues(row.getInt64("id"), said(row)).build()))
          .setRowSchema(SCHEMA);
    }

    private static String said(Row row) {
      Row struct = row.getRow("s2");
      return row.getLogicalTypeValue("at", Instant.class)
          + "|"
          + row.getArray("times")
          + "|"
          + (struct == null ? null : struct.getLogicalTypeValue("at", Instant.class));
    }
  }

  /** Gives what columns do not hold, each in a row. */
  public static final class Odd extends PTransform<PCollectionTuple, PCollection<Row>> {
    private static final long serialVersionUID = 1;
    private static final Schema SCHEMA =
        Schema.builder()
            .addInt64Field("id")
            .addNullableLogicalTypeField("at", SqlTypes.TIMESTAMP)
            .addNullableField("joda", Schema.FieldType.DATETIME)
            .addNullableLogicalTypeField("day", SqlTypes.DATE)
            .addNullableField("m", Schema.FieldType.DECIMAL)
            .addNullableStringField("s")
            .addNullableStringField("_position")
            .build();

    @Override
    public PCollection<Row> expand(PCollectionTuple inputs) {
      PCollection<Row> rows = inputs.get("landed");
      return rows.apply(ParDo.of(new OddFn())).setRowSchema(SCHEMA);
    }

    private static final class OddFn extends DoFn<Row, Row> {
      private static final long serialVersionUID = 1;

      @ProcessElement
      public void process(@Element Row row, OutputReceiver<Row> out) {
        long id = row.getInt64("id");
        String position = "p" + id;
        if (id != 1) {
          return;
        }
        Instant at = row.getLogicalTypeValue("at", Instant.class);
        out.output(odd(1, at, new org.joda.time.Instant(-1), LocalDate.MIN.plusYears(1), position));
        out.output(odd(2, at, new org.joda.time.Instant(-1), null, position));
        out.output(odd(3, null, new org.joda.time.Instant(Long.MAX_VALUE), null, position));
        out.output(
            Row.withSchema(SCHEMA)
                .addValues(4L, null, null, null, BigDecimal.TEN.pow(25), "ok", position)
                .build());
      }

      private static Row odd(
          long id, Instant at, org.joda.time.Instant joda, LocalDate day, String position) {
        return Row.withSchema(SCHEMA).addValues(id, at, joda, day, null, "ok", position).build();
      }
    }
  }

  @TempDir Path dir;

  @Test
  void rowsAreTheSameBehindTransformsWhichSeeEveryMicrosecond() {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources:
                  a: {files: "in/*.json", format: json, schema: "%s"}
                datasets:
                  landed: {streaming_table: {from: a}}
                  same: {streaming_table: {transform: '%s', from: [landed]}}
                  again: {streaming_table: {transform: '%s', from: [same]}}
                  told: {streaming_table: {transform: '%s', from: [landed]}}
                """
                    .formatted(
                        COLUMNS, Same.class.getName(), Same.class.getName(), Said.class.getName()));
    project.land("1.json", ROWS);
    TestingUpdates.run(project.compile());
    String micros =
        "0001-01-01T00:00:00.000001Z|[9999-12-31T23:59:59.999999Z, null]"
            + "|1969-12-31T23:59:59.999999Z";
    assertEquals(
        List.of("1|" + micros, "2|null|null|null", "3|null|[]|null"),
        Tables.texts(project.table("told"), "id", "said").subList(0, 3));
    String[] columns = {"id", "b", "f", "d", "s", "day", "days"};
    List<String> landed = Tables.texts(project.table("landed"), columns);
    assertEquals("1|true|0.5|0.1|h\u00e9|0001-01-01|{k=9999-12-31}", landed.get(0));
    for (String table : List.of("same", "again")) {
      assertEquals(landed, Tables.texts(project.table(table), columns));
      assertEquals(
          "4|9999-12-31T23:59:59.999Z|[0001-01-01T00:00:00Z, null]",
          Tables.texts(project.table(table), "id", "at", "times").get(3));
      Row first =
          Tables.rows(project.table(table)).stream()
              .filter(row -> row.getInt64("id") == 1)
              .findFirst()
              .orElseThrow();
      assertEquals(0, new BigDecimal("12.3").compareTo(first.getDecimal("m")));
      assertEquals(3, first.getRow("s2").getArray("deeper").size());
    }
  }

  @Test
  void whatNoColumnHoldsIsQuarantinedWithItsColumn() {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources:
                  a: {files: "in/*.json", format: json, schema: "%s"}
                datasets:
                  landed: {streaming_table: {from: a}}
                  odd: {streaming_table: {transform: '%s', from: [landed]}}
                  judged:
                    streaming_table: {transform: '%s', from: [landed]}
                    expect: {some: {expect: "id > 0", on_violation: drop}}
                """
                    .formatted(COLUMNS, Odd.class.getName(), Odd.class.getName()));
    project.land("1.json", ROWS);
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("2|1969-12-31T23:59:59.999Z"), Tables.texts(project.table("odd"), "id", "joda"));
    for (String table : List.of("odd", "judged")) {
      assertEquals(
          List.of(
              "p1|column day: -999999998-01-01 does not fit DATE",
              "p1|column joda: 292278994-08-17T07:12:55.807Z does not fit TIMESTAMP",
              "p1|column m: 10000000000000000000000000 does not fit DECIMAL(38,18)"),
          Tables.texts(project.table(table) + "_quarantine", "_position", "_error"));
      assertEquals(List.of("2"), Tables.texts(project.table(table), "id"));
    }
  }
}
