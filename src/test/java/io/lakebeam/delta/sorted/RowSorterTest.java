package io.lakebeam.delta.sorted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.sql.catalyst.RowOrder;
import io.lakebeam.storage.PrivateFolder;
import io.lakebeam.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RowSorterTest {
  private static final TableSchema SCHEMA =
      new TableSchema(
          List.of(
              new Column("id", Primitive.BIGINT, true, ""),
              new Column("name", Primitive.STRING, true, "")));

  /** Bytes of memory: all rows, a tenth of them, one at a time. */
  @ParameterizedTest
  @ValueSource(longs = {1 << 20, 8_000, 1})
  void rowsAreGivenInTheirOrderWhateverFitsIntoMemory(long memory) throws IOException {
    Comparator<InternalRow> order = RowOrder.of(SCHEMA, List.of(0));
    Random random = new Random(3);
    List<String> expected = new ArrayList<>();
    List<String> given = new ArrayList<>();
    long before = putAside();
    try (RowSorter sorter = new RowSorter(SCHEMA, order, memory)) {
      for (int i = 0; i < 700; i++) {
        Long id = random.nextInt(10) == 0 ? null : random.nextLong(100);
        String name = "n".repeat(random.nextInt(20));
        expected.add(id + " " + name);
        sorter.add(row(id, name));
      }
      SortedRows rows = sorter.sorted();
      assertEquals(memory < 1 << 20, putAside() > before);
      assertEquals(700, sorter.count());
      assertTrue(sorter.ends().get(0).isNullAt(0));
      assertTrue(sorter.mayHave(row(null, "")));
      assertEquals(memory < 1 << 20, sorter.mayHave(row(1_000L, "")));
      while (rows.head() != null) {
        InternalRow first = rows.head();
        for (InternalRow row : rows.like(first)) {
          given.add((row.isNullAt(0) ? null : row.getLong(0)) + " " + row.getUTF8String(1));
        }
      }
      assertNull(rows.head());
      assertEquals(sorted(given), sorted(expected));
      assertEquals(ids(given).stream().sorted(Comparator.naturalOrder()).toList(), ids(given));
    }
    assertEquals(before, putAside());
  }

  /** As of a disk that is full: one sentence, with the place. */
  @Test
  void whatTheDiskDoesNotGiveBackIsTold() throws IOException {
    try (RowSorter sorter = new RowSorter(SCHEMA, RowOrder.of(SCHEMA, List.of(0)), 1)) {
      sorter.add(row(1L, "a"));
      for (Path file : files()) {
        Files.delete(file);
      }
      StorageException told = assertThrows(StorageException.class, sorter::sorted);
      assertTrue(told.told().problem().startsWith("cannot read "), told.told().problem());
      assertTrue(told.told().problem().endsWith(": not found"), told.told().problem());
    }
  }

  private static List<String> sorted(List<String> rows) {
    return rows.stream().sorted().toList();
  }

  private static List<Long> ids(List<String> rows) {
    return rows.stream()
        .map(row -> row.substring(0, row.indexOf(' ')))
        .map(id -> id.equals("null") ? -1 : Long.parseLong(id))
        .toList();
  }

  private static long putAside() throws IOException {
    return files().size();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(PrivateFolder.make())) {
      return files.filter(file -> file.getFileName().toString().startsWith("sorted-")).toList();
    }
  }

  private static InternalRow row(Long id, String name) {
    return new GenericInternalRow(new Object[] {id, UTF8String.fromString(name)});
  }
}
