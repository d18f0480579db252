package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The reference names every function, and every function is compared with Spark's. */
class SqlReferenceTest {
  private static final Pattern INTERNAL =
      Pattern.compile("(TRY_)?CAST_.*|.*_NUMBER|TRANSLATE3|LIKE_TEXT");

  private static List<String> functions() {
    TreeSet<String> names = new TreeSet<>(LibraryOperators.names());
    names.addAll(TreeRewriter.otherNames());
    names.removeIf(name -> INTERNAL.matcher(name).matches());
    return new ArrayList<>(names);
  }

  @Test
  void documentsEveryFunction() throws IOException {
    String page = Files.readString(Path.of("docs/reference/sql.md"));
    List<String> missing =
        functions().stream()
            .filter(name -> !Pattern.compile("`" + name + "[`( ]").matcher(page).find())
            .toList();
    assertEquals(List.of(), missing);
  }

  @Test
  void comparesEveryFunctionWithSpark() throws IOException {
    String cases =
        Files.readString(Path.of("src/test/resources/io/lakebeam/sql/sql-functions.txt"))
            .toUpperCase(Locale.ROOT);
    List<String> missing =
        LibraryOperators.names().stream()
            .filter(name -> !INTERNAL.matcher(name).matches())
            .filter(name -> !Pattern.compile("\\b" + name + "\\b").matcher(cases).find())
            .toList();
    assertEquals(List.of(), missing);
  }
}
