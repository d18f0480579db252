package io.lakebeam.databricks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The jar for Spark beside the libraries of a Databricks runtime, which are loaded in place of the
 * jar's own: every class and member that the jar's classes name is there. What is missing would be
 * a NoSuchMethodError at the first job that comes to it.
 */
class LinkIT {
  private static final Path JAR = Path.of("target/lakebeam-spark.jar");

  /**
   * Packages that both have, where the runtime's win: Joda-Time, which stands in Beam's signatures
   * and so cannot be moved out of the way, and annotations, which nothing asks for when it runs.
   */
  private static final Set<String> SHADOWED =
      Set.of("org.joda.time", "com.google.errorprone", "javax.annotation", "org.checkerframework");

  /** What is taken of Spark and Scala; what is left out within is for the test of the engine. */
  private static final Pattern ENGINE =
      Pattern.compile("io[.]lakebeam[.]shaded[.](spark|scala)[.]");

  @ParameterizedTest
  @EnumSource(DatabricksRuntime.class)
  void linksBesideTheRuntimesLibraries(DatabricksRuntime runtime) throws IOException {
    LinkCheck check = LinkCheck.of(runtime.classPath(), JAR);
    assertTrue(check.size() > 50_000, "classes that were looked through: " + check.size());
    assertEquals(Set.of(), check.unread());
    assertEquals(
        "",
        first(
            check.missingMembers().stream()
                .filter(missing -> !ENGINE.matcher(missing.owner()).lookingAt())
                .toList()));

    List<String> leftOut = leftOut();
    assertEquals(
        "",
        first(
            check.missingClasses().stream()
                .filter(missing -> leftOut.stream().noneMatch(missing.owner()::startsWith))
                .toList()));

    Set<String> shadowed = new TreeSet<>(check.shadowed());
    shadowed.removeIf(name -> SHADOWED.stream().anyMatch(name::startsWith));
    assertEquals(Set.of(), shadowed, "packages to relocate in the pom, or to pin by a test");
  }

  private static String first(List<LinkCheck.Missing> missing) {
    return missing.stream().map(LinkCheck.Missing::toString).findFirst().orElse("");
  }

  private static List<String> leftOut() throws IOException {
    try (InputStream in = LinkIT.class.getResourceAsStream("left-out.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" ", 2)[0])
          .toList();
    }
  }
}
