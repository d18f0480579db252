package io.lakebeam.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.unittest.LocalPipeline;
import io.lakebeam.unittest.TestProblemException;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The chapter on JUnit of {@code docs/guides/testing.md}: what it shows compiles, and passes. */
class JunitGuideIT {
  private static final Pattern FILE =
      Pattern.compile("cat > (\\S+) <<'EOS'\\n(.*?)EOS\\n", Pattern.DOTALL);
  private static final Pattern CODE = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path dir;
  private String page;
  private Path shop;

  @BeforeEach
  void writeWhatThePageHas() throws IOException {
    page = Files.readString(Path.of("docs/guides/testing.md"));
    shop = dir.resolve("shop");
    Files.createDirectories(shop.resolve("tests"));
    Matcher files = FILE.matcher(page);
    while (files.find()) {
      Files.writeString(shop.resolve(files.group(1)), files.group(2));
    }
  }

  @Test
  void theTestOfThePagePasses() throws Exception {
    TestExecutionSummary summary = run();
    StringWriter told = new StringWriter();
    summary.getFailures().forEach(each -> told.append(each.getException().toString()));
    assertEquals("", told.toString());
    // Two of YAML and one in Java.
    assertEquals(3, summary.getTestsSucceededCount());
  }

  @Test
  void whatDiffersFailsTheTestWithItsPlace() throws Exception {
    Path tests = shop.resolve("tests/orders.yaml");
    Files.writeString(tests, Files.readString(tests).replace("amount: 30", "amount: 31"));
    TestExecutionSummary summary = run();
    assertEquals(2, summary.getTestsSucceededCount());
    String failure = summary.getFailures().get(0).getException().getMessage();
    assertTrue(failure.contains("tests/orders.yaml:8:7: totals has other rows:"), failure);
    assertTrue(failure.contains("but found     city: ULM, amount: 30"), failure);
  }

  private TestExecutionSummary run() throws Exception {
    Matcher code = CODE.matcher(page);
    assertTrue(code.find());
    Path source = dir.resolve("ShopTest.java");
    String here = shop.toString().replace("\\", "\\\\");
    Files.writeString(
        source, code.group(1).replace("Path.of(\"shop\")", "Path.of(\"" + here + "\")"));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                dir.toString(),
                source.toString());
    assertEquals(0, result);
    try (URLClassLoader loader = new URLClassLoader(new URL[] {dir.toUri().toURL()})) {
      SummaryGeneratingListener summary = new SummaryGeneratingListener();
      LauncherFactory.create()
          .execute(
              LauncherDiscoveryRequestBuilder.request()
                  .selectors(DiscoverySelectors.selectClass(loader.loadClass("ShopTest")))
                  .build(),
              summary);
      return summary.getSummary();
    }
  }

  @Test
  void mistakesAreTold() {
    try (LocalPipeline pipeline = LocalPipeline.of(shop.resolve("pipeline.yaml"))) {
      told("there is no source order", () -> pipeline.given("order", Map.of()));
      pipeline.given("orders", Map.of("id", 7, "city", "Bonn", "amount", 700)).update();
      told("there is no table total", () -> pipeline.rows("total"));
      told("totals has no column town", () -> pipeline.rows("totals", "town"));
      assertEquals(List.of(), pipeline.rows("silver"));
      assertEquals(
          List.of(Map.of("id", 7L, "_failed_expectations", List.of("small"))),
          pipeline.rows("silver_quarantine", "id", "_failed_expectations"));
    }
  }

  private static void told(String problem, Runnable asked) {
    String message = assertThrows(TestProblemException.class, asked::run).getMessage();
    assertTrue(message.contains(problem), message);
  }

  @Test
  void nothingIsLeftBehind() throws IOException {
    List<Path> before = folders();
    try (LocalPipeline pipeline = LocalPipeline.of(shop)) {
      pipeline.given("orders", Map.of("id", 1)).update();
      assertFalse(
          pipeline.rows("silver").isEmpty() && pipeline.rows("silver_quarantine").isEmpty());
    }
    List<Path> after = folders();
    after.removeAll(before);
    assertEquals(
        List.of(), after.stream().filter(each -> Files.exists(each.resolve("lake"))).toList());
  }

  private static List<Path> folders() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return new ArrayList<>(
          files
              .filter(each -> each.getFileName().toString().startsWith("lakebeam-test-"))
              .toList());
    }
  }
}
