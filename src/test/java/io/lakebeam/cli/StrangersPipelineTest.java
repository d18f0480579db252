package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code validate} on files of somebody who wants it to tell, or to hang. */
class StrangersPipelineTest {
  /** In parts that messages may show alone, in upper or lower case. */
  private static final List<String> CANARY = List.of("ghp_tops3cret", "w0rdtwo", "third0ne");

  private static final int CANARIES = Integer.getInteger("lakebeam.fuzz.rounds", 0) > 0 ? 8 : 3;

  private static final String SOURCE =
      """
      pipeline: p
      sources:
        events: {files: in/*.json, format: json, schema: "id BIGINT, name STRING"}
      """;

  private static final String GOOD =
      SOURCE + "datasets:\n  bronze: {streaming_table: {from: events}}\n";

  @TempDir Path dir;

  private String validate(String yaml, String canary, String... options) {
    return told("validate", yaml, canary, options);
  }

  private String told(String command, String yaml, String canary, String... options) {
    new TestingPipeline(dir).yaml(yaml);
    // Whatever the pipeline asks for is set.
    TestingConsole console = new TestingConsole(dir, name -> canary);
    String[] arguments = new String[2 + options.length];
    arguments[0] = command;
    arguments[1] = "p";
    System.arraycopy(options, 0, arguments, 2, options.length);
    int code = console.type(arguments);
    assertTrue(code == 0 || code == 1, () -> yaml + console.err());
    String output = console.out() + console.err();
    assertFalse(output.contains("unexpected error"), output);
    return output;
  }

