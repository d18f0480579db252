package io.lakebeam.catalyst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.databricks.LinkCheck;
import io.lakebeam.databricks.LinkCheck.Missing;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What is taken of Spark holds together: the JVM takes every class, and a class that is not taken,
 * or is hollow, is named only where a reason says that nobody comes there.
 */
class LinkTest {
  private static final Path CLASSES = Path.of("target/classes");
  private static final Path SHADED = CLASSES.resolve("io/lakebeam/shaded");

  private static LinkCheck check;

  @BeforeAll
  static void read() throws IOException {
    check = LinkCheck.of(CLASSES, SHADED, LinkTest.class.getClassLoader());
    assertTrue(check.size() > 10_000, "classes that were looked through: " + check.size());
    assertEquals(Set.of(), check.unread());
  }

  @Test
  void namesWhatIsThere() throws IOException {
    List<Missing> missing = new ArrayList<>(check.missingMembers());
    missing.addAll(check.missingClasses());
    TreeMap<String, String> reasons = reasons();
    Set<String> used = new HashSet<>();
    TreeSet<String> unexplained = new TreeSet<>();
    for (Missing each : missing) {
      String reason = reasonFor(each.owner(), reasons);
      if (reason == null) {
        unexplained.add(each.toString());
      } else {
        used.add(reason);
      }
    }
    assertEquals("", String.join("\n", unexplained));
    TreeSet<String> idle = new TreeSet<>(reasons.keySet());
    idle.removeAll(used);
    assertEquals(Set.of(), idle, "reasons for what is not missing");
  }

  /** Asking for a class's methods makes the JVM verify them. */
  @Test
  void everyClassIsOneForTheJvm() throws IOException, ClassNotFoundException {
    List<String> refused = new ArrayList<>();
    int methods = 0;
    for (String name : names()) {
      try {
        Class<?> type = Class.forName(name, false, LinkTest.class.getClassLoader());
        methods += type.getDeclaredMethods().length;
      } catch (LinkageError e) {
        refused.add(name + ": " + e);
      }
    }
    assertEquals("", String.join("\n", refused));
    assertTrue(methods > 100_000, "methods that were verified: " + methods);
  }

  private static List<String> names() throws IOException {
    Set<String> hollow = new HashSet<>(Files.readAllLines(SHADED.resolve("hollow.txt")));
    try (Stream<Path> files = Files.walk(SHADED)) {
      return files
          .map(file -> CLASSES.relativize(file).toString())
          .filter(file -> file.endsWith(".class"))
          .map(file -> file.substring(0, file.length() - ".class".length()))
          .filter(name -> !hollow.contains(name))
          .map(name -> name.replace('/', '.'))
          .toList();
    }
  }

  /** The reason of the longest name that this one begins with. */
  private static String reasonFor(String name, TreeMap<String, String> reasons) {
    return reasons.descendingKeySet().stream()
        .filter(name::startsWith)
        .max(Comparator.comparingInt(String::length))
        .orElse(null);
  }

  private static TreeMap<String, String> reasons() throws IOException {
    TreeMap<String, String> reasons = new TreeMap<>();
    try (InputStream in = LinkTest.class.getResourceAsStream("left-out.txt")) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("\\s+", 2))
          .forEach(line -> reasons.put(full(line[0]), line[1]));
    }
    return reasons;
  }

  private static String full(String name) {
    boolean isOurs = name.startsWith("spark.") || name.startsWith("scala.");
    return isOurs ? "io.lakebeam.shaded." + name : name;
  }
}
