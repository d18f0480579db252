package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.CommitOutcome.Committed;
import io.lakebeam.delta.SchemaChange.Additive;
import io.lakebeam.delta.SchemaChange.Refused;
import io.lakebeam.delta.SchemaChange.Unchanged;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.DataType.Struct;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaChangeTest {
  @TempDir Path lake;

  private static TableDefinition definition(String ddl, String... partitionBy) {
    return new TableDefinition(SchemaDdl.parse(ddl), List.of(partitionBy), "", Map.of());
  }

  /** Of a table that has a row. */
  private SchemaChange change(String before, String after) {
    DeltaTable table =
        DeltaTable.at(Place.of(lake.resolve("t" + (before + after).hashCode()).toString()));
    table.create(definition(before));
    assertInstanceOf(Committed.class, table.commit(Commit.builder("a", 0).build()));
    SchemaChange change = table.changeTo(definition(after)).orElseThrow();
    assertEquals(
        change.toString(),
        SchemaChange.between(table.latest().orElseThrow(), definition(after)).toString());
    return change;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id INT | id INT, gate STRING | columns added: gate STRING",
        "id INT | gate STRING, id INT, at DATE | columns added: gate STRING, at DATE",
        "id INT, a STRUCT<x: INT> | id INT, a STRUCT<y: STRING, x: INT>"
            + " | columns added: a.y STRING",
        "id INT, a ARRAY<STRUCT<x: INT>> | id INT, a ARRAY<STRUCT<x: INT, y: DATE>>"
            + " | columns added: a.element.y DATE",
        "id INT, a MAP<STRING, STRUCT<x: INT>> | id INT, a MAP<STRING, STRUCT<x: INT, y: DATE>>"
            + " | columns added: a.value.y DATE",
        "id INT NOT NULL, b INT | id INT, b INT | no longer NOT NULL: id",
        "id INT, b INT NOT NULL | id INT, c INT" + " | columns added: c INT; no longer NOT NULL: b",
      })
  void whatATableGains(String before, String after, String told) {
    assertEquals(told, assertInstanceOf(Additive.class, change(before, after)).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id INT, b INT | b INT, id INT",
        "id INT, b INT | id INT",
        "id INT, a STRUCT<x: INT, y: INT> | id INT, a STRUCT<y: INT>",
        "id INT, a INT COMMENT 'minutes' | id INT, a INT COMMENT 'seconds'",
      })
  void whatATableKeeps(String before, String after) {
    assertInstanceOf(Unchanged.class, change(before, after));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "id INT | id BIGINT | column id: the table has INT, the pipeline declares BIGINT; a type does"
            + " not change in place",
        "id INT, a ARRAY<INT> | id INT, a ARRAY<BIGINT> | column a: the table has ARRAY<INT>, the"
            + " pipeline declares ARRAY<BIGINT>; a type does not change in place",
        "id INT, a STRUCT<x: INT> | id INT, a STRUCT<x: STRING, y: INT> | column a.x: the table has"
            + " INT, the pipeline declares STRING; a type does not change in place",
        "id INT, a MAP<INT, INT> | id INT, a MAP<BIGINT, INT> | column a: the table has MAP<INT,"
            + " INT>, the pipeline declares MAP<BIGINT, INT>; a type does not change in place",
        "id INT | ID INT | column ID: the table has the name id, the pipeline declares this name; a"
            + " column is not renamed in place",
        "id INT | id INT, b INT NOT NULL | column b: the table has no such column, the pipeline"
            + " declares INT NOT NULL; rows that are there have no value for it: declare it without"
            + " NOT NULL, and let an expectation ask for a value",
        "id INT, a ARRAY<STRUCT<x: INT>> | id INT, a ARRAY<STRUCT<x: INT, y: INT NOT NULL>> | column"
            + " a.element.y: the table has no such column, the pipeline declares INT NOT NULL; rows"
            + " that are there have no value for it: declare it without NOT NULL, and let an"
            + " expectation ask for a value",
        "id INT | id INT NOT NULL | column id: the table has INT, the pipeline declares INT NOT NULL;"
            + " rows that are there may be NULL in it: declare it without NOT NULL, and let an"
            + " expectation ask for a value",
      })
  void whatATableCannotBecome(String before, String after, String told) {
    assertEquals(told, assertInstanceOf(Refused.class, change(before, after)).toString());
  }

  @Test
  void otherPartitionsAreRefused() {
    DeltaTable table = table(definition("id INT, day DATE", "day"));
    append(table, definition("id INT, day DATE", "day"), 1, 1, null);
    SchemaChange change = table.changeTo(definition("id INT, day DATE")).orElseThrow();
    assertEquals(
        "partition columns: the table has day, the pipeline declares none; files are laid out by"
            + " them",
        change.toString());
  }

  @Test
  void aTableThatNobodyHasWrittenToOrThatIsNotThereDoesNotChange() {
    DeltaTable table = DeltaTable.at(Place.of(lake.resolve("none").toString()));
    assertTrue(table.changeTo(definition("id INT")).isEmpty());
    table.create(definition("id INT"));
    assertInstanceOf(Unchanged.class, table.changeTo(definition("id STRING")).orElseThrow());
  }

  /** Columns that come, go and come back, with the rows of each time. */
  @Test
  void columnsComeWithTheirFirstRowsAndStay() {
    TableDefinition first = definition("id INT NOT NULL, a STRUCT<x: INT NOT NULL>");
    TableDefinition second = definition("gate STRING, a STRUCT<y: STRING>");
    DeltaTable table = table(first);
    append(table, first, 1, 1, struct(first, 10));
    long before = table.latest().orElseThrow().version();

    assertFalse(table.create(second));
    assertInstanceOf(
        Committed.class, table.commit(Commit.builder("b", 1).writtenFor(second).build()));
    assertEquals(
        first.schema().ddl(),
        table.latest().orElseThrow().schema().ddl(),
        "no rows have the column yet");

    append(table, second, 2, "A1", struct(second, "why"));
    Snapshot after = table.latest().orElseThrow();
    assertEquals(before + 2, after.version(), "columns and rows are one version");
    assertEquals("id INT, a STRUCT<x: INT, y: STRING>, gate STRING", after.schema().ddl());
    TableDefinition third = definition("id INT, a STRUCT<x: INT>");
    append(table, third, 3, 3, struct(third, 30));
    assertEquals(after.schema(), table.latest().orElseThrow().schema());
    assertInstanceOf(Refused.class, table.changeTo(first).orElseThrow(), "a row lacks them");
    assertEquals(
        List.of("1|[10, null]|null", "3|[30, null]|null", "null|[null, why]|A1"),
        texts(table, "id", "a", "gate"));
  }

  /** The Delta log of one commit is all or nothing: what is written before it belongs to nobody. */
  @Test
  void aCommitThatIsRefusedLeavesColumnsAndRowsAsTheyWere() {
    TableDefinition first = definition("id INT");
    DeltaTable table = table(first);
    append(table, first, 1, 1);
    TableDefinition other = definition("id STRING, gate STRING");
    CommitOutcome outcome =
        table.commit(
            Commit.builder("a", 2).add(write(table, other, "2", "A1")).writtenFor(other).build());
    assertEquals(
        "rows were written for other columns than the table has by now: column id: the table has"
            + " INT, the pipeline declares STRING; a type does not change in place",
        assertInstanceOf(CommitOutcome.Failed.class, outcome).reason());
    assertEquals("id INT", table.latest().orElseThrow().schema().ddl());
    assertEquals(List.of("1"), texts(table, "id"));
  }

  private DeltaTable table(TableDefinition definition) {
    DeltaTable table = DeltaTable.at(Place.of(lake.resolve("t").toString()));
    table.create(definition);
    return table;
  }

  private static Row struct(TableDefinition definition, Object value) {
    Struct type = (Struct) definition.schema().column("a").orElseThrow().type();
    return TestingRows.row(new TableSchema(type.fields()), value);
  }

  private static List<DataFile> write(
      DeltaTable table, TableDefinition definition, Object... values) {
    try (DataFileWriter writer =
        new DataFileWriter(table.place(), definition.schema(), definition.partitionBy(), "x")) {
      writer.write(TestingRows.of(definition.schema(), values));
      return writer.finish();
    }
  }

  private static void append(
      DeltaTable table, TableDefinition definition, long epoch, Object... values) {
    Commit commit =
        Commit.builder("a", epoch)
            .add(write(table, definition, values))
            .writtenFor(definition)
            .build();
    CommitOutcome outcome = table.commit(commit);
    assertInstanceOf(Committed.class, outcome, outcome.toString());
  }

  private static List<String> texts(DeltaTable table, String... columns) {
    List<String> texts = new ArrayList<>();
    for (Row row : Tables.rows(table.path())) {
      texts.add(
          Arrays.stream(columns)
              .map(column -> row.<Object>getValue(column))
              .map(value -> value instanceof Row struct ? struct.getValues() : value)
              .map(String::valueOf)
              .collect(Collectors.joining("|")));
    }
    return texts.stream().sorted().toList();
  }
}
