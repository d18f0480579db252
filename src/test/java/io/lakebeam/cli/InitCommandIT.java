package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.demo.EmbeddedBroker;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.Pem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What init makes is right, passes its tests and takes all of the data that it was made for. */
@Timeout(300)
class InitCommandIT {
  private static final Pattern EPOCH =
      Pattern.compile("epoch 1 +in +([\\d,]+) +out +([\\d,]+) +quarantined +([\\d,]+) .*");

  @TempDir Path dir;
  private TestingConsole console;

  @BeforeEach
  void start() {
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
  }

  private Path data(String name, String text) throws IOException {
    return data(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Path data(String name, byte[] bytes) throws IOException {
    Path file = dir.resolve("data").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  /** Starts project p for the data and tries it; answers its pipeline file. */
  private String accepted(String from, int records) throws IOException {
    assertEquals(0, console.type("init", "p", "--from", from), console.err());
    return runs(records);
  }

  private String runs(int records) throws IOException {
    String files = console.out();
    String texts = "";
    for (String file : files.lines().toList()) {
      texts += "--- " + file + "\n" + Files.readString(dir.resolve(file));
    }
    assertEquals(0, console.type("validate", "p"), console.out() + texts);
    assertTrue(console.out().endsWith("no problems\n"), console.out());
    assertEquals(0, console.type("test", "p"), console.out() + console.err() + texts);
    assertEquals(0, console.type("run", "p"), console.err() + texts);
    Matcher epoch =
        console
            .out()
            .lines()
            .map(EPOCH::matcher)
            .filter(Matcher::matches)
            .findFirst()
            .orElseThrow();
    String all = String.format(java.util.Locale.ROOT, "%,d", records);
    assertEquals(List.of(all, all, "0"), List.of(epoch.group(1), epoch.group(2), epoch.group(3)));
    assertEquals(0, console.type("quarantine", "summary", "p", "--output", "json"), texts);
    return Files.readString(dir.resolve("p/pipeline.yaml"));
  }

  private String file(String name) throws IOException {
    return Files.readString(dir.resolve("p").resolve(name));
  }

  private static String schema(String pipeline) {
    Matcher schema = Pattern.compile("schema: >-\n((?: {6}.*\n)+)").matcher(pipeline);
    assertTrue(schema.find(), pipeline);
    return schema.group(1).replaceAll("\\s+", " ").strip();
  }

  private static Set<String> rules(String expectations) {
    return new TreeSet<>(
        expectations
            .lines()
            .filter(line -> line.startsWith("  expect: "))
            .map(line -> line.substring("  expect: ".length()))
            .toList());
  }

  @Test
  void aProjectWithDataOfItsOwnRunsAsItIs() throws IOException {
    assertEquals(0, console.type("init", "coffee"));
    assertEquals(
        """
        next:
          cd coffee
          lakebeam test .
          lakebeam run .
          lakebeam show lake/sales_by_shop
        """,
        console.err());
    assertTrue(Files.exists(dir.resolve("coffee/.gitignore")));
    TestingConsole inside = new TestingConsole(dir.resolve("coffee"));
    assertEquals(0, inside.type("validate", "."), inside.out());
    assertEquals(0, inside.type("test", "."), inside.out());
    assertEquals("2 tests passed\n", inside.err());
    assertEquals(0, inside.type("run", "."), inside.err());
    assertEquals(0, inside.type("show", "lake/sales_by_shop"), inside.err());
    assertTrue(inside.out().contains("Lisbon       2   5.80\n"), inside.out());

    String before = Files.readString(dir.resolve("coffee/pipeline.yaml"));
    assertEquals(1, console.type("init", "coffee"));
    assertTrue(console.err().contains("the folder is not empty"), console.err());
    assertEquals(before, Files.readString(dir.resolve("coffee/pipeline.yaml")));
  }

  @Test
  void csvWithAHeader() throws IOException {
    StringBuilder csv =
        new StringBuilder(
            "order_id,zip,phone,Ordered At,on,paid,weight,price,serial,status,posted,amount,note\n");
    for (int i = 0; i < 100; i++) {
      csv.append(7000 + i)
          .append(",0")
          .append(1000 + i)
          .append(",49301234")
          .append(",2024-01-02T03:04:05Z,2024-02-")
          .append(10 + i % 10)
          .append(i % 2 == 0 ? ",true," : ",FALSE,")
          .append(i % 7 == 0 ? "NA" : i + ".25")
          .append(",1.5")
          .append(",")
          .append("9223372036854775808")
          .append(i % 3 == 0 ? ",open," : ",closed,")
          .append("03/04/2024,\"1,50\",")
          .append(i % 10 == 0 ? "12" : "\"a \"\"b\"\"\nc\"")
          .append("\n");
    }
    data("orders-2024-01-02.csv", csv.toString());
    String pipeline = accepted("data/orders-2024-01-02.csv", 100);
    assertEquals(
        "order_id BIGINT, zip STRING, phone STRING, Ordered_At TIMESTAMP, `on` DATE, paid BOOLEAN, weight DOUBLE,"
            + " price DECIMAL(18,2), serial DECIMAL(38,0), status STRING, posted STRING,"
            + " amount STRING, note STRING",
        schema(pipeline));
    assertTrue(pipeline.contains("    files: ../data/*.csv\n"), pipeline);
    assertTrue(pipeline.contains("format: {csv: {null_value: \"NA\"}}\n"), pipeline);
    assertTrue(pipeline.contains("      \"Ordered At\": Ordered_At\n"), pipeline);
    assertEquals(
        Set.of(
            "\"order_id IS NOT NULL\"",
            "\"weight IS NULL OR weight >= 0\"",
            "\"Ordered_At <= _ingested_at + INTERVAL '1' DAY\""),
        rules(file("expectations/orders.yaml")));
    String query = file("transforms/orders.sql");
    assertTrue(query.contains("kept as text\n  zip,\n"), query);
    assertTrue(query.contains("kept as text\n  phone,\n"), query);
    assertTrue(query.contains("left as text\n  posted,\n"), query);
    assertTrue(query.contains("AS DECIMAL(18,2)) would make it a number\n  amount,\n"), query);
  }

  @Test
  void semicolonsAndNoHeader() throws IOException {
    data("a.csv", "1;Ulm;2,5\n2;'Bad; Wurzach';3,5\n3;Köln;4,0\n".replace("'", "\""));
    String pipeline = accepted("data/a.csv", 3);
    assertEquals("column_1 INT, column_2 STRING, column_3 STRING", schema(pipeline));
    assertTrue(pipeline.contains("{csv: {delimiter: \";\", header: false}}"), pipeline);
  }

  @Test
  void otherSignsAndEncodings() throws IOException {
    data("t.txt", "id\tname\n1\ta|b\n2\t'c\n".getBytes(StandardCharsets.UTF_16LE));
    data("t.txt", concat("\uFEFF".getBytes(StandardCharsets.UTF_16LE), read("data/t.txt")));
    assertEquals("id BIGINT, name STRING", schema(accepted("data/t.txt", 2)));
    again();
    data("w.csv", "id|stadt\n1|K\u00f6ln\n2|Ulm\n".getBytes(Charset.forName("windows-1252")));
    String pipeline = accepted("data/w.csv", 2);
    assertTrue(pipeline.contains("{delimiter: \"|\", encoding: windows-1252}"), pipeline);
    assertEquals(2, rules(file("expectations/w.yaml")).size());
    assertTrue(file("tests/w.yaml").contains("stadt: Köln\n"), file("tests/w.yaml"));
    again();
    data("q.csv", "id,say\n1,'a,b'\n2,'c'\n3,'d'\n");
    assertTrue(accepted("data/q.csv", 3).contains("{csv: {quote: \"'\"}}"));
    again();
    data("e.csv", "id,say\n1,\"a \\\"b\\\", c\"\n2,\"d\"\n");
    assertTrue(accepted("data/e.csv", 2).contains("{csv: {escape: \"\\\\\"}}"));
    again();
    data("lines.log", "something happened\nsomething else, too\n");
    assertTrue(accepted("data/lines.log", 2).contains("format: text\n"));
  }

  private byte[] read(String name) throws IOException {
    return Files.readAllBytes(dir.resolve(name));
  }

  private static byte[] concat(byte[] one, byte[] other) {
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(one);
    both.writeBytes(other);
    return both.toByteArray();
  }

  private void again() throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        if (!path.equals(dir)) {
          Files.delete(path);
        }
      }
    }
  }

