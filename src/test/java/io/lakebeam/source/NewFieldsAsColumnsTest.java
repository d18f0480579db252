package io.lakebeam.source;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.NewFields;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fields that become columns of their source, and those that never do. */
class NewFieldsAsColumnsTest {
  @TempDir Path folder;

  /** What a reader gave, and told. */
  private static final class Told extends Collected {
    final List<String> fields = new ArrayList<>();

    Told(SourceSpec source) {
      super(source);
    }

    @Override
    public void newField(String name) {
      fields.add(name);
    }
  }

  private SourceSpec source(SourceSpec.Format format, Map<String, String> names, NewFields fields) {
    return new SourceSpec(
        "orders",
        new SourceSpec.Files(folder + "/*"),
        format,
        SchemaDdl.parse("id INT, at STRUCT<x: INT>"),
        names,
        false,
        false,
        fields,
        SourceLocation.of("pipeline.yaml"));
  }

  private Told read(SourceSpec source, String text) throws IOException {
    Path file = Files.write(folder.resolve("data"), text.getBytes(StandardCharsets.UTF_8));
    Told out = new Told(source);
    SourceReader.of(Storage.PLAIN, source, s -> "", () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    return out;
  }

  private Told read(NewFields fields, String json) throws IOException {
    return read(source(new SourceSpec.Json(), Map.of(), fields), json);
  }

  private static NewFields added(String... names) {
    return new NewFields(NewFields.Rule.ADD_COLUMNS, List.of(names), Set.of());
  }

  @Test
  void allNewFieldsOfASliceAreToldOnce() throws IOException {
    Told out =
        read(
            NewFields.ADD_COLUMNS,
            "{\"id\":1,\"gate\":\"A\",\"seat\":7}\n{\"id\":2,\"Gate\":\"B\"}\n{\"meal\":null}\n");
    assertEquals(List.of("gate", "seat", "meal"), out.fields);
    assertEquals("{\"gate\":\"A\",\"seat\":7}", out.column("_rescued").get(0));
  }

  @Test
  void aRecordThatCannotBeReadNamesNothing() throws IOException {
    Told out = read(NewFields.ADD_COLUMNS, "{\"id\":\"x\",\"gate\":1}\n{\"gate\":1\n");
    assertEquals(List.of(), out.fields);
    assertEquals(2, out.rejected.size());
  }

  @Test
  void valuesKeepTheirText() throws IOException {
    Told out =
        read(
            added("gate"),
            """
            {"id":1,"gate":"A \\"é\\" \\n"}
            {"id":2,"gate":1.10}
            {"id":3,"gate":{"no" : [1, 2.50, {"x":null}]}}
            {"id":4,"gate":true,"at":{"x":1}}
            {"id":5,"gate":null}
            {"id":6}
            {"gate":123456789012345678901234567890}
            """);
    assertEquals(
        Arrays.asList(
            "A \"é\" \n",
            "1.10",
            "{\"no\" : [1, 2.50, {\"x\":null}]}",
            "true",
            null,
            null,
            "123456789012345678901234567890"),
        out.column("gate"));
    assertEquals(Arrays.asList(new Object[7]), out.column("_rescued"));
    assertEquals(List.of(), out.fields);
    assertEquals(7, out.column("id").size());
    assertEquals("orders", out.column("_source").get(6));
  }

  @Test
  void theExactNameCountsThenTheLastAndOthersStay() throws IOException {
    Told out =
        read(
            added("gate", "seat"),
            """
            {"gate":1,"Gate":2,"GATE":3}
            {"Gate":2,"GATE":3}
            {"seat":1,"gate":1,"gate":2}
            {"at":{"y":1},"Seat":5,"ID":1,"id":2}
            """);
    assertEquals(Arrays.asList("1", "3", "2", null), out.column("gate"));
    assertEquals(Arrays.asList(null, null, "1", "5"), out.column("seat"));
    assertEquals(
        List.of("{\"Gate\":2,\"GATE\":3}", "{\"Gate\":2}", "{\"gate\":1}", "{\"at.y\":1,\"ID\":1}"),
        out.column("_rescued"));
    assertEquals(List.of(), out.fields);
  }

  /** Names of own columns, in the data too; names that tables refuse; names that hide something. */
  @Test
  void namesThatCannotBeColumnsStayInRescued() throws IOException {
    SourceSpec source =
        source(new SourceSpec.Json(), Map.of("id", "Order ID"), NewFields.ADD_COLUMNS);
    String record =
        "{\"Order ID\":1,\"ORDER ID\":2,\"id\":3,\"At\":{},\"at\":{\"x\":1,\"new\":2},\"_source\":1,"
            + "\"_x\":1,\"a b\":1,\"a=b\":1,\"a.b\":1,\"\":1,\" \":1,\"#5\":1,\"x\\u202ey\":1,\"n\\ne\":1,"
            + "\""
            + "n".repeat(Limits.NAME_CHARACTERS + 1)
            + "\":1}\n";
    Told out = read(source, record);
    assertEquals(List.of(), out.fields);
    assertEquals(List.of(1), out.column("id"));
  }

  @Test
  void fieldsThatAreKeptOrTooManyAreNotTold() throws IOException {
    NewFields one = new NewFields(NewFields.Rule.ADD_COLUMNS, List.of("a"), Set.of("Kept"));
    assertEquals(List.of("b"), read(one, "{\"a\":1,\"kept\":2,\"b\":3}\n").fields);

    String many =
        IntStream.range(0, 300)
            .mapToObj(i -> "\"f" + i + "\":" + i)
            .collect(Collectors.joining(",", "{", "}\n"));
    assertEquals(Limits.FOUND_COLUMNS, read(NewFields.ADD_COLUMNS, many).fields.size());
    assertEquals(Limits.FOUND_COLUMNS - 2, read(one, many).fields.size());
    NewFields full =
        added(
            IntStream.range(0, Limits.FOUND_COLUMNS).mapToObj(i -> "f" + i).toArray(String[]::new));
    Told out = read(full, many);
    assertEquals(List.of(), out.fields);
    assertEquals(List.of("99"), out.column("f99"));
    assertEquals(true, out.column("_rescued").get(0).toString().startsWith("{\"f100\":100,"));
  }

  @Test
  void columnsOfCsvHaveTheTextOfTheirFields() throws IOException {
    SourceSpec source = source(Sources.CSV, Map.of(), added("gate"));
    Told out = read(source, "id,Gate,seat,,x y\n1,\"A \"\"1\",7A,c,z\n2,,8B,,\n");
    assertEquals(Arrays.asList("A \"1", null), out.column("gate"));
    assertEquals(List.of("seat"), out.fields);
    assertEquals(
        List.of("{\"seat\":\"7A\",\"_c3\":\"c\",\"x y\":\"z\"}", "{\"seat\":\"8B\"}"),
        out.column("_rescued"));
  }

  @Test
  void columnsOfAvroHaveTheTextThatRescuedWouldHave() throws IOException {
    Schema schema =
        SchemaBuilder.record("R")
            .fields()
            .requiredInt("id")
            .optionalDouble("price")
            .optionalString("gate")
            .endRecord();
    GenericRecord record = new GenericData.Record(schema);
    record.put("id", 1);
    record.put("price", 2.5);
    Path file = folder.resolve("data");
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(schema))
            .create(schema, file.toFile())) {
      writer.append(record);
      record.put("gate", "A");
      writer.append(record);
    }
    SourceSpec source = source(new SourceSpec.Avro(), Map.of(), added("price"));
    Told out = new Told(source);
    SourceReader.of(Storage.PLAIN, source, s -> "", () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    assertEquals(List.of("2.5", "2.5"), out.column("price"));
    assertEquals(Arrays.asList(null, "{\"gate\":\"A\"}"), out.column("_rescued"));
    assertEquals(List.of("gate"), out.fields);
  }

  @Test
  void theSameNamesGiveTheSameColumnsInTheOrderTheyWereFound() {
    SourceSpec source = source(new SourceSpec.Json(), Map.of("id", "No"), NewFields.ADD_COLUMNS);
    assertEquals(
        List.of("b", "a"),
        NewFields.candidates(source, List.of("b", "ID", "no", "a", "B", "x y", "At", "a")));
  }
}
