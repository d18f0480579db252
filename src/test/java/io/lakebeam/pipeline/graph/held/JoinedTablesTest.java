package io.lakebeam.pipeline.graph.held;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.StoredTable;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingRows;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileUtil;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinedTablesTest {
  private static final TableSchema SCHEMA = SchemaDdl.parse("id BIGINT, name STRING, note STRING");

  @TempDir Path dir;
  private String path;

  @BeforeEach
  void threeVersions() {
    path = dir.resolve("t").toString();
    DeltaTable table = DeltaTable.at(Place.of(path));
    table.create(new TableDefinition(SCHEMA, List.of(), "", Map.of()));
    for (long version = 1; version <= 2; version++) {
      DataFileWriter writer = new DataFileWriter(Place.of(path), SCHEMA, List.of(), "x");
      writer.write(TestingRows.of(SCHEMA, version, "name " + version, "a long note"));
      List<DataFile> files = writer.finish();
      table.commit(Commit.builder("test", version).add(files).build());
    }
  }

  private JoinedTables.Wanted wanted(long version, String... columns) {
    TableSchema wanted =
        new TableSchema(
            Stream.of(columns)
                .map(name -> SCHEMA.column(name).orElse(Column.nullable(name, Primitive.STRING)))
                .toList());
    return new JoinedTables.Wanted(new StoredTable("t", wanted), Place.of(path), version);
  }

  private static List<String> texts(Map<String, List<InternalRow>> tables, String key) {
    return tables.get(key).stream().map(row -> row.getUTF8String(0).toString()).sorted().toList();
  }

  @Test
  void aVersionIsReadWithTheColumnsThatAreWantedAndKept() {
    JoinedTables tables = new JoinedTables(10_000);
    Map<String, List<InternalRow>> first =
        tables.of(List.of(wanted(1, "name"), wanted(1, "note", "id")));
    assertEquals(List.of("name 1"), texts(first, "t[name]"));
    assertEquals(List.of("a long note"), texts(first, "t[note, id]"));
    assertEquals(2, first.get("t[note, id]").get(0).numFields());
    assertEquals(List.of(), tables.of(List.of(wanted(0, "name"))).get("t[name]"));

    Map<String, List<InternalRow>> both = tables.of(List.of(wanted(2, "name")));
    assertEquals(List.of("name 1", "name 2"), texts(both, "t[name]"));
    assertSame(both.get("t[name]"), tables.of(List.of(wanted(2, "name"))).get("t[name]"));

    // Another table in the same place.
    assertTrue(FileUtil.fullyDelete(new File(path)));
    threeVersions();
    assertNotSame(both.get("t[name]"), tables.of(List.of(wanted(2, "name"))).get("t[name]"));
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheWayOut() {
    JoinedTables tables = new JoinedTables(150);
    tables.of(List.of(wanted(1, "name")));
    JoinedTableException e =
        assertThrows(JoinedTableException.class, () -> tables.of(List.of(wanted(2, "name"))));
    assertEquals("t is too large to be joined with", e.problem());
    assertTrue(e.reason().contains("version 2 of t"), e.reason());
    assertTrue(e.fix().contains("name fewer columns"), e.fix());
    assertThrows(
        JoinedTableException.class,
        () -> tables.of(List.of(wanted(1, "name"), wanted(1, "note"))),
        "all tables together");
    assertEquals(1, tables.of(List.of(wanted(1, "name"))).get("t[name]").size());
  }

  /** Rows that were there before a column are NULL in it, and so they are in older versions. */
  @Test
  void aColumnThatIsYoungerThanTheVersionIsNull() {
    InternalRow row =
        new JoinedTables(1000).of(List.of(wanted(1, "city", "name"))).get("t[city, name]").get(0);
    assertTrue(row.isNullAt(0));
    assertEquals("name 1", row.getUTF8String(1).toString());
  }

  /** A view with another column is another view: nothing of the version before stands for it. */
  @Test
  void aVersionOfAViewWithoutTheColumnIsNamed() {
    DeltaTable.at(Place.of(path))
        .commit(
            Commit.builder("view", 1).properties(Map.of("lakebeam.query", "some query")).build());
    JoinedTableException e =
        assertThrows(
            JoinedTableException.class,
            () -> new JoinedTables(150).of(List.of(wanted(3, "name", "city"))));
    assertTrue(e.reason().contains("has no column city STRING"), e.reason());
  }
}