  @Test
  void jsonLines() throws IOException {
    data(
        "events.jsonl",
        """
        {"id": "a1", "at": "2024-05-06T07:08:09.5Z", "user": {"name": "Ann", "age": 40, "tags": ["x"]}, "price": 1.50, "any": 1}
        {"id": "a2", "at": "2024-05-06 07:08", "user": {"name": "Bob", "home": {"lat": 1.5}}, "price": 2, "any": {"k" : 1}}
        {"id": "a3", "user": null, "price": 12345678901234567.25, "many": [], "zip": "00123"}
        """);
    String pipeline = accepted("data/events.jsonl", 3);
    assertEquals(
        "id STRING, at TIMESTAMP, `user` STRUCT<name: STRING, age: INT, tags: ARRAY<STRING>, home:"
            + " STRUCT<lat: DOUBLE>>, price DECIMAL(38,2), any STRING, many ARRAY<STRING>, zip STRING",
        schema(pipeline).replace("`any`", "any"));
    assertTrue(pipeline.contains("{json: {strings: keep_json}}"), pipeline);
    assertTrue(pipeline.contains("# Always there in the 3 records looked at: id, price.\n"));
    assertTrue(file("transforms/events.sql").contains("is kept as JSON text\n"));
  }

  @Test
  void jsonDocumentsInAFolderPacked() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(
          "[\n {\"id\": 1,\n \"n\": 2.5},\n {\"id\": 2}\n]".getBytes(StandardCharsets.UTF_8));
    }
    data("day=1/a.json.gz", packed.toByteArray());
    data("day=2/b.json", "[\n {\"id\": 3, \"more\": true}\n]");
    data("day=2/_done", "not, \"json");
    String pipeline = accepted("data", 3);
    assertEquals("id BIGINT, n DOUBLE, more BOOLEAN", schema(pipeline));
    assertTrue(pipeline.contains("\"../data/*/*{.json,.json.gz}\""), pipeline);
    assertTrue(pipeline.contains("{json: {multi_line: true}}"), pipeline);
    assertTrue(pipeline.contains("  bronze_p:\n"), pipeline);
  }

  @Test
  void parquetHasItsOwnTypes() throws IOException {
    try (InputStream file =
        InitCommandIT.class.getResourceAsStream("/io/lakebeam/source/parquet/arrow.parquet")) {
      data("arrow.parquet", file.readAllBytes());
    }
    assertEquals(0, console.type("init", "p", "--from", "data/arrow.parquet"), console.err());
    Matcher looked = Pattern.compile("a look at (\\d+) record").matcher(file("pipeline.yaml"));
    assertTrue(looked.find());
    String pipeline = runs(Integer.parseInt(looked.group(1)));
    assertTrue(pipeline.contains("format: parquet\n"), pipeline);
  }

  @Test
  void hostileNames() throws IOException {
    List<String> names =
        List.of(
            "select",
            "a b",
            "x.y",
            "it's",
            "\"q\"",
            "l\nm",
            "_raw",
            "_position",
            "Größe",
            "a  b",
            "A_B",
            "${HOME}",
            "c:d#e",
            "`t`",
            "\u202ertl",
            "1st",
            "a,b",
            "{x}",
            "*",
            "-",
            "null",
            "current_date",
            "日本",
            "_ingested_at",
            "tr\\ap",
            "%s",
            "\u0085",
            "😀",
            "x".repeat(300));
    String header = names.stream().map(InitCommandIT::cell).collect(Collectors.joining(","));
    String row =
        IntStream.range(0, names.size()).mapToObj(i -> "v" + i).collect(Collectors.joining(","));
    data("bad names ${X} [1] é.csv", header + "\n" + row + "\n" + row.replace("v", "w") + "\n");
    String pipeline = accepted("data/bad names ${X} [1] é.csv", 2);
    assertTrue(pipeline.contains("\"_raw\": raw\n"), pipeline);
    assertEquals(0, console.type("show", "p/lake/bad_names_x_e", "--output", "json"));
    for (int i = 0; i < names.size(); i++) {
      assertTrue(console.out().contains("\"v" + i + "\""), i + " " + console.out());
    }
    again();
    String object =
        names.stream()
            .map(
                name ->
                    com.fasterxml.jackson.databind.node.TextNode.valueOf(name) + ": {\"a b\": 1}")
            .collect(Collectors.joining(", ", "{", ", \"id\": 1}\n"));
    data("j.json", object + object.replace("1}", "2}"));
    accepted("data/j.json", 2);
  }

  private static String cell(String text) {
    return "\"" + text.replace("\"", "\"\"") + "\"";
  }

  @Test
  void namesThatComeTwiceOrAreMissing() throws IOException {
    data("a.csv", "id,phone,phone,,x\n1,+49,030,a,b\n2,+48,031,c,d\n");
    String pipeline = accepted("data/a.csv", 2);
    assertEquals(
        "id BIGINT, phone STRING, phone_2 STRING, column_4 STRING, x STRING", schema(pipeline));
    assertTrue(pipeline.contains("{header: false, skip_lines: 1}"), pipeline);
  }

  @Test
  void manyColumns() throws IOException {
    String header =
        IntStream.range(0, 300).mapToObj(i -> "c" + i).collect(Collectors.joining("\t"));
    String row =
        IntStream.range(0, 300).mapToObj(String::valueOf).collect(Collectors.joining("\t"));
    data("wide.tsv", header + "\r\n" + row + "\r\n" + row + "\r\n");
    String pipeline = accepted("data/wide.tsv", 2);
    assertTrue(schema(pipeline).endsWith("c299 INT"), pipeline);
  }

  @Test
  void filesBesideThatAreOthersAreNotRead() throws IOException {
    data("of [1] {x} $${y}/a*.csv", "id,x\n1,2\n");
    data("of [1] {x} $${y}/b.csv", "id,y\n1,2\n");
    assertTrue(
        accepted("data/of [1] {x} $${y}/a*.csv", 1)
            .contains("files: \"../data/of ?1? ?x? $$?y?/a?.csv\"\n"));
    again();
    data("a.csv", "id,x\n1,2\n");
    data("b.csv", "id,x\n2,3\n");
    assertTrue(accepted("data/a.csv", 2).contains("files: ../data/*.csv\n"));
  }

  @Test
  void recordsThatAreNoneAreTold() throws IOException {
    data("a.jsonl", "{\"id\": 1}\n{\"id\": 2}\nnot json\n{\"id\": 3}\n");
    assertEquals(0, console.type("init", "p", "--from", "data/a.jsonl"), console.err());
    assertTrue(
        console.err().contains("1 of 4 records cannot be read and would go to the quarantine: "),
        console.err());
    assertEquals(0, console.type("test", "p"), console.out());
  }

  @Test
  void newestMessagesOfATopic() throws Exception {
    String hub =
        "Endpoint=sb://localhost/;SharedAccessKeyName=k;SharedAccessKey=hunter2hunter2=;EntityPath=orders";
    try (EmbeddedBroker broker = EmbeddedBroker.start(dir.resolve("broker"), hub)) {
      broker.createTopic("orders", 2);
      broker.createTopic("empty", 1);
      Map<String, Object> settings = new HashMap<>(broker.clientProperties());
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
        for (int i = 0; i < 40; i++) {
          String order =
              "{\"order_id\": " + i + ", \"at\": \"2024-01-01T00:00:00Z\", \"n\": {\"m\": 1}}";
          producer.send(new ProducerRecord<>("orders", i % 2, null, order)).get();
        }
      }
      Secrets.provide("EVENTHUBS_CONNECTION_STRING", hub);
      Secrets.provide("TRUST", Pem.certificate(broker.clientProperties()));
      String[] trusted = {
        "--bootstrap-servers",
        broker.bootstrapServers(),
        "--property",
        "ssl.truststore.type=PEM",
        "--property",
        "ssl.truststore.certificates=${TRUST}"
      };
      assertEquals(0, topic("event_hubs:orders", trusted), console.err());
      String pipeline = runs(40);
      assertEquals("order_id BIGINT, at TIMESTAMP, n STRUCT<m: INT>", schema(pipeline));
      assertTrue(pipeline.contains("connection_string: ${EVENTHUBS_CONNECTION_STRING}\n"));
      assertFalse(pipeline.contains("hunter2"), pipeline);
      again("p");

      assertEquals(1, topic("event_hubs:nothing", trusted));
      assertFalse(console.err().contains("hunter2"), console.err());
      Secrets.forget("EVENTHUBS_CONNECTION_STRING");
      assertEquals(1, topic("event_hubs:orders", trusted));
      assertTrue(console.err().contains("EVENTHUBS_CONNECTION_STRING"), console.err());
      assertFalse(Files.exists(dir.resolve("p")));
    } finally {
      List.of("EVENTHUBS_CONNECTION_STRING", "TRUST").forEach(Secrets::forget);
    }
  }

  private void again(String folder) throws IOException {
    try (Stream<Path> all = Files.walk(dir.resolve(folder))) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private int topic(String from, String... options) {
    return console.type(
        Stream.concat(Stream.of("init", "p", "--from", from), Stream.of(options))
            .toArray(String[]::new));
  }

  @Test
  void whatCannotBeLeavesNothing() throws IOException {
    data("empty.csv", "");
    data("blank.csv", "\n \n");
    data("header.csv", "id,name\n");
    data("garbage.csv", new byte[] {1, 2, 0, (byte) 0xFF, 3, 4, 5, 6, 7, 8, 9, 10});
    data("cut.csv.gz", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3});
    data("cut.parquet", "PAR1\u0015cut off".getBytes(StandardCharsets.ISO_8859_1));
    data("a.zip", "PK\u0003\u0004rest");
    data("words.json", "no json\nat all\n");
    data("mixed/a.csv", "id\n1\n");
    data("mixed/b.json", "{\"id\": 1}\n");
    Files.createDirectories(dir.resolve("data/none"));
    refused(1, "there is no data/nowhere.csv", "p", "--from", "data/nowhere.csv");
    refused(1, "data/empty.csv is empty", "p", "--from", "data/empty.csv");
    refused(1, "data/blank.csv is empty", "p", "--from", "data/blank.csv");
    refused(1, "data/header.csv has one line only", "p", "--from", "data/header.csv");
    refused(1, "is no data that can be looked at", "p", "--from", "data/garbage.csv");
    refused(1, "cannot be unpacked as gzip", "p", "--from", "data/cut.csv.gz");
    refused(1, "cannot be read as Parquet", "p", "--from", "data/cut.parquet");
    refused(1, "files that end in .zip cannot be read", "p", "--from", "data/a.zip");
    refused(1, "cannot be read as JSON", "p", "--from", "data/words.json");
    refused(1, "files of more than one format", "p", "--from", "data/mixed");
    refused(1, "there is no file in data/none", "p", "--from", "data/none");
    refused(2, "for example my_shop", "My Shop");
    refused(2, "starts with a letter", "../p");
    refused(2, "starts with a letter", "");
    refused(2, "a topic needs --bootstrap-servers", "p", "--from", "kafka:orders");
    refused(2, "a topic's name", "p", "--from", "kafka:");
    refused(2, "go with --from kafka:TOPIC", "p", "--bootstrap-servers", "localhost:1");
    refused(
        1,
        "secret",
        "p",
        "--from",
        "kafka:orders",
        "--bootstrap-servers",
        "localhost:1",
        "--property",
        "ssl.keystore.key=hunter2hunter2");
    assertFalse(console.err().contains("hunter2"), console.err());
    Files.writeString(dir.resolve("taken"), "");
    assertEquals(1, console.type("init", "taken"));
    assertTrue(console.err().contains("it is a file"), console.err());
    // An empty folder is as good as none, and a word of YAML as good a name as others.
    Files.createDirectory(dir.resolve("true"));
    assertEquals(0, console.type("init", "true"), console.err());
    assertEquals(0, console.type("validate", "true"), console.out());
  }

  @Test
  void oneRecordIsEnough() throws IOException {
    data("one.csv", "7,Ulm,2024-01-01\n");
    assertTrue(schema(accepted("data/one.csv", 1)).startsWith("column_1 INT, column_2 STRING"));
  }

  private void refused(int code, String words, String... arguments) throws IOException {
    Set<String> before = below();
    String[] typed = Stream.concat(Stream.of("init"), Stream.of(arguments)).toArray(String[]::new);
    assertEquals(code, console.type(typed), console.out() + console.err());
    assertTrue(console.err().contains(words), console.err());
    assertFalse(console.err().contains("Exception"), console.err());
    assertEquals("", console.out());
    assertEquals(before, below());
  }

  private Set<String> below() throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      return new TreeSet<>(all.map(Path::toString).toList());
    }
  }
}
