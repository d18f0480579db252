package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.OnViolation;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.DatasetSpec.CopyFlow;
import io.lakebeam.spec.DatasetSpec.Layer;
import io.lakebeam.spec.DatasetSpec.MaterializedView;
import io.lakebeam.spec.DatasetSpec.QueryFlow;
import io.lakebeam.spec.DatasetSpec.StreamingTable;
import io.lakebeam.spec.DatasetSpec.TransformFlow;
import io.lakebeam.spec.DatasetSpec.View;
import io.lakebeam.spec.SourceSpec.Csv;
import io.lakebeam.spec.SourceSpec.Kafka;
import io.lakebeam.spec.SourceSpec.StartingOffsets;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.secret.Secrets;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PipelineReaderTest {
  private static final String FULL =
      """
      pipeline: airlines
      description: Flights
      lake: ${LAKE:-./lake}
      commit_every: 250ms
      max_rows_per_epoch: ${MAX_ROWS:-5000}
      parameters: {report_year: 2026, band: "${BAND:-far}"}
      functions: {DISTANCE_BAND: io.lakebeam.airlines.DistanceBand, PRICE: {class: com.acme.Price, returns: "DECIMAL(10, 2)"}}
      sources:
        a:
          event_hubs:
            namespace: contoso
            event_hub: flights
            connection_string: "${EVENTHUBS_CONNECTION_STRING}"
            properties: {request.timeout.ms: 5000, group.id: "${GROUP:-g}"}
          starting_offsets: 2026-01-31T01:00:00+01:00
          format: json
          schema: "id BIGINT NOT NULL, name STRING"
        b:
          kafka: {bootstrap_servers: "h:9092", topic: t}
          format: csv
          schema: x INT
        c:
          files: ${LANDING:-./landing}/on_time/*.csv
          format: {csv: {delimiter: ";", header: false, quote: "'", encoding: ISO-8859-1, null_value: NA}}
          schema: >
            id BIGINT,
            name STRING
        d: {reference: "abfss://lake@x.dfs.core.windows.net/airports.csv", format: csv, schema: code STRING}
      datasets:
        bronze: {layer: bronze, comment: as it came, streaming_table: {from: a}}
        flights:
          layer: silver
          streaming_table:
            flows:
              - transforms/p/flights.sql
              - {transform: com.acme.MyTransform, from: [a, b], options: {k: 1}}
              - {from: c}
              - {sql: "SELECT * FROM a"}
          partition_by: [name]
          expect: expectations/p/flights.yaml
        gold: {layer: gold, materialized_view: {sql: SELECT COUNT(*) AS n FROM flights}}
        some:
          view: transforms/p/flights.sql
          expect: {near: {expect: "name <> '${band}'", on_violation: quarantine, null_passes: true}}
      """;

  @TempDir Path dir;

  private InlineProject full() {
    return new InlineProject(dir)
        .pipeline(FULL)
        .file("transforms/p/flights.sql", "SELECT id\nFROM a WHERE y = ${report_year} AND q\n")
        .file(
            "expectations/p/flights.yaml",
            """
            # rules
            has_id: "id IS NOT NULL"
            known_name:
              expect: |
                name
                LIKE 'A%'
              on_violation: drop
            """);
  }

  @Test
  void readsWhatIsDeclared() {
    PipelineSpec spec = full().read();
    assertEquals("airlines", spec.name());
    assertEquals("Flights", spec.description());
    assertEquals(dir.resolve("lake").toString(), spec.lake());
    assertEquals(Duration.ofMillis(250), spec.commitEvery());
    assertEquals(5000, spec.maxRowsPerEpoch());
    assertEquals(Map.of("report_year", "2026", "band", "far"), spec.parameters());
    assertEquals("io.lakebeam.airlines.DistanceBand", spec.functions().get(0).className());
    assertEquals(Optional.empty(), spec.functions().get(0).returns());
    assertEquals("com.acme.Price", spec.functions().get(1).className());
    assertEquals(Optional.of(new DataType.Decimal(10, 2)), spec.functions().get(1).returns());
    assertEquals(new SourceLocation("pipelines/p/pipeline.yaml", 1, 11), spec.at());
    assertEquals(
        List.of("a", "b", "c", "d"), spec.sources().stream().map(SourceSpec::name).toList());
    assertEquals(
        List.of("bronze", "flights", "gold", "some"),
        spec.datasets().stream().map(DatasetSpec::name).toList());
  }

  /** Whoever reads it from time to time sees by that whether it was edited. */
  @Test
  void twoReadingsOfTheSameFilesAreEqual() throws IOException {
    InlineProject project = full();
    PipelineSpec first = project.read();
    assertEquals(first, project.read());
    assertEquals(first.hashCode(), project.read().hashCode());
    project.file("transforms/p/flights.sql", "SELECT id\nFROM a WHERE y = 2026 AND NOT q\n");
    assertNotEquals(first, project.read());
  }

  @Test
  void anEventHubIsATopicWithAzuresSettings() {
    SourceSpec source = full().read().sources().get(0);
    Kafka kafka = assertInstanceOf(Kafka.class, source.connection());
    assertEquals("contoso.servicebus.windows.net:9093", kafka.bootstrapServers());
    assertEquals("flights", kafka.topic());
    assertEquals(
        StartingOffsets.at(Instant.parse("2026-01-31T00:00:00Z")), kafka.startingOffsets());
    assertEquals(
        Optional.of(new SecretText("${EVENTHUBS_CONNECTION_STRING}")), kafka.connectionString());
    assertEquals(
        Map.of(
            "metadata.max.age.ms", new SecretText("180000"),
            "connections.max.idle.ms", new SecretText("180000"),
            "request.timeout.ms", new SecretText("5000"),
            "group.id", new SecretText("${GROUP:-g}")),
        kafka.properties());
    assertEquals("id BIGINT NOT NULL, name STRING", source.schema().ddl());
    assertEquals(new SourceLocation("pipelines/p/pipeline.yaml", 9, 3), source.at());
  }

  @Test
  void aNamespaceWithADotIsAHostAndBootstrapServersWin() {
    String yaml =
        """
        pipeline: p
        sources:
          a:
            event_hubs: {namespace: %s, event_hub: e, connection_string: "${C}"%s}
            format: json
            schema: id INT
        datasets: {b: {streaming_table: {from: a}}}
        """;
    InlineProject project = new InlineProject(dir);
    project.pipeline(yaml.formatted("x.servicebus.chinacloudapi.cn", ""));
    assertEquals("x.servicebus.chinacloudapi.cn:9093", servers(project));
    project.pipeline(yaml.formatted("x", ", bootstrap_servers: \"localhost:19093\""));
    assertEquals("localhost:19093", servers(project));
  }

  @Test
  void aConnectionStringMayTellNamespaceAndEventHub() {
    Kafka kafka = hub("connection_string: \"${C}\"");
    assertEquals("", kafka.bootstrapServers());
    assertEquals("", kafka.topic());
    assertEquals("the event hub of ${C}", kafka.describedTopic());
    assertTrue(kafka.isEventHub());
  }

  @Test
  void aHostWithAPortStaysAsItIs() {
    String more = ", event_hub: e, connection_string: \"${C}\"";
    assertEquals("broker:19093", hub("namespace: \"broker:19093\"" + more).bootstrapServers());
    assertEquals("10.0.0.4:9093", hub("namespace: 10.0.0.4" + more).bootstrapServers());
  }

  @Test
  void entraSignsInForTheNamespaceWithTheSecretsReference() {
    InlineProject project =
        withHub(
            "namespace: contoso, event_hub: e, auth: {client_credentials: {tenant: t, client_id:"
                + " \"${CLIENT}\", client_secret: \"${SECRET}\"}}");
    project.environment("CLIENT", "client-1").environment("SECRET", "hunter2");
    Kafka kafka = (Kafka) project.read().sources().get(0).connection();
    assertEquals(
        Optional.of(
            new EntraSignIn.ClientCredentials(
                "https://login.microsoftonline.com",
                "t",
                "client-1",
                new SecretText("${SECRET}"),
                "https://contoso.servicebus.windows.net/.default")),
        kafka.entra());
    assertFalse(kafka.toString().contains("hunter2"));
    assertEquals(
        List.of("${SECRET} is not set"),
        Secrets.unsetSecrets(project.read(), name -> null).stream()
            .map(io.lakebeam.graph.Problem::problem)
            .toList());
  }

  @Test
  void aManagedIdentityNeedsNothingElse() {
    Kafka kafka =
        hub(
            "namespace: contoso.servicebus.chinacloudapi.cn, event_hub: e, auth: {managed_identity:"
                + " {}}");
    assertEquals(
        Optional.of(
            new EntraSignIn.ManagedIdentity(
                EntraSignIn.METADATA_SERVICE,
                "",
                "https://contoso.servicebus.chinacloudapi.cn/.default")),
        kafka.entra());
    assertEquals(new SecretText("SASL_SSL"), kafka.properties().get("security.protocol"));
  }

  private Kafka hub(String settings) {
    return (Kafka) withHub(settings).read().sources().get(0).connection();
  }

  private InlineProject withHub(String settings) {
    return new InlineProject(dir)
        .pipeline(
            """
            pipeline: p
            sources:
              a:
                event_hubs: {%s}
                format: json
                schema: id INT
            datasets: {b: {streaming_table: {from: a}}}
            """
                .formatted(settings));
  }

  private static String servers(InlineProject project) {
    return ((Kafka) project.read().sources().get(0).connection()).bootstrapServers();
  }

  @Test
  void filesAreRelativeToTheRootAndUrisStay() {
    List<SourceSpec> sources = full().environment("LANDING", "/data").read().sources();
    assertEquals(
        new SourceSpec.Files("/data/on_time/*.csv", dir.toString()), sources.get(2).connection());
    assertEquals(new Csv(false, ';', '\'', "ISO-8859-1", "NA"), sources.get(2).format());
    assertFalse(sources.get(2).reference());
    assertEquals(
        new SourceSpec.Files("abfss://lake@x.dfs.core.windows.net/airports.csv", dir.toString()),
        sources.get(3).connection());
    assertEquals(new Csv(true, ',', '"', "UTF-8", ""), sources.get(3).format());
    assertTrue(sources.get(3).reference());
    assertEquals(
        new SourceSpec.Files(dir.resolve("landing/on_time/*.csv").toString(), dir.toString()),
        full().read().sources().get(2).connection());
  }

  @Test
  void filesAreTakenAsTheirSourceSays() {
    String yaml =
        """
        pipeline: p
        sources:
          s:
            files: in/**
            %s
            format: json
            schema: id INT
        datasets: {b: {streaming_table: {from: s}}}
        """;
    assertEquals(new SourceSpec.Files("/in/**").rules(), rules(yaml.formatted("settle: 2s")));
    assertEquals(
        new FileRules(
            FileRules.BadFiles.SET_ASIDE,
            Duration.ofMinutes(1),
            FileRules.ChangedFiles.FAIL,
            Duration.ofDays(90),
            FileRules.AfterRead.moveTo(dir.resolve("in/_done").toString())),
        rules(
            yaml.formatted(
                String.join(
                    "\n    ",
                    "settle: 1m",
                    "changed_files: fail",
                    "remember: 90d",
                    "bad_files: set_aside",
                    "after_read: {move: in/_done/}"))));
    FileRules going = rules(yaml.formatted("after_read: delete"));
    assertEquals(FileRules.AfterRead.DELETE, going.afterRead());
    assertEquals(FileRules.ChangedFiles.READ_AGAIN, going.changedFiles());
  }

  private FileRules rules(String yaml) {
    SourceSpec source = new InlineProject(dir).pipeline(yaml).read().sources().get(0);
    return ((SourceSpec.Files) source.connection()).rules();
  }

  @Test
  void csvHasItsSigns() {
    String yaml =
        """
        pipeline: p
        sources:
          s:
            files: x
            format: {csv: {quote: "", escape: '\\', comment: "#", skip_lines: 3}}
            schema: id INT
          t: {files: x, format: {csv: {quote: "'", escape: "'"}}, schema: id INT}
        datasets: {d: {streaming_table: {from: s}}}
        """;
    List<SourceSpec> sources = new InlineProject(dir).pipeline(yaml).read().sources();
    assertEquals(new Csv(true, ',', Csv.NONE, '\\', '#', 3, "UTF-8", ""), sources.get(0).format());
    assertEquals(new Csv(true, ',', '\'', "UTF-8", ""), sources.get(1).format());
  }

  @Test
  void csvInATopicHasNoHeader() {
    assertEquals(new Csv(false, ',', '"', "UTF-8", ""), full().read().sources().get(1).format());
  }

  @Test
  void readsEveryKindOfFlow() {
    DatasetSpec flights = full().read().datasets().get(1);
    assertEquals(Optional.of(Layer.SILVER), flights.layer());
    assertEquals(List.of("name"), flights.partitionBy());
    List<DatasetSpec.FlowSpec> flows = ((StreamingTable) flights.definition()).flows();
    QueryText file = ((QueryFlow) flows.get(0)).query();
    assertEquals("transforms/p/flights.sql", file.file());
    assertEquals("SELECT id\nFROM a WHERE y = 2026 AND q\n", file.sql());
    assertEquals("transforms/p/flights.sql:2:37", file.at(2, 27).toString());
    TransformFlow transform = (TransformFlow) flows.get(1);
    assertEquals("com.acme.MyTransform", transform.className());
    assertEquals(List.of("a", "b"), transform.from());
    assertEquals(Map.of("k", "1"), transform.options());
    assertEquals("c", ((CopyFlow) flows.get(2)).from());
    assertEquals("pipelines/p/pipeline.yaml:37:11", flows.get(2).at().toString());
    QueryText inline = ((QueryFlow) flows.get(3)).query();
    assertEquals("SELECT * FROM a", inline.sql().strip());
  }

  @Test
  void queriesInThePipelineFileKeepTheirPlace() {
    List<DatasetSpec> datasets = full().read().datasets();
    QueryText gold = ((MaterializedView) datasets.get(2).definition()).query();
    assertEquals("pipelines/p/pipeline.yaml", gold.file());
    assertEquals("FROM flights", line(gold, 41, 69));
    assertInstanceOf(View.class, datasets.get(3).definition());

    for (String style : List.of("|", ">", ">-")) {
      PipelineSpec spec =
          new InlineProject(dir)
              .pipeline(
                  InlineProject.GOOD
                      + "  v:\n    view:\n      sql: "
                      + style
                      + "\n        SELECT id,\n          name\n        FROM bronze\n")
              .read();
      QueryText query = ((View) spec.datasets().get(1).definition()).query();
      assertEquals("FROM bronze", line(query, 11, 9), style);
    }
  }

  private static String line(QueryText query, int line, int column) {
    return query.sql().lines().toList().get(line - 1).substring(column - 1);
  }

  @Test
  void readsExpectationsWithTheirPlaces() {
    List<DatasetSpec> datasets = full().read().datasets();
    assertEquals(
        List.of(
            new Expectation(
                "has_id",
                "id IS NOT NULL",
                OnViolation.WARN,
                false,
                new SourceLocation("expectations/p/flights.yaml", 2, 9)),
            new Expectation(
                "known_name",
                "name\nLIKE 'A%'",
                OnViolation.DROP,
                false,
                new SourceLocation("expectations/p/flights.yaml", 5, 5))),
        datasets.get(1).expectations());
    Expectation near = datasets.get(3).expectations().get(0);
    assertEquals("name <> 'far'", near.condition());
    assertEquals(OnViolation.QUARANTINE, near.onViolation());
    assertTrue(near.nullPasses());
  }

  @Test
  void parametersWinOverTheEnvironmentAndOverridesOverBoth() {
    InlineProject project = full().environment("report_year", "1999").environment("BAND", "near");
    assertEquals(Map.of("report_year", "2026", "band", "near"), project.read().parameters());
    project.set("report_year", "2020").set("LAKE", "s3a://b/lake");
    PipelineSpec spec = project.read();
    assertEquals("2020", spec.parameters().get("report_year"));
    assertEquals("s3a://b/lake", spec.lake());
    assertFalse(spec.parameters().containsKey("LAKE"));
  }

  @Test
  void whatIsLeftOutHasADefault() {
    PipelineSpec spec = new InlineProject(dir).pipeline(InlineProject.GOOD).read();
    assertEquals(dir.resolve("lake").toString(), spec.lake());
    assertEquals(Duration.ofSeconds(10), spec.commitEvery());
    assertEquals(1_000_000, spec.maxRowsPerEpoch());
    assertEquals("", spec.description());
    DatasetSpec bronze = spec.datasets().get(0);
    assertEquals(Optional.empty(), bronze.layer());
    assertEquals(List.of(), bronze.expectations());
  }

  @Test
  void aliasesMergesQuotesAndEscapesAreYamlsOwn() {
    PipelineSpec spec =
        new InlineProject(dir)
            .pipeline(
                """
                pipeline: p
                description: "a $${b} c"
                sources:
                  a: &a {files: in/*, format: json, schema: &s id INT}
                  b: {<<: *a, files: "out/*"}
                  c: {files: c/*, format: text, schema: "line STRING COMMENT 'one, whole'"}
                datasets:
                  d: {streaming_table: {flows: [{from: a}, {from: b}]}, comment: no}
                """)
            .read();
    assertEquals("a ${b} c", spec.description());
    assertEquals("no", spec.datasets().get(0).comment());
    assertEquals(
        new SourceSpec.Files(dir.resolve("out/*").toString(), dir.toString()),
        spec.sources().get(1).connection());
    assertEquals("one, whole", spec.sources().get(2).schema().columns().get(0).comment());
  }

  @Test
  void aByteOrderMarkIsNoPartOfAFile() {
    assertEquals("p", new InlineProject(dir).pipeline("\uFEFF" + InlineProject.GOOD).read().name());
  }
}
