package io.lakebeam.libraries;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The list of known vulnerabilities, and the build's list of libraries. */
final class Vulnerabilities {
  static final Path LIST = Path.of("src/test/resources/libraries/known-vulnerabilities.tsv");
  static final Path LIBRARIES = Path.of("target/lakebeam-sbom.json");

  private Vulnerabilities() {}

  static List<Vulnerability> known() throws IOException {
    return Files.readAllLines(LIST).stream()
        .filter(line -> !line.startsWith("#"))
        .map(Vulnerability::of)
        .toList();
  }

  /** Versions by {@code group:artifact}, of what is in the jars or beside them. */
  static Map<String, Set<String>> libraries() throws IOException {
    Map<String, Set<String>> versions = new TreeMap<>();
    for (JsonNode each : new ObjectMapper().readTree(LIBRARIES.toFile()).path("components")) {
      versions
          .computeIfAbsent(
              each.path("group").asText() + ":" + each.path("name").asText(),
              name -> new TreeSet<>())
          .add(each.path("version").asText());
    }
    return versions;
  }
}
