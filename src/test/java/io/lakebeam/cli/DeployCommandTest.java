package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.deploy.TestingDatabricks;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeployCommandTest {
  private static final String PIPELINE =
      """
      pipeline: p
      lake: ${LAKE}
      parameters: {year: "2025"}
      sources:
        events:
          event_hubs: {namespace: n, event_hub: h, connection_string: "${HUB}"}
          format: json
          schema: "id BIGINT, city STRING"
      datasets:
        bronze: {layer: bronze, streaming_table: {from: events}}
        by_city:
          layer: gold
          materialized_view: {sql: "SELECT city, COUNT(*) AS n FROM bronze GROUP BY city"}
      """;

  private static final String PROFILE =
      """
      runner: databricks
      databricks:
        host: ${DATABRICKS_HOST}
        token: ${DATABRICKS_TOKEN}
        volume: /Volumes/main/ops/lakebeam
        node_type_id: n
        variables: {LAKE: "abfss://l@a.dfs.core.windows.net/p"}
        secrets: {HUB: scope/hub}
        tables: {catalog: main, schema: s, warehouse_id: w1}
      """;

  private static final String CREATE_TABLE =
      "CREATE TABLE IF NOT EXISTS `main`.`s`.`by_city` USING DELTA LOCATION"
          + " 'abfss://l@a.dfs.core.windows.net/p/by_city'";
  private static final String SYNC = "MSCK REPAIR TABLE `main`.`s`.`by_city` SYNC METADATA";

  @TempDir Path dir;
  private final TestingDatabricks databricks = TestingDatabricks.start();
  private final Map<String, String> environment =
      new HashMap<>(
          Map.of(
              "DATABRICKS_HOST",
              databricks.host().toString(),
              "DATABRICKS_TOKEN",
              TestingDatabricks.TOKEN));
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void project() throws IOException {
    project = new TestingPipeline(dir).yaml(PIPELINE).file("runners/databricks.yaml", PROFILE);
    Files.createDirectories(dir.resolve("target"));
    Files.write(dir.resolve("target/lakebeam-spark.jar"), new byte[10]);
    console = new TestingConsole(dir, environment::get);
  }

  @AfterEach
  void stop() {
    databricks.close();
  }

  private void isRefused(int code, String why, String... typed) {
    assertEquals(code, console.type(typed), console::err);
    assertTrue(console.err().contains(why), console::err);
    assertFalse(console.err().contains("\tat "), console::err);
    assertFalse(console.err().contains(TestingDatabricks.TOKEN), console::err);
  }

  @Test
  void aBundleIsWrittenWithoutAskingAnybody() {
    assertEquals(0, console.type("deploy", "p", "--set", "year=2026"), console::err);
    Path bundle = dir.resolve("target/bundle/p");
    assertEquals("wrote the bundle " + bundle + "\n", console.out());
    assertTrue(console.err().contains("databricks bundle deploy"), console::err);
    assertTrue(Files.isRegularFile(bundle.resolve("databricks.yml")));
    assertEquals(0, console.type("deploy", "p", "--bundle", "elsewhere"), console::err);
    assertTrue(Files.isRegularFile(dir.resolve("elsewhere/resources/p.job.yml")));
    assertEquals(List.of(), databricks.requests());
  }

  @Test
  void theJobTrustsWhatTheCommandTrusted() throws IOException {
    assertEquals(0, console.type("deploy", "p"), console::err);
    Path job = dir.resolve("target/bundle/p/resources/p.job.yml");
    assertFalse(Files.readString(job).contains("--trust"));
    assertEquals(0, console.type("deploy", "p", "--trust"), console::err);
    assertTrue(Files.readString(job).contains("- --trust\n"), "given to every run");
  }

  @Test
  void submittedRunAndRegistered() {
    databricks.run("{\"state\":\"TERMINATED\",\"termination_details\":{\"code\":\"SUCCESS\"}}");
    assertEquals(0, console.type("deploy", "p", "--submit", "--run", "--register"), console::err);
    assertTrue(console.out().contains("created the job 'lakebeam p', 1000\n"), console::out);
    assertTrue(
        console
            .out()
            .endsWith("the run has succeeded\ndone: " + CREATE_TABLE + "\ndone: " + SYNC + "\n"),
        console::out);
    assertEquals(List.of(CREATE_TABLE, SYNC), databricks.statements());
    assertFalse(Files.exists(dir.resolve("target/bundle")));
    assertEquals("", console.err());
  }

  @Test
  void aSelfTestIsARunAndNothingElse() {
    databricks
        .run("{\"state\":\"TERMINATED\",\"termination_details\":{\"code\":\"SUCCESS\"}}")
        .logs("ok       lake, write: fine\n");
    assertEquals(0, console.type("deploy", "p", "--self-test"), console::err);
    assertTrue(
        console.out().endsWith("ok       lake, write: fine\nthe self-test has passed\n"),
        console::out);
    assertEquals(0, databricks.jobs().size());
    for (String more : List.of("--submit", "--register", "--print-sql", "--bundle=b")) {
      isRefused(
          2, "--self-test does nothing else: give it alone", "deploy", "p", "--self-test", more);
    }
  }

  @Test
  void aRunThatFailsIsAFailureInASentence() {
    databricks
        .run("{\"state\":\"TERMINATED\",\"termination_details\":{\"code\":\"INTERNAL_ERROR\"}}")
        .taskError("there is no lake");
    isRefused(
        1,
        "error: the run 500 has ended as INTERNAL_ERROR\n  cause: there is no lake\n  fix: ",
        "deploy",
        "p",
        "--submit",
        "--run");
  }

  @Test
  void statementsArePrintedForOtherTools() {
    assertEquals(0, console.type("deploy", "p", "--print-sql"), console::err);
    assertEquals(CREATE_TABLE + ";\n" + SYNC + ";\n", console.out());
    assertEquals(0, console.type("deploy", "p", "--register"), console::err);
    assertEquals(0, databricks.files().size());
  }

  /** It is written by another Spark; Unity Catalog reads it all the same. */
  @Test
  void tablesInS3AreRegisteredThoughNoJobWritesThem() {
    project.file(
        "runners/databricks.yaml",
        PROFILE.replace("abfss://l@a.dfs.core.windows.net/p", "s3a://l/p"));
    assertEquals(0, console.type("deploy", "p", "--print-sql"), console::err);
    assertTrue(console.out().contains("LOCATION 's3://l/p/by_city'"), console::out);
    isRefused(1, "the lake ${LAKE} cannot be written to from Databricks", "deploy", "p");
  }

  /** With the default in its place, the job would go on in another lake. */
  @Test
  void aVariableThatOnlyThisMachineHasIsTold() {
    project
        .yaml(PIPELINE.replace("lake: ${LAKE}", "lake: ${LAKE:-abfss://other@a/p}"))
        .file(
            "runners/databricks.yaml", PROFILE.replace("variables: {LAKE:", "variables: {LAKE2:"));
    assertEquals(0, console.type("deploy", "p"), console::err);
    environment.put("LAKE", "abfss://l@a.dfs.core.windows.net/p");
    isRefused(1, "the job would not have ${LAKE}", "deploy", "p");
    assertTrue(console.err().contains("variables: {LAKE: \"${LAKE}\"}"), console::err);
    project.file("runners/databricks.yaml", PROFILE.replaceFirst("\"abfss.*?\"", "\"\\${LAKE}\""));
    assertEquals(0, console.type("deploy", "p"), console::err);
  }

  @Test
  void referenceDataThatAreNotThereAreTold() {
    project.yaml(
        PIPELINE.replace(
            "datasets:",
            "  shops: {reference: shops/*.csv, format: csv, schema: \"id BIGINT\"}\ndatasets:"));
    isRefused(1, "the folder " + dir.resolve("shops") + " does not exist", "deploy", "p");
    project.folder("shops");
    isRefused(1, "there is no file " + dir.resolve("shops/*.csv"), "deploy", "p");
    project.file("shops/one.csv", "id\n1\n");
    assertEquals(0, console.type("deploy", "p"), console::err);
  }

  /** A job has the pipeline's files at another place. */
  @Test
  void filesThatAreNamedByTheirPlaceOnThisMachineAreTold() {
    project.file("shops/one.csv", "id\n1\n").file("transforms/all.sql", "SELECT id FROM bronze");
    String places =
        PIPELINE.replace(
                "datasets:",
                "  shops: {reference: \"ROOT/shops/*.csv\", format: csv, schema: \"id BIGINT\"}\n"
                    + "datasets:")
            + "  silver: {streaming_table: \"ROOT/transforms/all.sql\"}\n";
    project.yaml(places.replace("ROOT/transforms", dir + "/transforms").replace("ROOT/", ""));
    String query = dir.resolve("transforms/all.sql") + " lies outside of the p";
    isRefused(1, "yaml:15:29: a job could not read this: " + query + "roject", "deploy", "p");
    isRefused(
        1, ": a job could not read this: " + query + "ipeline's root", "deploy", "p", "--trust");
    project.yaml(places.replace("ROOT/shops", dir + "/shops").replace("ROOT/", ""));
    isRefused(1, "shops reads " + dir.resolve("shops/*.csv") + " by a path", "deploy", "p");
    assertTrue(console.err().contains("write the path relative to " + dir), console::err);
    project.yaml(places.replace("ROOT/", ""));
    assertEquals(0, console.type("deploy", "p"), console::err);
  }

  @Test
  void secretsAreNotTakenFromHere() {
    isRefused(2, "the job's parameters are no place", "deploy", "p", "--set", "HUB=hunter2");
    assertFalse(console.err().contains("hunter2"), console::err);
    Secrets.forget("HUB");
    project.file(
        "runners/databricks.yaml", PROFILE.replace("scope/hub", "scope/h").replace("HUB", "HUP"));
    isRefused(1, "the job would not have ${HUB}", "deploy", "p");
    environment.remove("DATABRICKS_TOKEN");
    project.file("runners/databricks.yaml", PROFILE);
    isRefused(1, "error: ${DATABRICKS_TOKEN} is not set", "deploy", "p", "--submit");
  }

  /** A value for each place that may hold a secret, none of which may stand anywhere else. */
  private static final Map<String, String> CANARIES =
      Map.of(
          "STORAGE_KEY", "canary+1/Y2FuYXJ5",
          "ST", "canary&2-session",
          "AK", "canary-3-access",
          "SK", "canary-4-secret",
          "APP", "canary-5-app",
          "HUB",
              "Endpoint=sb://n.servicebus.windows.net/;SharedAccessKeyName=k;SharedAccessKey=canary-6",
          "ENTRA", "canary-7-entra",
          "WORD", "canary-8-password",
          "RETRIES", "canary-9-property",
          "GITHUB_TOKEN", "canary-10-token");

  private static final String SECRETIVE =
      """
      pipeline: p
      lake: ${LAKE}
      storage:
        azure:
          a: {account_key: "${STORAGE_KEY}"}
          c: {oauth: {tenant: t, client_id: i, client_secret: "${APP}"}}
        s3: {b: {access_key: "${AK}", secret_key: "${SK}", session_token: "${ST:-}"}}
      sources:
        events:
          event_hubs: {namespace: n, event_hub: h, connection_string: "${HUB}"}
          format: json
          schema: "id BIGINT, city STRING"
        more:
          event_hubs:
            namespace: n
            event_hub: h
            auth: {client_credentials: {tenant: t, client_id: i, client_secret: "${ENTRA}"}}
          format: json
          schema: "id BIGINT, city STRING"
        topic:
          kafka:
            bootstrap_servers: b:9093
            topic: t
            properties:
              security.protocol: SASL_SSL
              sasl.mechanism: PLAIN
              client.rack: "${RETRIES}"
              sasl.jaas.config: 'org.apache.kafka.common.security.plain.PlainLoginModule required username="u" password="${WORD}";'
          format: json
          schema: "id BIGINT, city STRING"
      datasets:
        bronze: {layer: bronze, streaming_table: {flows: [{from: events}, {from: more}, {from: topic}]}}
      """;

  @Test
  void noSecretIsWrittenOrSent() throws IOException {
    environment.putAll(CANARIES);
    StringBuilder secrets = new StringBuilder("secrets: {UNUSED: s/u");
    CANARIES.keySet().forEach(name -> secrets.append(", ").append(name).append(": scope/x"));
    project
        .yaml(SECRETIVE)
        .file("runners/databricks.yaml", PROFILE.replace("secrets: {HUB: scope/hub", secrets + ""));
    // The cluster signs in to stores; what it lacks is told, and written as told.
    assertEquals(1, console.type("deploy", "p"), console::err);
    assertNoCanary();
    String lines =
        console
            .err()
            .lines()
            .filter(line -> line.startsWith("      spark.hadoop."))
            .map(line -> line.substring(4) + "\n")
            .collect(Collectors.joining());
    project.file(
        "runners/databricks.yaml",
        PROFILE.replace("secrets: {HUB: scope/hub", secrets + "") + "spark_conf:\n" + lines);
    assertEquals(0, console.type("deploy", "p"), console::err);
    assertNoCanary();
    assertEquals(0, console.type("deploy", "p", "--submit"), console::err);
    assertNoCanary();
    assertTrue(databricks.jobs().toString().contains("{{secrets/scope/x}}"), "references are sent");
  }

  @Test
  void aSecretAmongTheVariablesIsRefusedWhereverItStands() throws IOException {
    environment.putAll(CANARIES);
    project.yaml(SECRETIVE);
    for (String name : CANARIES.keySet()) {
      StringBuilder others = new StringBuilder("secrets: {UNUSED: s/u");
      CANARIES.keySet().stream()
          .filter(other -> !other.equals(name))
          .forEach(other -> others.append(", ").append(other).append(": scope/x"));
      project.file(
          "runners/databricks.yaml",
          PROFILE
              .replace("secrets: {HUB: scope/hub", others + "")
              .replace("variables: {", "variables: {" + name + ": \"${" + name + "}\", "));
      for (String how : List.of("--bundle=bundle", "--submit", "--print-sql")) {
        assertEquals(1, console.type("deploy", "p", how), name);
        assertTrue(console.err().contains("secrets: {" + name + ": SCOPE/KEY}"), console::err);
      }
      assertNoCanary();
    }
    assertEquals(List.of(), databricks.requests());
    assertFalse(Files.exists(dir.resolve("bundle")));
    isRefused(2, "by its name it is a secret", "deploy", "p", "--set", "api_token=canary");
  }

  /** Neither in what was printed or written nor in what was sent. */
  private void assertNoCanary() throws IOException {
    StringBuilder all = new StringBuilder(console.out()).append(console.err());
    all.append(databricks.jobs()).append(databricks.statements());
    for (byte[] file : databricks.files().values()) {
      all.append(new String(file, StandardCharsets.ISO_8859_1));
    }
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
      }
    }
    assertFalse(
        all.toString().contains("canary"), () -> all.substring(all.indexOf("canary") - 200));
  }

  @Test
  void whatIsMissingIsTold() throws IOException {
    isRefused(1, "there is no file nothing.yaml", "deploy", "p", "--profile", "nothing.yaml");
    isRefused(2, "there is no jar", "deploy", "p", "--jar", "nothing.jar");
    project.file("runners/databricks.yaml", PROFILE.replaceFirst("  tables:.*\n", ""));
    isRefused(2, "add tables: {catalog", "deploy", "p", "--print-sql");
    project.file("runners/databricks.yaml", PROFILE.replace(", warehouse_id: w1", ""));
    isRefused(2, "names no warehouse_id", "deploy", "p", "--register");
    project.file("runners/databricks.yaml", PROFILE.replace("s, w", "s, layers: [silver], w"));
    isRefused(2, "no dataset of p is of the layers", "deploy", "p", "--print-sql");
    project.file("runners/databricks.yaml", PROFILE + "  continuous: true\n");
    isRefused(2, "Databricks starts it by itself", "deploy", "p", "--submit", "--run");
    project.file("runners/databricks.yaml", PROFILE).yaml(PIPELINE.replace("FROM b", "FROM q"));
    isRefused(1, "there is no source or dataset qronze", "deploy", "p");
    assertEquals(List.of(), databricks.requests());
  }

  @Test
  void jarsOfTheUserGoWithIt() throws IOException {
    Files.write(dir.resolve("mine.jar"), new byte[20]);
    environment.put("LAKEBEAM_CLASSPATH", "conf:mine.jar:gone.jar");
    assertEquals(0, console.type("deploy", "p", "--submit"), console::err);
    assertEquals(
        List.of("lakebeam-spark", "mine", "p-project"),
        databricks.files().keySet().stream()
            .map(file -> file.replaceFirst(".*/(.*)-[0-9a-f]{12}\\.jar$", "$1"))
            .toList());
  }

  @Test
  void aProfileForDatabricksIsNotRunHere() {
    environment.put("LAKE", dir.resolve("lake").toString());
    isRefused(
        2, "where lakebeam deploy puts jobs", "run", "p", "--profile", "runners/databricks.yaml");
  }
}
