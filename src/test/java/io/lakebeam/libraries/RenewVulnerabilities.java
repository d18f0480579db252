package io.lakebeam.libraries;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Asks OSV, which collects the advisories of GitHub and others, for everything known of the
 * libraries of the build, and writes it into the list. Reasons that stand there stay, and so does
 * what OSV does not know: libraries within libraries.
 *
 * <pre>
 * mvn -q package -Dmaven.test.skip=true   # target/lakebeam-sbom.json
 * mvn -q test-compile
 * java -cp "target/test-classes:target/classes:target/lib/*" io.lakebeam.libraries.RenewVulnerabilities
 * </pre>
 *
 * @see <a href="https://google.github.io/osv.dev/api/">OSV's API</a>
 */
final class RenewVulnerabilities {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration WITHIN = Duration.ofMinutes(1);

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI service;

  RenewVulnerabilities(URI service) {
    this.service = service;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    URI service = URI.create(args.length > 0 ? args[0] : "https://api.osv.dev");
    List<Vulnerability> before = Vulnerabilities.known();
    List<Vulnerability> after =
        new RenewVulnerabilities(service).renewed(before, Vulnerabilities.libraries().keySet());
    write(Vulnerabilities.LIST, after);
    System.out.println(after.size() - before.size() + " more than before");
  }

  /** What the service knows of these libraries, with the reasons of before; sorted. */
  List<Vulnerability> renewed(List<Vulnerability> before, Set<String> libraries)
      throws IOException, InterruptedException {
    TreeMap<String, Vulnerability> all = new TreeMap<>();
    before.forEach(each -> all.put(key(each), each));
    for (String library : libraries) {
      for (Vulnerability told : of(library)) {
        Vulnerability known = all.get(key(told));
        String reason = known == null ? "" : known.reason();
        String summary = known == null ? told.summary() : known.summary();
        all.put(
            key(told),
            new Vulnerability(
                told.id(), library, told.introduced(), told.fixed(), summary, reason));
      }
    }
    return List.copyOf(all.values());
  }

  private static String key(Vulnerability each) {
    return each.library() + " " + each.id() + " " + each.introduced();
  }

  private List<Vulnerability> of(String library) throws IOException, InterruptedException {
    String question =
        JSON.writeValueAsString(
            java.util.Map.of("package", java.util.Map.of("ecosystem", "Maven", "name", library)));
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(service.resolve("/v1/query"))
                .timeout(WITHIN)
                .POST(HttpRequest.BodyPublishers.ofString(question))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(service + " answers " + answer.statusCode() + " for " + library);
    }
    List<Vulnerability> found = new ArrayList<>();
    for (JsonNode advisory : JSON.readTree(answer.body()).path("vulns")) {
      if (advisory.has("withdrawn")) {
        continue;
      }
      String summary = advisory.path("summary").asText().replaceAll("\\s+", " ");
      for (JsonNode affected : advisory.path("affected")) {
        if (affected.path("package").path("name").asText().equals(library)) {
          ranges(affected, id(advisory), library, summary, found);
        }
      }
    }
    return found;
  }

  /** The CVE where there is one, which people look for. */
  private static String id(JsonNode advisory) {
    for (JsonNode alias : advisory.path("aliases")) {
      if (alias.asText().startsWith("CVE-")) {
        return alias.asText();
      }
    }
    return advisory.path("id").asText();
  }

  private static void ranges(
      JsonNode affected, String id, String library, String summary, List<Vulnerability> found) {
    for (JsonNode range : affected.path("ranges")) {
      String introduced = "0";
      boolean isOpen = false;
      for (JsonNode event : range.path("events")) {
        if (event.has("introduced")) {
          introduced = event.path("introduced").asText();
          isOpen = true;
        } else if (event.has("fixed")) {
          found.add(
              new Vulnerability(
                  id, library, introduced, event.path("fixed").asText(), summary, ""));
          isOpen = false;
        }
      }
      if (isOpen) {
        found.add(new Vulnerability(id, library, introduced, "", summary, ""));
      }
    }
  }

  static void write(Path list, List<Vulnerability> all) throws IOException {
    List<String> head =
        Files.readAllLines(list).stream().filter(line -> line.startsWith("#")).toList();
    Files.write(list, Stream.concat(head.stream(), all.stream().map(Vulnerability::line)).toList());
  }
}
