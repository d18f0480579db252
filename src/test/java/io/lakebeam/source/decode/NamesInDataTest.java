package io.lakebeam.source.decode;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.NewFields;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of data and names of columns: renamed ones, ones that come twice, ones in another case. */
class NamesInDataTest {
  private static final SourceSpec.Json JSON = new SourceSpec.Json();
  private static final Column ID = nullable("id", INT);
  private static final Column ORDER = required("order_id", INT);

  @TempDir Path folder;

  @Test
  void aRenamedColumnIsTakenFromItsNameInTheData() throws Exception {
    Map<String, String> names = Map.of("order_id", "Order ID", "note", "\u00a7 (net)=");
    Column note = nullable("note", STRING);
    Collected csv =
        read(Sources.CSV, names, " Order ID ,\u00a7 (net)=,order_id\n1,a,9\n2,b,\n", ORDER, note);
    assertEquals(List.of(1, 2), csv.column("order_id"));
    assertEquals(List.of("a", "b"), csv.column("note"));
    assertEquals(Arrays.asList("{\"order_id\":\"9\"}", null), csv.column("_rescued"));
    Collected json =
        read(
            JSON,
            names,
            "{\"Order ID\":1,\"\u00a7 (net)=\":\"a\"}\n{\"ORDER id\":2,\"order_id\":8}\n{\"order_id\":3}\n",
            ORDER,
            note);
    assertEquals(List.of(1, 2), json.column("order_id"));
    assertEquals(Arrays.asList(null, "{\"order_id\":8}"), json.column("_rescued"));
    assertEquals(List.of("column order_id: missing, but declared NOT NULL"), json.errors());
  }

  @Test
  void soItIsInParquet() throws Exception {
    Path file = folder.resolve("data");
    MessageType type =
        MessageTypeParser.parseMessageType(
            "message m { required int32 Order\u00a0ID; optional int32 order_id; }");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file)).withType(type).build()) {
      writer.write(new SimpleGroup(type).append("Order\u00a0ID", 1).append("order_id", 9));
    }
    SourceSpec.Parquet parquet = new SourceSpec.Parquet();
    Map<String, String> names = Map.of("order_id", "Order\u00a0ID");
    Collected out = readFile(parquet, names, file, ORDER);
    assertEquals(List.of(1), out.column("order_id"));
    assertEquals(List.of("{\"order_id\":9}"), out.column("_rescued"));
    SourceException refused =
        assertThrows(
            SourceException.class,
            () -> readFile(parquet, names, file, nullable("order_id", BOOLEAN)));
    assertEquals("column order_id: declared BOOLEAN, but the file holds INT32", refused.reason());
  }

  @Test
  void namesThatDifferInCaseOnlyBecomeTwoColumns() throws Exception {
    Column upper = nullable("id_upper", INT);
    Map<String, String> names = Map.of("id_upper", "ID");
    Collected json = read(JSON, names, "{\"id\":1,\"ID\":2}\n{\"ID\":3}", ID, upper);
    assertEquals(Arrays.asList(1, null), json.column("id"));
    assertEquals(List.of(2, 3), json.column("id_upper"));
    Collected csv = read(Sources.CSV, names, "ID,id\n1,2\n", ID, upper);
    assertEquals(List.of(2), csv.column("id"));
    assertEquals(List.of(1), csv.column("id_upper"));
  }

  @Test
  void ofTwoKeysForOneColumnTheOtherIsRescued() {
    check("{\"id\":1,\"ID\":2}", 1, "{\"ID\":2}");
    check("{\"ID\":2.0,\"id\":1}", 1, "{\"ID\":2.0}");
    check("{\"ID\":2,\"Id\":3}", 3, "{\"ID\":2}");
    check("{\"id\":1 , \"id\" : 2}", 2, "{\"id\":1}");
    check("{\"id\":1,\"id\":null,\"id\":3}", 3, "{\"id\":1,\"id\":null}");
    check("{\"ID\":2,\"x\":[1.10],\"id\":1,\"iD\":4}", 1, "{\"x\":[1.10],\"ID\":2,\"iD\":4}");
    check("{\"id\":1,\"x\":1,\"x\":2}", 1, "{\"x\":1,\"x\":2}");
  }

  private static void check(String json, Integer id, String rescued) {
    Collected out = Sources.decode(JSON, json, ID);
    assertEquals(List.of(), out.errors());
    assertEquals(Arrays.asList(id), out.column("id"), json);
    assertEquals(Arrays.asList(rescued), out.column("_rescued"), json);
  }

  @Test
  void insideStructsToo() {
    Column items = nullable("items", new DataType.Array(new DataType.Struct(List.of(ID))));
    Collected out =
        Sources.decode(JSON, "{\"items\":[{\"id\":1},{\"ID\":2,\"id\":3}],\"ITEMS\":[]}", items);
    assertEquals(List.of("{\"items[].ID\":2,\"ITEMS\":[]}"), out.column("_rescued"));
    assertEquals(2, ((List<?>) out.column("items").get(0)).size());
  }

  @Test
  void aMapsKeyThatComesTwiceIsRefused() {
    Column map = nullable("map", new DataType.Map(INT, STRING));
    Collected out = Sources.decode(JSON, "{\"map\":{\"1\":\"a\",\"1.0\":null}}", map);
    assertEquals(List.of("column map[\"1.0\"]: the key comes twice"), out.errors());
    assertEquals(1, Sources.decode(JSON, "{\"map\":{\"1\":\"a\",\"2\":null}}", map).rows.size());
  }

  private Collected read(
      SourceSpec.Format format, Map<String, String> names, String text, Column... columns)
      throws IOException {
    return readFile(format, names, Files.writeString(folder.resolve("data"), text), columns);
  }

  private Collected readFile(
      SourceSpec.Format format, Map<String, String> names, Path file, Column... columns)
      throws IOException {
    SourceSpec source =
        new SourceSpec(
            "reports",
            new SourceSpec.Files(folder + "/*"),
            format,
            TableSchema.of(columns),
            names,
            false,
            false,
            NewFields.RESCUE,
            SourceLocation.of("pipeline.yaml"));
    Collected out = new Collected(source);
    SourceReader.of(Storage.PLAIN, source, s -> "", () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    return out;
  }
}
