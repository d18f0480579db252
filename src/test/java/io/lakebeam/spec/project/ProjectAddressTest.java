package io.lakebeam.spec.project;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Limits;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectAddressTest {
  private static final String DIGEST = "0123456789abcdef0123456789abcdef";
  private static final ProjectAddress ADDRESS = new ProjectAddress(DIGEST);

  @Test
  void aUriNamesTheProjectAndAFileOfIt() {
    String uri = ADDRESS.uri("pipelines/p/pipeline.yaml");
    assertEquals("classpath:/lakebeam-project/" + DIGEST + "/pipelines/p/pipeline.yaml", uri);
    assertEquals(Optional.of(ADDRESS), ProjectAddress.of(uri));
    assertEquals("pipelines/p/pipeline.yaml", ProjectAddress.file(uri));
    assertEquals(Optional.of(ADDRESS), ProjectAddress.of(ADDRESS.uri()));
    assertEquals("", ProjectAddress.file(ADDRESS.uri()));
    assertEquals(
        Optional.of(ADDRESS),
        ProjectAddress.of("classpath:lakebeam-project/" + DIGEST + "/x"),
        "as one would type it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "airlines",
        "classpath:/application.conf",
        "classpath:/lakebeam-project/short/x",
        "classpath:/lakebeam-project/../0123456789abcdef0123456789abcdef/x",
        "file:/lakebeam-project/0123456789abcdef0123456789abcdef/x"
      })
  void otherTextsNameNone(String text) {
    assertEquals(Optional.empty(), ProjectAddress.of(text));
  }

  @Test
  void aListIsReadAsItWasWritten() {
    TreeMap<String, Long> lengths = new TreeMap<>(Map.of("a b/ä.sql", 12L, "p.yaml", 0L));
    assertEquals("12 a b/ä.sql\n0 p.yaml\n", ProjectAddress.listed(lengths));
    assertEquals(lengths, ProjectAddress.read(ProjectAddress.listed(lengths)));
    for (String broken : new String[] {"p.yaml\n", "x p.yaml\n", " p.yaml\n", "-1 p\n"}) {
      assertThrows(IllegalArgumentException.class, () -> ProjectAddress.read(broken), broken);
    }
  }

  @Test
  void whatIsTooMuchIsNotRead() {
    TreeMap<String, Long> lengths = new TreeMap<>(Map.of("a", (long) Limits.PROJECT_BYTES));
    assertTrue(ProjectAddress.isWithinBounds(lengths));
    lengths.put("b", 1L);
    assertFalse(ProjectAddress.isWithinBounds(lengths));
    assertThrows(
        IllegalArgumentException.class, () -> ProjectAddress.read(ProjectAddress.listed(lengths)));
    TreeMap<String, Long> many = new TreeMap<>();
    for (int i = 0; i <= Limits.PROJECT_FILES; i++) {
      many.put("f" + i, 0L);
    }
    assertFalse(ProjectAddress.isWithinBounds(many));
  }

  @Test
  void namesThatAListOrAJarCannotTellDoNotTravel() {
    assertTrue(ProjectAddress.mayTravel("a b/ä%20#?.sql"));
    assertFalse(ProjectAddress.mayTravel("a\nb"));
    assertFalse(ProjectAddress.mayTravel("a!/b"));
  }
}
