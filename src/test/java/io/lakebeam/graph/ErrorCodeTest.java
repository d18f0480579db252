package io.lakebeam.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page has every code with the sentence that the code itself has, and none is for nothing. */
class ErrorCodeTest {
  private static final Path SOURCES = Path.of("src/main/java/io/lakebeam");
  private static final Pattern CODE =
      Pattern.compile("/\\*\\*([^/]*?)\\*/\\s*([A-Z_]+)(?=[,\\s}])");
  private static final Pattern LINE = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| (.*) \\|$");

  @Test
  void thePageHasThemAllInTheirOrder() throws IOException {
    Map<String, String> codes = new LinkedHashMap<>();
    String source = Files.readString(SOURCES.resolve("graph/ErrorCode.java"));
    Matcher each = CODE.matcher(source.substring(source.indexOf("enum ErrorCode")));
    while (each.find()) {
      codes.put(each.group(2), each.group(1).replaceAll("\\s*\\n\\s*\\*? ?", " ").strip());
    }
    assertEquals(
        Arrays.stream(ErrorCode.values()).map(Enum::name).toList(), List.copyOf(codes.keySet()));
    Map<String, String> page = new LinkedHashMap<>();
    Matcher lines = LINE.matcher(Files.readString(Path.of("docs/reference/errors.md")));
    while (lines.find()) {
      page.put(lines.group(1), lines.group(2));
    }
    assertEquals(codes.toString(), page.toString());
  }

  @Test
  void eachIsSaidSomewhere() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        all.append(Files.readString(file));
      }
    }
    for (ErrorCode code : ErrorCode.values()) {
      assertTrue(
          Pattern.compile("ErrorCode\\." + code + "\\b").matcher(all).find(),
          "nothing says " + code);
    }
  }
}
