package io.lakebeam.libraries;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** No version that is known to be vulnerable goes out, unless the list says why it may. */
class LibrariesIT {
  @Test
  void noKnownVulnerabilityGoesOutWithoutAReason() throws IOException {
    Map<String, Set<String>> libraries = Vulnerabilities.libraries();
    assertTrue(libraries.containsKey("org.apache.beam:beam-sdks-java-core"), "no list at all");
    List<String> found =
        Vulnerabilities.known().stream()
            .filter(each -> affects(each, libraries) && each.reason().isEmpty())
            .map(each -> each.library() + " " + libraries.get(each.library()) + ": " + each.line())
            .toList();
    assertEquals(List.of(), found, "take a version that is mended, or say why it may stay");
  }

  @Test
  void noReasonOutlivesWhatItExcuses() throws IOException {
    Map<String, Set<String>> libraries = Vulnerabilities.libraries();
    List<String> idle =
        Vulnerabilities.known().stream()
            .filter(each -> !each.reason().isEmpty() && !affects(each, libraries))
            .map(Vulnerability::line)
            .toList();
    assertEquals(List.of(), idle, "the version is not affected any more: take the reason away");
  }

  /** What the list is compared with is what is there. */
  @Test
  void theListOfLibrariesIsThatOfTheJars() throws IOException {
    Map<String, Set<String>> libraries = Vulnerabilities.libraries();
    try (var jars = java.nio.file.Files.list(Path.of("target/lib"))) {
      List<String> missing =
          jars.map(jar -> jar.getFileName().toString())
              .filter(jar -> libraries.entrySet().stream().noneMatch(each -> isOf(jar, each)))
              .toList();
      assertEquals(List.of("lakebeam-catalyst.jar"), missing);
    }
    assertTrue(libraries.containsKey("org.apache.spark:spark-catalyst_2.13"), "what is in that");
  }

  private static boolean isOf(String jar, Map.Entry<String, Set<String>> library) {
    String name = library.getKey().replaceAll(".*:", "");
    return library.getValue().stream().anyMatch(each -> jar.startsWith(name + "-" + each));
  }

  private static boolean affects(Vulnerability each, Map<String, Set<String>> libraries) {
    return libraries.getOrDefault(each.library(), Set.of()).stream().anyMatch(each::affects);
  }

  @Test
  void versionsAreOrderedAsMavenDoes() {
    Vulnerability netty =
        Vulnerability.of("X\tio.netty:netty-handler\t4.1.91.Final\t4.1.118.Final");
    assertFalse(netty.affects("4.1.90.Final"));
    assertTrue(netty.affects("4.1.117.Final"));
    assertFalse(netty.affects("4.1.118.Final"));
    assertFalse(netty.affects("4.2.0.Final"));
    assertTrue(Vulnerability.of("X\ta:b\t0\t").affects("99"));
  }
}
