package io.lakebeam.simulation;

import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.simulation.LakeWatch.Version;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.Path;

/** What the tables of a lake at rest have had in each of their versions. */
final class LakeRows {
  private static final TableSchema POSITION =
      TableSchema.of(Column.nullable("_position", Primitive.STRING));

  private final String lake;
  private final LakeWatch watch;
  private final Map<String, List<InternalRow>> read = new HashMap<>();

  /**
   * @param lake as the checking process names it
   */
  LakeRows(String lake, LakeWatch watch) {
    this.lake = lake;
    this.watch = watch;
  }

  LakeWatch watch() {
    return watch;
  }

  /** How many were looked at. */
  int count() {
    return read.values().stream().mapToInt(List::size).sum();
  }

  /** Files of a version of a table. */
  Set<String> files(String table, long version) {
    Set<String> live = new TreeSet<>();
    for (Version each : watch.versions(table)) {
      if (each.number() > version) {
        break;
      }
      live.addAll(each.added());
      live.removeAll(each.removed());
    }
    return live;
  }

  /** Rows of some files of a table; a file is read once, for the same columns. */
  List<InternalRow> of(String table, Collection<String> files, TableSchema columns) {
    List<InternalRow> rows = new ArrayList<>();
    files.forEach(file -> rows.addAll(of(table, file, columns)));
    return rows;
  }

  /** Where the rows of some files of a table come from. */
  List<String> positions(String table, Collection<String> files) {
    return of(table, files, POSITION).stream().map(row -> row.getString(0)).toList();
  }

  private List<InternalRow> of(String table, String file, TableSchema columns) {
    return read.computeIfAbsent(
        table + "/" + file + " " + columns,
        key -> {
          List<InternalRow> rows = new ArrayList<>();
          Path path = new Path(lake + "/" + table + "/" + file);
          try (CloseableIterator<InternalRow> each =
              DataFileReader.read(TestingFileSystem.FILES, path, columns)) {
            each.forEachRemaining(rows::add);
          }
          return rows;
        });
  }
}
