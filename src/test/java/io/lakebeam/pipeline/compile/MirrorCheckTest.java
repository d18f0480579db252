package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.MirrorSpec;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Databases that cannot show what they name are told with line, cause and fix. */
class MirrorCheckTest {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT, at TIMESTAMP"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        newest: {streaming_table: {sql: "SELECT id, at FROM STREAM bronze", upsert: {keys: [id], sequence_by: at}}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM bronze"}}
        odd: {materialized_view: {sql: "SELECT id AS xmin, at AS a23456789b123456789c123456789d123456789e123456789f123456789g12345 FROM bronze"}}
      sinks:
        out: %s
      """;

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{postgresql: {url: '${U}', tables: [totl]}} | there is no dataset totl | did you mean total?",
        "{postgresql: {url: '${U}', tables: [bronze_quarantine]}} | is a quarantine | lakebeam quarantine",
        "{postgresql: {url: '${U}', tables: [total, total]}} | the table total stands twice | leave one",
        "{postgresql: {url: 'jdbc:mysql://h/d', tables: [total]}} | no URL of a PostgreSQL database |"
            + " jdbc:postgresql://db.example.com",
        "{postgresql: {url: 'jdbc:postgresql://h/d?loggerFile=x', tables: [total]}} | no URL of a"
            + " PostgreSQL database | jdbc:postgresql://db.example.com",
        "{postgresql: {url: 'jdbc:postgresql://h/d', password: abc, tables: [total]}} |"
            + " password holds a secret that is written out | write ${PASSWORD}",
        "{postgresql: {url: 'jdbc:postgresql://h/d?password=abc', tables: [total]}} |"
            + " url holds a secret that is written out | write ${URL}",
        "{postgresql: {url: '${U}', schema: pg_x, tables: [total]}} | PostgreSQL's own | public",
        "{postgresql: {url: '${U}'}} | tables | add tables",
        "{postgresql: {tables: [total]}} | url | add url",
        "{dataset: total, postgresql: {url: '${U}', tables: [total]}} | dataset is not for postgresql |"
            + " name the datasets as tables",
        "{files: ./out} | the key dataset is missing | add dataset",
      })
  void tells(String sink, String problem, String fix) {
    List<String> told =
        new TestingPipeline(dir)
            .yaml(PIPELINE.formatted(sink)).told().stream()
                .filter(each -> each.startsWith("10:"))
                .toList();
    assertEquals(1, told.size(), told.toString());
    assertTrue(told.get(0).contains(problem.strip()), told.get(0));
    assertTrue(told.get(0).contains(fix.strip()), told.get(0));
  }

  @Test
  void tellsOfColumnsThatPostgresqlDoesNotTake() {
    List<String> told =
        new TestingPipeline(dir)
            .yaml(PIPELINE.formatted("{postgresql: {url: '${U}', tables: [odd]}}"))
            .told();
    assertEquals(2, told.size(), told.toString());
    assertTrue(told.get(0).contains("odd has a column xmin"), told.get(0));
    assertTrue(told.get(1).contains("is too long for PostgreSQL"), told.get(1));
  }

  @Test
  void takes() {
    MirrorSpec mirror =
        new TestingPipeline(dir)
            .yaml(
                PIPELINE.formatted("{postgresql: {url: '${U}', tables: [bronze, newest, total]}}"))
            .compile()
            .spec()
            .mirrors()
            .get(0);
    assertEquals("public", mirror.schema());
    assertEquals(
        List.of("bronze", "newest", "total"),
        mirror.tables().stream().map(MirrorSpec.Table::dataset).toList());
  }
}
