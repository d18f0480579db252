package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.SparkReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of text that Spark writes, read as Spark reads them. */
class SparkTextFilesIT {
  private static final Column ID = nullable("id", INT);
  private static final Column NAME = nullable("name", STRING);
  private static final int ROWS = 2000;

  @TempDir static Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip", "bzip2", "snappy", "deflate"})
  void csvAndJsonPackedBySpark(String codec) throws Exception {
    Map<Integer, String> names = names(3);
    Path csv = folder.resolve("csv-" + codec);
    SourceSpec.Csv escaped =
        new SourceSpec.Csv(true, ',', '"', '\\', SourceSpec.Csv.NONE, 0, "UTF-8", "");
    rows(names).write().option("header", true).option("compression", codec).csv(csv.toString());
    assertEquals(names, read(csv, escaped));
    Path json = folder.resolve("json-" + codec);
    rows(names).write().option("compression", codec).json(json.toString());
    assertEquals(names, read(json, new SourceSpec.Json()));
  }

  @Test
  void csvWithTheEscapeAndQuotesOfSpark() throws Exception {
    int round = 0;
    for (boolean all : new boolean[] {true, false}) {
      for (String escape : List.of("\\", "\"", "^")) {
        Map<Integer, String> names = names(++round);
        Path csv = folder.resolve("escape-" + round);
        rows(names)
            .write()
            .option("header", true)
            .option("quoteAll", all)
            .option("escape", escape)
            .option("ignoreLeadingWhiteSpace", false)
            .option("ignoreTrailingWhiteSpace", false)
            .csv(csv.toString());
        char sign = escape.equals("\"") ? SourceSpec.Csv.NONE : escape.charAt(0);
        SourceSpec.Csv format =
            new SourceSpec.Csv(true, ',', '"', sign, SourceSpec.Csv.NONE, 0, "UTF-8", "");
        assertEquals(names, read(csv, format), "escape " + escape + ", all quoted: " + all);
      }
    }
  }

  private static Map<Integer, String> names(int seed) {
    Random random = new Random(seed);
    String signs = "abc,;\"\"'^\\#\n \u00e4\u20ac";
    Map<Integer, String> names = new TreeMap<>();
    for (int id = 0; id < ROWS; id++) {
      StringBuilder name = new StringBuilder("x");
      for (int i = random.nextInt(8); i > 0; i--) {
        name.append(signs.charAt(random.nextInt(signs.length())));
      }
      names.put(id, name.append('y').toString());
    }
    return names;
  }

  private static Dataset<Row> rows(Map<Integer, String> names) {
    List<Row> rows = new ArrayList<>();
    names.forEach((id, name) -> rows.add(RowFactory.create(id, name)));
    StructType schema =
        new StructType().add("id", DataTypes.IntegerType).add("name", DataTypes.StringType);
    return SparkReader.session().createDataFrame(rows, schema).coalesce(1);
  }

  private static Map<Integer, String> read(Path written, SourceSpec.Format format)
      throws Exception {
    Collected out = new Collected(ID, NAME);
    SourceReader reader =
        SourceReader.of(
            Storage.PLAIN,
            Sources.files(written + "/part-*", format, ID, NAME),
            s -> "",
            () -> false);
    List<Path> files;
    try (Stream<Path> all = Files.list(written)) {
      files = all.filter(f -> f.getFileName().toString().startsWith("part-")).toList();
    }
    assertTrue(files.size() > 0);
    for (Path file : files) {
      reader.read(Sources.slice(file), Sources.PLANNED_AT, out);
    }
    assertEquals(List.of(), out.errors());
    Map<Integer, String> names = new TreeMap<>();
    out.rows.forEach(row -> names.put(row.getInt32("id"), row.getString("name")));
    assertEquals(ROWS, out.rows.size());
    return names;
  }
}
