package io.lakebeam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The benchmarks are built by themselves; classes that move are not to be missed there. */
class BenchmarkSourcesTest {
  private static final Path SOURCES = Path.of("benchmarks/src/java");
  private static final Pattern IMPORT =
      Pattern.compile("^import (?:static )?(io\\.lakebeam\\.[\\w.]+);", Pattern.MULTILINE);

  @Test
  void whatTheyImportIsThere() throws IOException {
    List<String> missing = new ArrayList<>();
    int imports = 0;
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        Matcher matcher = IMPORT.matcher(Files.readString(file));
        while (matcher.find()) {
          imports++;
          if (!isThere(matcher.group(1))) {
            missing.add(file.getFileName() + ": " + matcher.group(1));
          }
        }
      }
    }
    assertEquals(List.of(), missing);
    assertTrue(imports > 20, imports + " imports");
  }

  private static boolean isThere(String name) {
    String type = name;
    // An import may name a class within a class, or a method of one.
    for (int i = 0; i < 3; i++) {
      try {
        Class.forName(type, false, BenchmarkSourcesTest.class.getClassLoader());
        return true;
      } catch (ClassNotFoundException e) {
        int dot = type.lastIndexOf('.');
        type = type.substring(0, dot) + (i == 0 ? "$" : ".") + type.substring(dot + 1);
      }
    }
    return Files.exists(SOURCES.resolve(name.replace('.', '/') + ".java"));
  }
}
