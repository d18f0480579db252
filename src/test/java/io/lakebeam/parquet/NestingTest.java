package io.lakebeam.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Problem;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists, maps and structs in every form in which they have been written. */
class NestingTest {
  @TempDir Path folder;

  @Test
  void listsOfThreeLevels() throws Exception {
    for (String names : List.of("list element", "bag array_element", "list item", "xs x")) {
      String[] name = names.split(" ");
      Path file =
          write(
              "optional group tags (LIST) { repeated group "
                  + name[0]
                  + " { optional binary "
                  + name[1]
                  + " (STRING); } }",
              row -> {
                Group tags = row.addGroup("tags");
                tags.addGroup(0).append(name[1], "x");
                tags.addGroup(0);
                tags.addGroup(0).append(name[1], "y");
              },
              row -> row.addGroup("tags"),
              row -> {});
      ReadBack read = ReadBack.of(file, "tags ARRAY<STRING>");
      assertEquals(Arrays.asList(Arrays.asList("x", null, "y"), List.of(), null), read.column());
      assertEquals(
          List.of("{\"tags\":[\"x\",null,\"y\"]}", "{\"tags\":[]}", "{\"tags\":null}"),
          read.json());
    }
  }

  /** The middle level is no struct when it has none of the declared fields. */
  @Test
  void aListOfScalarsIsNoListOfStructs() throws Exception {
    Path file =
        write(
            "optional group items (LIST) { repeated group list { optional binary element (STRING); } }",
            row -> row.addGroup("items").addGroup(0).append("element", "x"));
    assertEquals(
        List.of("declare items ARRAY<STRING>"),
        ReadBack.mismatches(file, "items ARRAY<STRUCT<sku: STRING>>").stream()
            .map(Problem::fix)
            .toList());
    assertEquals(List.of(), ReadBack.mismatches(file, "items ARRAY<STRUCT<element: STRING>>"));
  }

  @Test
  void listsOfTwoLevels() throws Exception {
    for (String repeated :
        List.of("repeated binary array (STRING);", "repeated binary element (STRING);")) {
      Path file =
          write(
              "optional group tags (LIST) { " + repeated + " }",
              row -> row.addGroup("tags").append(name(repeated), "x").append(name(repeated), "y"),
              row -> row.addGroup("tags"),
              row -> {});
      ReadBack read = ReadBack.of(file, "tags ARRAY<STRING>");
      assertEquals(Arrays.asList(List.of("x", "y"), List.of(), null), read.column());
      assertEquals("{\"tags\":[\"x\",\"y\"]}", read.json().get(0));
    }
  }

  private static String name(String repeated) {
    return repeated.split(" ")[2];
  }

  @Test
  void structsInListsOfEveryForm() throws Exception {
    Map<String, String> forms =
        Map.of(
            "three levels", "repeated group list { optional group element { FIELDS } }",
            "an array", "repeated group array { FIELDS }",
            "a tuple", "repeated group items_tuple { FIELDS }",
            "two fields", "repeated group element { FIELDS optional int32 qty; }");
    forms.forEach(
        (name, form) -> {
          ReadBack read =
              readBack(
                  "optional group items (LIST) { "
                      + form.replace("FIELDS", "optional binary sku (STRING);")
                      + " }",
                  "items ARRAY<STRUCT<sku: STRING>>",
                  row -> {
                    Group items = row.addGroup("items");
                    for (String sku : List.of("s1", "s2")) {
                      Group item = items.addGroup(0);
                      (form.contains("optional group element") ? item.addGroup(0) : item)
                          .append("sku", sku);
                    }
                  });
          assertEquals(List.of("s1", "s2"), skus(read.column().get(0)), name);
          String more = form.contains("qty") ? ",\"qty\":null" : "";
          assertEquals(
              "{\"items\":[{\"sku\":\"s1\"" + more + "},{\"sku\":\"s2\"" + more + "}]}",
              read.json().get(0),
              name);
        });
  }

