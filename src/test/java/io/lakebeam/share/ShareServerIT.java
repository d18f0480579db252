package io.lakebeam.share;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.lake.UsageException;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.testing.DuckDb;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a recipient gets of a small lake, by the requests of the protocol, and what nobody gets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(180)
class ShareServerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2026-02-01T12:00:00.250Z");
  private static final String SEATS = "/shares/p/schemas/gold/tables/seats";
  private static final String PIPELINE =
      """
      pipeline: p
      quarantine: {mask: [passenger]}
      sources:
        feed:
          files: "in/*.json"
          format: json
          schema: "id BIGINT NOT NULL, day DATE, passenger STRING, seat INT"
      datasets:
        bronze:
          layer: bronze
          streaming_table: {from: feed}
          expect: {small: {expect: "seat < 100", on_violation: quarantine}}
        guests: {layer: gold, streaming_table: {sql: "SELECT id, passenger FROM bronze"}}
        seats:
          layer: gold
          comment: Seats by day.
          partition_by: [day]
          streaming_table: {sql: "SELECT id, day, seat FROM bronze"}
        days:
          layer: gold
          materialized_view: {sql: "SELECT day, COUNT(*) AS taken FROM bronze GROUP BY day"}
      """;

  @TempDir static Path dir;
  private final HttpClient client = HttpClient.newHttpClient();
  private final TestingClock clock = new TestingClock(NOW);
  private final ShareKey key = ShareKey.random();
  private TestingPipeline project;
  private ShareServer server;
  private String token;

  @BeforeAll
  void run() throws IOException {
    project = new TestingPipeline(dir).yaml(PIPELINE);
    project.land(
        "1.json",
        """
        {"id":1,"day":"2026-01-01","passenger":"Zora Zimt","seat":1}
        {"id":2,"day":"2026-01-02","passenger":"Zora Zimt","seat":2}
        {"id":3,"passenger":"Zora Zimt","seat":3}
        {"id":4,"day":"2026-01-02","passenger":"Zora Zimt","seat":400}
        """);
    update();
    project.land("2.json", "{\"id\":5,\"day\":\"2026-01-02\",\"passenger\":\"A\",\"seat\":5}\n");
    update();
    server = serve(Share.of(project.compile(), List.of()));
    token = key.token("p", NOW.plus(Duration.ofDays(7)));
  }

  private void update() {
    new Update(project.compile(), RunnerProfile.DIRECT, new UpdateListener() {}, Clock.systemUTC())
        .run(Update.Mode.TRIGGERED);
  }

  private ShareServer serve(Share share) throws IOException {
    return new ShareServer(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        Optional.empty(),
        share,
        key,
        clock,
        Optional.empty());
  }

  @AfterAll
  void end() {
    server.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create(server.endpoint() + path))
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private JsonNode json(String path) throws Exception {
    HttpResponse<String> response = send(to(path));
    assertEquals(200, response.statusCode(), response.body());
    assertEquals("application/json; charset=utf-8", header(response, "Content-Type"));
    assertEquals("no-store", header(response, "Cache-Control"));
    return JSON.readTree(response.body());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("none");
  }

  private static void assertFails(int status, String code, HttpResponse<String> response)
      throws Exception {
    assertEquals(status, response.statusCode(), response.body());
    JsonNode error = JSON.readTree(response.body());
    assertEquals(code, error.path("errorCode").asText(), response.body());
    assertFalse(error.path("message").asText().isEmpty(), response.body());
    assertEquals(2, error.size(), response.body());
    assertFalse(response.body().contains(dir.toString()), "no place of the lake");
  }

  /** From now on, in whole seconds: that is what is signed. */
  private static long millis(Duration after) {
    return NOW.plus(after).getEpochSecond() * 1000;
  }

  private HttpRequest.Builder query(String body) {
    return to(SEATS + "/query")
        .header("Content-Type", "application/json; charset=utf-8")
        .POST(BodyPublishers.ofString(body));
  }

  private static List<JsonNode> lines(HttpResponse<String> response) throws Exception {
    assertEquals(200, response.statusCode(), response.body());
    assertEquals("application/x-ndjson; charset=utf-8", header(response, "Content-Type"));
    assertEquals("responseformat=parquet", header(response, "delta-sharing-capabilities"));
    List<JsonNode> lines = new ArrayList<>();
    for (String line : response.body().split("\n")) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private List<JsonNode> files(String body) throws Exception {
    List<JsonNode> lines = lines(send(query(body)));
    return lines.subList(2, lines.size()).stream().map(line -> line.get("file")).toList();
  }

  private HttpResponse<byte[]> download(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static HttpRequest.Builder link(String url) {
    return HttpRequest.newBuilder(URI.create(url));
  }

  @Test
  void sharesSchemasAndTablesAreListed() throws Exception {
    assertEquals("{\"items\":[{\"name\":\"p\"}]}", json("/shares").toString());
    assertEquals("{\"share\":{\"name\":\"p\"}}", json("/shares/P").toString());
    assertEquals(
        "{\"items\":[{\"name\":\"gold\",\"share\":\"p\"}]}", json("/shares/p/schemas").toString());
    String tables =
        "{\"items\":[{\"name\":\"seats\",\"schema\":\"gold\",\"share\":\"p\"},"
            + "{\"name\":\"days\",\"schema\":\"gold\",\"share\":\"p\"}]}";
    assertEquals(tables, json("/shares/p/schemas/GOLD/tables").toString());
    assertEquals(tables, json("/shares/p/all-tables").toString());
  }

  @Test
  void listsHavePages() throws Exception {
    JsonNode first = json("/shares/p/all-tables?maxResults=1");
    assertEquals("seats", first.at("/items/0/name").asText());
    assertEquals(1, first.path("items").size());
    String next = first.path("nextPageToken").asText();
    JsonNode second = json("/shares/p/all-tables?maxResults=1&pageToken=" + next);
    assertEquals("days", second.at("/items/0/name").asText());
    assertFalse(second.has("nextPageToken"), second.toString());
    JsonNode none = json("/shares?maxResults=0");
    assertEquals("[]", none.path("items").toString());
    assertEquals(
        "p",
        json("/shares?pageToken=" + none.path("nextPageToken").asText())
            .at("/items/0/name")
            .asText());
    for (String wrong : List.of("maxResults=-1", "maxResults=many", "pageToken=x", "pageToken=9")) {
      assertFails(400, "INVALID_PARAMETER_VALUE", send(to("/shares/p/all-tables?" + wrong)));
    }
  }

  @Test
  void aTableHasAVersion() throws Exception {
    String newest = Long.toString(Tables.version(project.table("seats")));
    HttpResponse<String> version = send(to(SEATS + "/version"));
    assertEquals(200, version.statusCode());
    assertEquals("", version.body());
    assertEquals(newest, header(version, "Delta-Table-Version"));
    HttpResponse<String> head = send(to(SEATS).method("HEAD", BodyPublishers.noBody()));
    assertEquals(200, head.statusCode());
    assertEquals(newest, header(head, "Delta-Table-Version"));
    assertFails(
        400,
        "UNSUPPORTED_OPERATION",
        send(to(SEATS + "/version?startingTimestamp=2026-01-01%2000:00:00")));
  }

  @Test
  void theMetadataIsTheTablesWithoutColumnsThatNobodySees() throws Exception {
    HttpResponse<String> response = send(to("/shares/p/schemas/gold/tables/SEATS/metadata"));
    List<JsonNode> lines = lines(response);
    assertEquals(2, lines.size());
    assertEquals("{\"protocol\":{\"minReaderVersion\":1}}", lines.get(0).toString());
    JsonNode data = lines.get(1).path("metaData");
    assertEquals(Tables.latest(project.table("seats")).id(), data.path("id").asText());
    assertEquals("seats", data.path("name").asText());
    assertEquals("Seats by day.", data.path("description").asText());
    assertEquals("{\"provider\":\"parquet\"}", data.path("format").toString());
    assertEquals("[\"day\"]", data.path("partitionColumns").toString());
    assertEquals(4, data.path("numFiles").asInt());
    assertEquals(Tables.latest(project.table("seats")).bytes(), data.path("size").asLong());
    assertTrue(
        Tables.latest(project.table("seats")).schema().names().stream()
            .anyMatch(name -> name.startsWith("_")),
        "the table has columns of the pipeline's own");
    List<String> columns = new ArrayList<>();
    JSON.readTree(data.path("schemaString").asText())
        .path("fields")
        .forEach(f -> columns.add(f.path("name").asText() + " " + f.path("type").asText()));
    assertEquals(List.of("id long", "day date", "seat integer"), columns);
    assertEquals(
        Long.toString(Tables.version(project.table("seats"))),
        header(response, "Delta-Table-Version"));
  }

  @Test
  void filesHaveLinksThatAnotherReaderReads() throws Exception {
    List<JsonNode> lines =
        lines(send(query("{\"predicateHints\":[\"day >= '2026-01-01'\"],\"limitHint\":1000}")));
    assertTrue(lines.get(0).has("protocol"));
    assertTrue(lines.get(1).has("metaData"));
    List<String> rows = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (JsonNode line : lines.subList(2, lines.size())) {
      JsonNode file = line.get("file");
      HttpResponse<byte[]> whole = download(link(file.path("url").asText()));
      assertEquals(200, whole.statusCode());
      assertEquals(file.path("size").asInt(), whole.body().length);
      Path parquet = dir.resolve(file.path("id").asText() + ".parquet");
      Files.write(parquet, whole.body());
      JsonNode day = file.at("/partitionValues/day");
      for (List<String> row :
          DuckDb.texts("SELECT id, seat FROM read_parquet('" + parquet + "')")) {
        rows.add(row.get(0) + "|" + (day.isNull() ? "null" : day.asText()) + "|" + row.get(1));
      }
      JsonNode statistics = JSON.readTree(file.path("stats").asText());
      assertEquals(1, statistics.path("numRecords").asInt());
      assertTrue(statistics.path("minValues").has("id"), statistics.toString());
      assertFalse(statistics.toString().contains("\"_"), statistics.toString());
      assertEquals(millis(Duration.ofHours(1)), file.path("expirationTimestamp").asLong());
      ids.add(file.path("id").asText());
    }
    assertEquals(
        List.of("1|2026-01-01|1", "2|2026-01-02|2", "3|null|3", "5|2026-01-02|5"),
        rows.stream().sorted().toList());
    assertEquals(
        Tables.texts(project.table("seats"), "id", "seat"),
        rows.stream().map(row -> row.replaceAll("\\|.*\\|", "|")).sorted().toList());
    assertEquals(4, ids.stream().distinct().count());
    assertEquals(ids, files("{}").stream().map(file -> file.path("id").asText()).toList());
    JsonNode days =
        lines(
                send(
                    to("/shares/p/schemas/gold/tables/days/query")
                        .POST(BodyPublishers.ofString("{}"))))
            .get(2);
    Path parquet = dir.resolve("days.parquet");
    Files.write(parquet, download(link(days.at("/file/url").asText())).body());
    assertEquals(
        Tables.texts(project.table("days"), "taken"),
        DuckDb.texts("SELECT taken FROM read_parquet('" + parquet + "') ORDER BY ALL").stream()
            .map(row -> row.get(0))
            .toList());
  }

  @Test
  void aLimitIsAHintWhereNothingIsFiltered() throws Exception {
    assertEquals(2, files("{\"limitHint\":2}").size());
    assertEquals(0, files("{\"limitHint\":0}").size());
    assertEquals(4, files("{\"limitHint\":2,\"predicateHints\":[\"seat = 5\"]}").size());
    assertEquals(
        4, files("{\"limitHint\":1,\"jsonPredicateHints\":\"{\\\"op\\\":\\\"x\\\"}\"}").size());
    assertEquals(1, files("{\"limitHint\":1,\"predicateHints\":[]}").size());
    assertEquals(4, files("").size());
    for (String wrong : List.of("-1", "\"1\"", "1.5", "[]")) {
      assertFails(400, "INVALID_PARAMETER_VALUE", send(query("{\"limitHint\":" + wrong + "}")));
    }
  }

  @Test
  void aTableIsReadAsItWas() throws Exception {
    long newest = Tables.version(project.table("seats"));
    HttpResponse<String> before = send(query("{\"version\":" + (newest - 1) + "}"));
    List<JsonNode> lines = lines(before);
    assertEquals(Long.toString(newest - 1), header(before, "Delta-Table-Version"));
    assertEquals(newest - 1, lines.get(1).at("/metaData/version").asLong());
    assertEquals(2 + 3, lines.size());
    assertEquals(4, files("{\"version\":" + newest + "}").size());
    assertFails(400, "INVALID_PARAMETER_VALUE", send(query("{\"version\":" + (newest + 1) + "}")));
    for (String each : List.of("\"timestamp\":\"2026-01-01 00:00:00\"", "\"startingVersion\":0")) {
      assertFails(400, "UNSUPPORTED_OPERATION", send(query("{" + each + "}")));
    }
    assertFails(400, "UNSUPPORTED_OPERATION", send(to(SEATS + "/changes?startingVersion=0")));
  }

  @Test
  void onlyFilesOfParquetAreAnswered() throws Exception {
    assertFails(
        400,
        "UNSUPPORTED_OPERATION",
        send(query("{}").header("delta-sharing-capabilities", "responseformat=delta")));
    HttpResponse<String> both =
        send(
            query("{}")
                .header(
                    "delta-sharing-capabilities",
                    "responseformat=delta,parquet;readerfeatures=deletionvectors"));
    assertEquals(6, lines(both).size());
  }

  @Test
  void aFileIsReadInParts() throws Exception {
    JsonNode file = files("{\"limitHint\":1}").get(0);
    String url = file.path("url").asText();
    int size = file.path("size").asInt();
    byte[] whole = download(link(url)).body();
    HttpResponse<byte[]> head = download(link(url).method("HEAD", BodyPublishers.noBody()));
    assertEquals(200, head.statusCode());
    assertEquals(0, head.body().length);
    assertEquals(Integer.toString(size), header(head, "Content-Length"));
    assertEquals("bytes", header(head, "Accept-Ranges"));
    HttpResponse<byte[]> footer = download(link(url).header("Range", "bytes=-8"));
    assertEquals(206, footer.statusCode());
    assertArrayEquals(Arrays.copyOfRange(whole, size - 8, size), footer.body());
    assertEquals(
        "bytes " + (size - 8) + "-" + (size - 1) + "/" + size, header(footer, "Content-Range"));
    HttpResponse<byte[]> middle = download(link(url).header("Range", "bytes=4-11"));
    assertEquals(206, middle.statusCode());
    assertArrayEquals(Arrays.copyOfRange(whole, 4, 12), middle.body());
    HttpResponse<byte[]> behind = download(link(url).header("Range", "bytes=" + size + "-"));
    assertEquals(416, behind.statusCode());
    assertEquals("bytes */" + size, header(behind, "Content-Range"));
    assertFails(
        405, "UNSUPPORTED_OPERATION", send(link(url).method("DELETE", BodyPublishers.noBody())));
  }

  @Test
  void aLinkThatSomebodyHasChangedIsRefused() throws Exception {
    String url = files("{\"limitHint\":1}").get(0).path("url").asText();
    URI uri = URI.create(url);
    String[] parts = uri.getPath().split("/");
    String other = files("{}").get(3).path("url").asText();
    String otherPath = URI.create(other).getPath();
    List<String> changed =
        List.of(
            url.replaceFirst("expires=[0-9]+", "expires=99999999999"),
            url.replaceFirst("expires=[0-9]+&", ""),
            url.replaceFirst("signature=.*", "signature="),
            url.replaceFirst("&signature=.*", ""),
            url.substring(0, url.length() - 2),
            url.replace(uri.getPath(), otherPath),
            url.replace(parts[parts.length - 3], "ZGF5cw"),
            url.replace(".parquet", ""),
            url.replace(parts[parts.length - 1], encoded("../bronze/x") + ".parquet"),
            url.replace(parts[parts.length - 1], "..%2f..%2fetc%2fpasswd.parquet"),
            url.replace(parts[parts.length - 1], "%00.parquet"));
    for (String each : changed) {
      assertNotEquals(url, each);
      assertFails(403, "PERMISSION_DENIED", send(link(each)));
    }
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Even with the server's own key: a log may be anybody's. */
  @Test
  void aSignedLinkLeadsNowhereElse() throws Exception {
    Files.writeString(dir.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(
        project.lake().resolve("seats").resolve("link.parquet"), dir.resolve("secret.txt"));
    for (String path :
        List.of(
            "../../secret.txt",
            "%2e%2e/%2e%2e/secret.txt",
            dir.resolve("secret.txt").toUri().toString(),
            "link.parquet")) {
      HttpResponse<String> response = send(link(signed("seats", path)));
      assertFails(500, "INTERNAL_ERROR", response);
    }
    assertFails(404, "RESOURCE_DOES_NOT_EXIST", send(link(signed("bronze", "x.parquet"))));
    assertFails(404, "RESOURCE_DOES_NOT_EXIST", send(link(signed("seats", "gone.parquet"))));
    assertFails(404, "RESOURCE_DOES_NOT_EXIST", send(link(signed("seats", "_delta_log"))));
  }

  private String signed(String table, String path) {
    String until = Long.toString(NOW.plusSeconds(60).getEpochSecond());
    return server.endpoint()
        + "/files/"
        + encoded(table)
        + "/"
        + encoded("id")
        + "/"
        + encoded(path)
        + ".parquet?expires="
        + until
        + "&signature="
        + key.sign("file", "p", table, "id", path, until);
  }

  @Test
  void tokensAndLinksExpire() throws Exception {
    TestingClock late = new TestingClock(NOW);
    try (ShareServer another =
        new ShareServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Optional.empty(),
            Share.of(project.compile(), List.of("seats")),
            key,
            late,
            Optional.empty())) {
      String soon = key.token("p", NOW.plus(Duration.ofMinutes(10)));
      Supplier<HttpRequest.Builder> asked =
          () ->
              HttpRequest.newBuilder(URI.create(another.endpoint() + SEATS + "/query"))
                  .header("Authorization", "bearer " + soon)
                  .POST(BodyPublishers.ofString("{}"));
      JsonNode file = lines(send(asked.get())).get(2).get("file");
      assertEquals(
          millis(Duration.ofMinutes(10)),
          file.path("expirationTimestamp").asLong(),
          "no link is good for longer than its token");
      late.step(Duration.ofSeconds(599));
      assertEquals(200, send(asked.get()).statusCode());
      assertEquals(200, download(link(file.path("url").asText())).statusCode());
      late.step(Duration.ofSeconds(1));
      assertFails(401, "UNAUTHENTICATED", send(asked.get()));
      assertFails(403, "PERMISSION_DENIED", send(link(file.path("url").asText())));
    }
  }

  @Test
  void withoutATokenNothingIsTold() throws Exception {
    for (String path :
        List.of("/shares", "/shares/none", SEATS + "/version", SEATS + "/metadata", "/none")) {
      for (String wrong :
          List.of(
              "",
              "Bearer",
              "Bearer x",
              "Basic dTpw",
              "Bearer " + key.token("q", NOW.plusSeconds(60)))) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(server.endpoint() + path));
        if (!wrong.isEmpty()) {
          request.header("Authorization", wrong);
        }
        HttpResponse<String> response = send(request);
        assertFails(401, "UNAUTHENTICATED", response);
        assertEquals("Bearer", header(response, "WWW-Authenticate"));
      }
    }
  }

  @Test
  void whatIsNotSharedIsNotThere() throws Exception {
    for (String path :
        List.of(
            "/none",
            "/shares/",
            "/shares/q",
            "/shares/p/none",
            "/shares/p/schemas/bronze/tables",
            "/shares/p/schemas/gold/none",
            "/shares/p/schemas/gold/tables/bronze/version",
            "/shares/p/schemas/gold/tables/bronze/metadata",
            "/shares/p/schemas/gold/tables/guests/metadata",
            "/shares/p/schemas/gold/tables/..%2fbronze/metadata",
            "/shares/p/schemas/bronze/tables/bronze/metadata",
            "/shares/p/schemas/gold/tables/seats/none",
            "/shares/p/schemas/gold/tables/seats/metadata/more")) {
      assertFails(404, "RESOURCE_DOES_NOT_EXIST", send(to(path)));
    }
    assertFails(405, "UNSUPPORTED_OPERATION", send(to(SEATS + "/query")));
    assertFails(405, "UNSUPPORTED_OPERATION", send(to("/shares").POST(BodyPublishers.noBody())));
    for (String body : List.of("{", "[]", "1", "{} x")) {
      assertFails(400, "MALFORMED_REQUEST", send(query(body)));
    }
    assertFails(413, "MALFORMED_REQUEST", send(query("{\"x\":\"" + "x".repeat(1 << 20) + "\"}")));
    for (String host : List.of("evil.example", "localhost.evil.example")) {
      String answer = raw("GET /delta-sharing/shares HTTP/1.1", "Host: " + host);
      assertTrue(answer.startsWith("HTTP/1.1 421 "), answer);
    }
    String broken =
        raw(
            "GET /delta-sharing/shares?pageToken=%zz HTTP/1.1",
            "Host: localhost", "Authorization: Bearer " + token);
    assertTrue(broken.startsWith("HTTP/1.1 400 "), broken);
    String elsewhere = raw("GET /shares HTTP/1.1", "Host: localhost");
    assertTrue(elsewhere.startsWith("HTTP/1.1 404 "), elsewhere);
  }

  private String raw(String... lines) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void tablesOfOtherLayersAreSharedByName() throws Exception {
    Share gold = Share.of(project.compile(), List.of());
    assertEquals(List.of("gold.seats", "gold.days"), gold.names());
    assertEquals(List.of("guests"), gold.leftOut());
    Share named =
        Share.of(project.compile(), List.of("Bronze", "bronze_quarantine", "guests", "event_log"));
    assertEquals(
        List.of(
            "bronze.bronze", "quarantine.bronze_quarantine", "gold.guests", "default.event_log"),
        named.names());
    UsageException wrong =
        assertThrows(UsageException.class, () -> Share.of(project.compile(), List.of("seat")));
    assertTrue(wrong.getMessage().contains("--tables: p has no table seat"), wrong.getMessage());
    try (ShareServer another = serve(named)) {
      HttpResponse<String> response =
          send(
              HttpRequest.newBuilder(
                      URI.create(
                          another.endpoint()
                              + "/shares/p/schemas/quarantine/tables/bronze_quarantine/query"))
                  .header("Authorization", "Bearer " + token)
                  .POST(BodyPublishers.ofString("{}")));
      assertEquals(1 + 2, lines(response).size(), "the row that a rule refuses");
    }
  }

  @Test
  void aTableThatNoRunHasMadeIsNotThereYet() throws Exception {
    TestingPipeline fresh =
        new TestingPipeline(Files.createDirectory(dir.resolve("fresh"))).yaml(PIPELINE);
    try (ShareServer another = serve(Share.of(fresh.compile(), List.of()))) {
      HttpResponse<String> response =
          send(
              HttpRequest.newBuilder(URI.create(another.endpoint() + SEATS + "/metadata"))
                  .header("Authorization", "Bearer " + token));
      assertFails(404, "RESOURCE_DOES_NOT_EXIST", response);
      assertTrue(response.body().contains("no run has made it"), response.body());
    }
    assertFalse(Files.exists(fresh.lake().resolve("seats")), "looking makes no table");
  }
}