  /** A value that is one word, one that is a sentence, one that is a path, and so on. */
  private static List<String> canaries() {
    return List.of(
        String.join("", CANARY),
        String.join(" ", CANARY),
        String.join("-", CANARY),
        "/" + String.join("/", CANARY),
        String.join(" BIGINT, ", CANARY) + " WRONG",
        String.join("'", CANARY),
        "https://" + String.join(".", CANARY) + "/x",
        String.join("", CANARY).toUpperCase(Locale.ROOT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pipeline: ${V}",
        "description: ${V}",
        "lake: ${V}",
        "commit_every: ${V}",
        "commit_every: \"${V}s\"",
        "max_rows_per_epoch: ${V}",
        "parameters: {year: \"${V}\"}",
        "functions: {F: \"${V}\"}",
        "storage: {azure: {\"${V}\": {account_key: \"${K}\"}}}",
        "storage: {azure: {\"${V}\": {managed_identity: {}}}}",
        "storage: {azure: {a: {oauth: {tenant: \"${V}\", client_id: \"${V}\", client_secret: x}}}}",
        "storage: {s3: {\"${V}\": {access_key: \"${K}\"}}}",
        "storage: {s3: {b: {endpoint: \"${V}\", path_style: \"${V}\"}}}",
        "storage: {gcs: {endpoint: \"${V}\", service_account_key_file: \"${V}\"}}",
        "storage: {properties: {\"${V}\": 1}}",
        "storage: {properties: {fs.azure.abfs.endpoint: \"${V}\"}}",
        "storage: \"${V}\"",
        "no_such_key: ${V}",
        "sources: {s: {files: \"${V}\", format: \"${V}\", schema: \"id INT\"}}",
        "sources: {s: {files: \"x\", format: json, schema: \"${V}\"}}",
        "sources: {s: {files: \"x\", format: json, schema: \"id ${V}\"}}",
        "sources: {s: {files: \"x\", format: {csv: {delimiter: \"${V}\"}}, schema: \"id INT\"}}",
        "sources: {s: {files: \"x\", format: {csv: {encoding: \"${V}\"}}, schema: \"id INT\"}}",
        "sources: {s: {files: \"x\", format: {avro: {schema_file: \"${V}\"}}, schema: \"id INT\"}}",
        "sources: {s: {event_hubs: {namespace: \"${V}\", event_hub: \"${V}\"}, format: json, schema:"
            + " \"id INT\"}}",
        "sources: {s: {kafka: {bootstrap_servers: \"${V}\", topic: \"${V}\"}, format: json,"
            + " starting_offsets: \"${V}\", schema: \"id INT\"}}",
        "sources: {s: {kafka: {bootstrap_servers: \"a:1\", topic: t, properties: {a: \"${V}\"}},"
            + " format: json, schema: \"id INT\"}}",
        "datasets: {d: {streaming_table: {from: \"${V}\"}}}",
        "datasets: {d: {streaming_table: {from: events}, partition_by: [\"${V}\"]}}",
        "datasets: {d: {layer: \"${V}\", streaming_table: {from: events}}}",
        "datasets: {d: {streaming_table: {from: events}, expect: \"${V}\"}}",
        "datasets: {d: {streaming_table: {from: events}, expect: {r: \"${V}\"}}}",
        "datasets: {d: {streaming_table: {from: events}, expect: {r: \"id > '${V}'\"}}}",
        "datasets: {d: {streaming_table: {from: events}, expect: {r: {expect: \"id > 0\","
            + " on_violation: \"${V}\"}}}}",
        "datasets: {d: {materialized_view: \"${V}\"}}",
        "datasets: {d: {materialized_view: \"${V}.sql\"}}",
        "datasets: {d: {materialized_view: {sql: \"${V}\"}}}",
        "datasets: {d: {materialized_view: {sql: \"SELECT ${V} FROM events\"}}}",
        "datasets: {d: {streaming_table: {sql: \"SELECT id AS ${V} FROM events\"}}}",
        "datasets: {d: {streaming_table: {sql: \"SELECT id AS `${V}` FROM events\"}, partition_by:"
            + " [nothing]}}",
        "datasets: {d: {streaming_table: {sql: \"SELECT id FROM ${V}\"}}}",
        "datasets: {d: {streaming_table: {sql: \"SELECT ${V}(id) FROM events\"}}}",
        "datasets: {d: {streaming_table: {sql: \"SELECT id + '${V}' FROM nowhere\"}}}",
        "datasets: {d: {streaming_table: {transform: \"${V}\", from: [\"${V}\"]}}}",
      })
  void noValueOfTheEnvironmentIsTold(String line) {
    String key = line.substring(0, line.indexOf(':') + 1);
    String yaml =
        GOOD.contains("\n" + key) || GOOD.startsWith(key)
            ? key.equals("sources:")
                ? "pipeline: p\n"
                    + line
                    + "\ndatasets: {d: {streaming_table: {sql: SELECT x FROM s}}}"
                : key.equals("datasets:")
                    ? SOURCE + line
                    : GOOD.replaceFirst("(?m)^" + key + ".*", "x: 1") + line
            : GOOD + line;
    List<String> canaries = canaries();
    // A few for each place, others for the next one.
    int first = Math.floorMod(line.hashCode(), canaries.size());
    for (int i = 0; i < CANARIES; i++) {
      String canary = canaries.get((first + i * 3) % canaries.size());
      String output =
          i % 2 == 0 ? validate(yaml, canary) : validate(yaml, canary, "--output", "json");
      String lower = output.toLowerCase(Locale.ROOT);
      CANARY.forEach(part -> assertFalse(lower.contains(part), canary + " in\n" + output));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"graph", "run", "tables", "doctor", "validate"})
  void noCommandTellsThem(String command) {
    String wordy = String.join("", CANARY);
    for (String datasets :
        List.of(
            "bronze: {streaming_table: {from: events}, partition_by: [\"${HOME_OF_IT}\"]}",
            "bronze: {streaming_table: {from: \"${HOME_OF_IT}\"}}",
            "bronze: {streaming_table: {sql: \"SELECT id AS a, ${HOME_OF_IT} FROM events\"}}")) {
      String output = told(command, SOURCE + "datasets:\n  " + datasets, wordy);
      assertTrue(output.contains("${HOME_OF_IT}"), output);
      CANARY.forEach(part -> assertFalse(output.toLowerCase(Locale.ROOT).contains(part), output));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"graph", "run", "tables", "doctor", "history", "vacuum"})
  void whatIsNamedAsASecretIsToldAsItsReference(String command) {
    String secret = "tops3cret-" + command;
    String of = command.equals("history") ? "/bronze" : "";
    String yaml =
        GOOD.replace("in/*.json", "in/${MY_API_TOKEN}/*.json") + "lake: \"${MY_API_TOKEN}://x\"\n";
    new TestingPipeline(dir).yaml(yaml);
    TestingConsole console = new TestingConsole(dir, name -> secret);
    for (String output : List.of("text", "json")) {
      console.type(command, "p" + of, "--output", output);
      String told = console.out() + console.err();
      assertFalse(told.contains(secret), told);
      assertFalse(told.contains("unexpected:"), told);
      assertTrue(told.length() > 10, "nothing is told");
    }
  }

  @Test
  void namesEndWithTheirLastLetter() {
    String told = validate(GOOD.replace("pipeline: p", "pipeline: \"e17\\n\""), "hidden");
    assertTrue(told.contains("pipeline takes"), told);
  }

  @Test
  void classesOfTheLibrariesAreNotForPipelines() {
    String yaml =
        GOOD
            + "  t: {streaming_table: {transform: org.apache.beam.sdk.transforms.Flatten$PCollections,"
            + " from: [events]}}\n"
            + "functions: {F: java.lang.ProcessBuilder}\n";
    String told = validate(yaml, "hidden");
    assertTrue(told.contains("java.lang.ProcessBuilder is neither"), told);
    assertTrue(told.contains("is a class of Lakebeam's libraries"), told);
    assertFalse(validate(yaml, "hidden", "--trust").contains("of Lakebeam's libraries"));
  }

  @Test
  void aParameterIsToldAsItStandsInTheFile() {
    String told =
        validate(GOOD + "parameters: {kind: nonsense}\ncommit_every: \"${kind}\"\n", "hidden");
    assertTrue(told.contains("commit_every"), told);
  }

  private static Map<String, String> nasty() {
    Map<String, String> nasty = new TreeMap<>();
    String table = "\n  bronze: {streaming_table: {from: events}}\n";
    nasty.put("long property", GOOD + "storage: {properties: {a: " + "a".repeat(200_000) + "}}");
    nasty.put(
        "passwords",
        GOOD
            + IntStream.range(0, 20)
                .mapToObj(i -> "x" + i + ": " + "password".repeat(612) + "\n")
                .collect(Collectors.joining()));
    nasty.put("one password line", GOOD + "x: " + "password".repeat(100_000));
    nasty.put("blanks", GOOD + "x: \"" + "password     ".repeat(70_000) + "\"");
    nasty.put("open references", GOOD + "description: \"" + "${a:-".repeat(180_000) + "\"");
    nasty.put("broken references", GOOD + "description: \"" + "${".repeat(400_000) + "\"");
    nasty.put("unset references", GOOD + "lake: \"" + "${N}".repeat(200_000) + "\"");
    nasty.put("class name", GOOD + "functions: {F: " + "a.".repeat(400_000) + "b}");
    nasty.put("name", "pipeline: " + "a".repeat(900_000) + "\n" + GOOD.replaceFirst(".*\n", ""));
    nasty.put("key", GOOD + "k".repeat(100_000) + ": 1\n");
    nasty.put("keys", GOOD + keys(20_000, i -> "k" + i + ": 1\n"));
    nasty.put(
        "emoji keys", GOOD + "description: \ud83d\ude00\n" + keys(20_000, i -> "k" + i + ": 1\n"));
    nasty.put(
        "wide schema",
        GOOD.replace("id BIGINT", keys(60_000, i -> "c" + i + " INT, ") + "id BIGINT"));
    nasty.put(
        "deep schema",
        GOOD.replace("BIGINT", "ARRAY<".repeat(50_000) + "INT" + ">".repeat(50_000)));
    nasty.put(
        "datasets",
        SOURCE + "datasets:\n" + keys(20_000, i -> "  d" + i + ": {streaming_table: {from: e}}\n"));
    nasty.put(
        "partitions",
        GOOD.replace(
            "{from: events}}",
            "{from: events}, partition_by: [" + keys(30_000, i -> "c" + i + ", ") + "x]}"));
    nasty.put(
        "rules",
        GOOD.replace(
            "{from: events}}",
            "{from: events}, expect: {"
                + keys(500, i -> "r" + i + ": \"i > 0\", ")
                + "x: \"id > 0\"}}"));
    nasty.put("comments", query("SELECT 1 " + "/*".repeat(300_000)));
    nasty.put("operators", query("SELECT id" + " + 1".repeat(100_000) + " AS n FROM events"));
    nasty.put(
        "parentheses",
        query("SELECT " + "(".repeat(30_000) + "id" + ")".repeat(30_000) + " FROM events"));
    nasty.put(
        "many ORs", query("SELECT id FROM events WHERE id = 1" + " OR id = 2".repeat(20_000)));
    nasty.put("largest sum", query("SELECT id" + " + 1".repeat(49_000) + " AS n FROM events"));
    nasty.put(
        "largest OR", query("SELECT id FROM events WHERE id = 1" + " OR id = 2".repeat(24_000)));
    nasty.put(
        "largest NOT", query("SELECT id FROM events WHERE " + "NOT ".repeat(99_000) + "id = 1"));
    nasty.put("largest minus", query("SELECT " + "- ".repeat(99_000) + "id AS n FROM events"));
    nasty.put(
        "largest CASE",
        query("SELECT CASE" + " WHEN id = 1 THEN 2".repeat(14_000) + " END AS n FROM events"));
    nasty.put(
        "nested CASE",
        query(
            "SELECT "
                + "CASE WHEN id = 1 THEN ".repeat(1_000)
                + "1"
                + " END".repeat(1_000)
                + " AS n FROM events"));
    nasty.put(
        "many columns",
        query("SELECT " + keys(24_000, i -> "id AS c" + i + ", ") + "id FROM events"));
    nasty.put(
        "IN list",
        query("SELECT id FROM events WHERE id IN (" + keys(49_000, i -> i + ",") + "1)"));
    nasty.put(
        "UNIONs",
        query("SELECT id FROM events" + " UNION ALL SELECT id FROM events".repeat(1_900)));
    nasty.put(
        "joins",
        query("SELECT id FROM events" + keys(1_000, i -> " JOIN events e" + i + " ON TRUE")));
    nasty.put(
        "views of views",
        SOURCE
            + "datasets:\n  v0: {view: {sql: SELECT id FROM events}}\n"
            + IntStream.range(1, 40)
                .mapToObj(
                    i ->
                        "  v%d: {view: {sql: SELECT id FROM v%d UNION ALL SELECT id FROM v%d}}\n"
                            .formatted(i, i - 1, i - 1))
                .collect(Collectors.joining())
            + "  t: {streaming_table: {sql: SELECT id FROM v39}}");
    nasty.put(
        "wide views of views",
        SOURCE
            + "datasets:\n  v0: {view: {sql: SELECT id AS a FROM events}}\n"
            + IntStream.range(1, 40)
                .mapToObj(
                    i -> "  v%d: {view: {sql: SELECT a + a AS a FROM v%d}}\n".formatted(i, i - 1))
                .collect(Collectors.joining())
            + "  t: {streaming_table: {sql: SELECT a FROM v14}}");
    for (int depth : List.of(5, 8, 9, 10, 16, 30, 90)) {
      nasty.put("WITH of " + depth, query("WITH " + chain(depth) + " SELECT id FROM w" + depth));
    }
    nasty.put(
        "WITH in a condition",
        query("SELECT id FROM events WHERE id IN (WITH " + chain(30) + " SELECT id FROM w30)"));
    nasty.put(
        "WITH in WITH",
        query("WITH o AS (WITH " + chain(30) + " SELECT id FROM w30) SELECT id FROM o"));
    nasty.put(
        "stars of joins",
        query("WITH " + chain(9).replace("a.id FROM", "a.*, b.* FROM") + " SELECT * FROM w9"));
    nasty.put(
        "aliases",
        SOURCE
            + "x: &x ["
            + "1, ".repeat(9_000)
            + "1]\ny: ["
            + "*x, ".repeat(40)
            + "1]\ndatasets:"
            + table);
    nasty.put("deep", GOOD + "x: " + "[".repeat(20_000));
    nasty.put("indents", GOOD + keys(900, i -> " ".repeat(i) + "k" + i + ":\n"));
    nasty.put("quotes", GOOD + "x: " + "'".repeat(400_000));
    nasty.put("line breaks", GOOD + "description: \"" + "\n\n".repeat(200_000) + "${\"");
    return nasty;
  }

  private static String keys(int count, java.util.function.IntFunction<String> key) {
    return IntStream.range(0, count).mapToObj(key).collect(Collectors.joining());
  }

  /** Named queries, each of which reads the one before it twice. */
  private static String chain(int depth) {
    return "w0 AS (SELECT id FROM events)"
        + IntStream.rangeClosed(1, depth)
            .mapToObj(
                i ->
                    ", w%d AS (SELECT a.id FROM w%d a JOIN w%d b ON a.id = b.id)"
                        .formatted(i, i - 1, i - 1))
            .collect(Collectors.joining());
  }

  private static String query(String sql) {
    return SOURCE + "datasets:\n  t: {streaming_table: {sql: \"" + sql + "\"}}\n";
  }

  static List<String> names() {
    return List.copyOf(nasty().keySet());
  }

  @Test
  void whatUnfoldsTooFarIsToldAndWhatIsLongIsNot() {
    String views =
        SOURCE
            + "datasets:\n"
            + keys(30, i -> "  v" + i + ": {view: {sql: SELECT id FROM events}}\n")
            + "  v: {view: {sql: SELECT id FROM v0"
            + keys(29, i -> " UNION ALL SELECT id FROM v" + (i + 1))
            + "}}\n";
    assertTrue(validate(views, "x").contains("no problems"), validate(views, "x"));
    String told = validate(query("WITH " + chain(16) + " SELECT id FROM w16"), "x");
    assertTrue(told.contains("this query unfolds to more than"), told);
    assertTrue(told.contains("pipeline.yaml:5:"), told);
  }

  /** Each takes less than a twentieth of the bound, which is there for what would hang. */
  @ParameterizedTest
  @MethodSource("names")
  void whateverIsGivenItEnds(String name) {
    String yaml = nasty().get(name);
    String output =
        assertTimeoutPreemptively(Duration.ofSeconds(100), () -> validate(yaml, "value"));
    assertTrue(output.length() < 2_000_000, () -> name + ": " + output.length());
  }
}
