package io.lakebeam.graph;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page lists every limit, with the number that holds. */
class LimitsTest {
  private static final Pattern LINE = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\| ([0-9]+) \\|");

  @Test
  void thePageSaysWhatHolds() throws Exception {
    Map<String, Long> limits = new TreeMap<>();
    for (Field field : Limits.class.getFields()) {
      if (Modifier.isStatic(field.getModifiers())) {
        limits.put(field.getName(), ((Number) field.get(null)).longValue());
      }
    }
    Map<String, Long> page = new TreeMap<>();
    Matcher lines = LINE.matcher(Files.readString(Path.of("docs/reference/limits.md")));
    while (lines.find()) {
      page.put(lines.group(1), Long.valueOf(lines.group(2)));
    }
    assertEquals(limits, page);
  }
}