  /** A middle level of one field and a struct of one field look alike: what is declared decides. */
  @Test
  void aStructOfOneFieldIsToldFromAMiddleLevelByWhatIsDeclared() throws Exception {
    Path file =
        write(
            "optional group items (LIST) { repeated group item { optional binary sku (STRING); } }",
            row -> row.addGroup("items").addGroup(0).append("sku", "s1"));
    assertEquals(List.of(List.of("s1")), ReadBack.of(file, "items ARRAY<STRING>").column());
    ReadBack structs = ReadBack.of(file, "items ARRAY<STRUCT<sku: STRING>>");
    assertEquals(List.of("s1"), skus(structs.column().get(0)));
    assertEquals(List.of("{\"items\":[{\"sku\":\"s1\"}]}"), structs.json());
  }

  @Test
  void repeatedFieldsAreListsThatAreNeverNull() throws Exception {
    Path file =
        write(
            "required int32 id; repeated binary tags (STRING);"
                + " repeated group items { optional binary sku (STRING); } optional int32 last;",
            row -> {
              row.append("id", 41).append("tags", "p").append("tags", "q");
              row.addGroup("items").append("sku", "s41");
              row.addGroup("items");
            },
            row -> row.append("id", 42));
    ReadBack read = ReadBack.of(file, "tags ARRAY<STRING>, items ARRAY<STRUCT<sku: STRING>>");
    assertEquals(List.of("p", "q"), read.rows().get(0).get(0));
    assertEquals(Arrays.asList("s41", null), skus(read.rows().get(0).get(1)));
    assertEquals(List.of(List.of(), List.of()), read.rows().get(1));
    assertEquals(
        List.of(
            "{\"id\":41,\"tags\":[\"p\",\"q\"],\"items\":[{\"sku\":\"s41\"},{\"sku\":null}],"
                + "\"last\":null}",
            "{\"id\":42,\"tags\":[],\"items\":[],\"last\":null}"),
        read.json());
    assertEquals(List.of("{\"id\":41}", "{\"id\":42}"), read.rescued());
  }

  @Test
  void listsInLists() throws Exception {
    Path three =
        write(
            "optional group m (LIST) { repeated group list { optional group element (LIST) {"
                + " repeated group list { optional int32 element; } } } }",
            row -> {
              Group outer = row.addGroup("m");
              Group inner = outer.addGroup(0).addGroup(0);
              inner.addGroup(0).append("element", 1);
              inner.addGroup(0);
              outer.addGroup(0);
            });
    assertEquals(
        Arrays.asList(Arrays.asList(1, null), null),
        ReadBack.of(three, "m ARRAY<ARRAY<INT>>").column().get(0));
    Path two =
        write(
            "required group m (LIST) { repeated group array (LIST) { repeated int32 array; } }",
            row -> row.addGroup("m").addGroup(0).append("array", 1).append("array", 2));
    ReadBack read = ReadBack.of(two, "m ARRAY<ARRAY<INT>>");
    assertEquals(List.of(List.of(List.of(1, 2))), read.column());
    assertEquals(List.of("{\"m\":[[1,2]]}"), read.json());
  }

  @Test
  void mapsOfEveryForm() throws Exception {
    for (String form :
        List.of(
            "optional group m (MAP) { repeated group key_value {",
            "optional group m (MAP) { repeated group map (MAP_KEY_VALUE) {",
            "optional group m (MAP_KEY_VALUE) { repeated group map {",
            "optional group m (MAP) { repeated group entries {")) {
      Path file =
          write(
              form + " required binary key (STRING); optional int32 value; } }",
              row -> {
                Group map = row.addGroup("m");
                map.addGroup(0).append("key", "a").append("value", 1);
                map.addGroup(0).append("key", "b");
                map.addGroup(0).append("key", "a").append("value", 2);
              },
              row -> row.addGroup("m"),
              row -> {});
      ReadBack read = ReadBack.of(file, "m MAP<STRING, INT>");
      Map<Object, Object> first = new java.util.HashMap<>();
      first.put("a", 2);
      first.put("b", null);
      assertEquals(Arrays.asList(first, Map.of(), null), read.column(), form);
      assertEquals("{\"m\":{\"a\":1,\"b\":null,\"a\":2}}", read.json().get(0));
    }
  }

  @Test
  void mapsWithoutValuesAndWithOtherKeys() throws Exception {
    Path set =
        write(
            "optional group m (MAP) { repeated group key_value { required int32 key (DATE); } }",
            row -> row.addGroup("m").addGroup(0).append("key", 1));
    ReadBack read = ReadBack.of(set, "m MAP<DATE, STRING>");
    assertEquals("{1970-01-02=null}", read.column().get(0).toString());
    assertEquals(List.of("{\"m\":{\"1970-01-02\":null}}"), read.json());
    Path optional =
        write(
            "optional group m (MAP) { repeated group key_value { optional int32 key;"
                + " optional int32 value; } }",
            row -> row.addGroup("m").addGroup(0).append("value", 1));
    ReadBack nulls = ReadBack.of(optional, "m MAP<INT, INT>");
    assertEquals(List.of("column m: a key of the map is null"), nulls.faults());
    assertEquals(List.of("{\"m\":{\"null\":1}}"), nulls.json());
  }

  @Test
  void faultsNameThePlaceOfTheValue() throws Exception {
    Path file =
        write(
            "optional group items (LIST) { repeated group list { optional group element {"
                + " optional int64 qty; optional group by (MAP) { repeated group key_value {"
                + " required binary key (STRING); optional int64 value; } } } } }",
            row -> {
              Group items = row.addGroup("items");
              items.addGroup(0).addGroup(0).append("qty", 1L);
              items.addGroup(0).addGroup(0).append("qty", 1L << 40);
            },
            row ->
                row.addGroup("items")
                    .addGroup(0)
                    .addGroup(0)
                    .addGroup("by")
                    .addGroup(0)
                    .append("key", "k")
                    .append("value", 1L << 40));
    assertEquals(
        List.of(
            "column items[1].qty: 1099511627776 does not fit INT",
            "column items[0].by[k]: 1099511627776 does not fit INT"),
        ReadBack.of(file, "items ARRAY<STRUCT<qty: INT, by: MAP<STRING, INT>>>").faults());
  }

  @Test
  void fieldsOfStructsThatAreNotDeclaredAreRescuedAndMissingOnesAreNull() throws Exception {
    Path file =
        write(
            "optional group place { optional binary Name (STRING); optional group more {"
                + " repeated int32 ns; } }",
            row -> {
              Group place = row.addGroup("place").append("Name", "JFK");
              place.addGroup("more").append("ns", 1).append("ns", 2);
            });
    ReadBack read = ReadBack.of(file, "place STRUCT<name: STRING, absent: INT>");
    Map<?, ?> place = (Map<?, ?>) read.column().get(0);
    assertEquals("{name=JFK, absent=null}", place.toString());
    assertEquals(List.of("{\"place.more\":{\"ns\":[1,2]}}"), read.rescued());
    assertEquals(List.of("{\"place\":{\"Name\":\"JFK\",\"more\":{\"ns\":[1,2]}}}"), read.json());
    assertEquals(
        List.of("column place.absent: missing, but declared NOT NULL"),
        ReadBack.mismatches(file, "place STRUCT<absent: INT NOT NULL>").stream()
            .map(Problem::problem)
            .toList());
  }

  @Test
  void nullsWhereAValueMustBeAreFaults() throws Exception {
    Path file =
        write(
            "optional group s { optional int32 a; } optional int32 b;",
            row -> row.addGroup("s"),
            row -> row.append("b", 1));
    ReadBack read = ReadBack.of(file, "s STRUCT<a: INT NOT NULL>, b INT NOT NULL");
    assertEquals(List.of("column s.a: null, but declared NOT NULL"), read.faults());
    assertEquals(1, read.rows().size());
  }

  private static List<Object> skus(Object items) {
    return ((List<?>) items).stream().map(item -> (Object) ((Map<?, ?>) item).get("sku")).toList();
  }

  @SafeVarargs
  private ReadBack readBack(String fields, String ddl, Consumer<Group>... rows) {
    try {
      return ReadBack.of(write(fields, rows), ddl);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @SafeVarargs
  private Path write(String fields, Consumer<Group>... rows) throws java.io.IOException {
    Path file = HandBuilt.write(folder.resolve("rows.parquet"), fields, List.of(rows));
    assertTrue(file.toFile().length() > 0);
    return file;
  }
}
