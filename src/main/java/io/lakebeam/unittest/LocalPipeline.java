package io.lakebeam.unittest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.testcase.PipelineTest;
import io.lakebeam.spec.testcase.PipelineTest.Given;
import io.lakebeam.spec.testcase.TestFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A pipeline in a lake of its own on this machine, for tests that are written in Java: it gets
 * rows, is updated for real, and is asked for the rows of its tables. It needs no broker and no
 * account.
 *
 * <pre>{@code
 * try (LocalPipeline shop = LocalPipeline.of(Path.of("pipelines/shop"))) {
 *   shop.given("orders", Map.of("id", 1, "city", "Ulm", "amount", 10)).update();
 *   assertEquals(List.of(Map.of("city", "ULM", "amount", 10L)), shop.rows("totals", "city", "amount"));
 * }
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class LocalPipeline implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "pipeline.yaml";

  private final PipelineSpec spec;
  private final TestFolder folder = TestFolder.make();
  private final Map<String, List<JsonNode>> waiting = new LinkedHashMap<>();
  private final Set<String> sources = new HashSet<>();
  private Clock clock = Clock.systemUTC();
  private @Nullable OwnLake lake;

  private LocalPipeline(PipelineSpec spec) {
    this.spec = spec;
  }

  /**
   * A pipeline with nothing in its lake.
   *
   * @param pipeline its file, or the folder of its {@code pipeline.yaml}
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with its files
   */
  public static LocalPipeline of(Path pipeline) {
    return new LocalPipeline(read(location(pipeline)));
  }

  /**
   * The tests beside a pipeline, as {@code lakebeam test} runs them.
   *
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with its files
   */
  public static Tests tests(Path pipeline) {
    PipelineLocation location = location(pipeline);
    PipelineSpec spec = read(location);
    return new Tests(spec, TestFiles.read(spec, location));
  }

  /** A pipeline with its tests. */
  public record Tests(PipelineSpec spec, List<PipelineTest> tests) {
    public Tests {
      tests = List.copyOf(tests);
    }
  }

  private static PipelineLocation location(Path pipeline) {
    Path here = Path.of("").toAbsolutePath();
    Path path = here.resolve(pipeline);
    return PipelineLocation.of(Files.isDirectory(path) ? path.resolve(FILE) : path, here);
  }

  private static PipelineSpec read(PipelineLocation location) {
    return new PipelineReader().read(location, Map.of(), System::getenv);
  }

  /**
   * Lets records come to a source with the next update.
   *
   * @param records maps of columns, or texts: the record as it comes, byte for byte. Values are
   *     numbers, texts, truths, lists, maps, bytes, null; times and dates as those of {@code
   *     java.time}
   * @throws TestProblemException when there is no such source, or when it is a reference source
   *     that an earlier update has read already
   */
  public LocalPipeline given(String source, Object... records) {
    List<String> known = spec.sources().stream().map(SourceSpec::name).toList();
    if (!known.contains(source)) {
      throw problem("there is no source " + source, known, source);
    }
    if (lake != null && !sources.contains(source) && isReference(source)) {
      throw problem(
          "rows of the reference source " + source + " come before the first update",
          List.of(),
          source);
    }
    sources.add(source);
    List<JsonNode> list = waiting.computeIfAbsent(source, unknown -> new ArrayList<>());
    Arrays.stream(records).map(LocalPipeline::json).forEach(list::add);
    return this;
  }

  private boolean isReference(String source) {
    return spec.sources().stream().anyMatch(s -> s.name().equals(source) && s.reference());
  }

  /** What the pipeline takes for the time from now on. */
  public LocalPipeline now(Instant now) {
    clock = OwnLake.from(now);
    return this;
  }

  /**
   * Takes what was given through the whole pipeline, and everything with it that a run does.
   *
   * @throws io.lakebeam.graph.ExplainedException when the update stops, as by a rule with {@code
   *     fail}
   */
  public LocalPipeline update() {
    OwnLake updated = lake();
    waiting.forEach(
        (source, records) -> updated.land(source, new Given(SourceLocation.NOWHERE, records)));
    waiting.clear();
    updated.update(clock);
    return this;
  }

  private OwnLake lake() {
    if (lake == null) {
      lake = new OwnLake(spec, folder.path(), sources);
    }
    return lake;
  }

  /**
   * The rows of a table, a view or a quarantine, in the order of their texts.
   *
   * @param columns none for all but the hidden ones
   * @return values of Java's types: {@code Integer}, {@code Long}, {@code Double}, {@code
   *     BigDecimal}, {@code String}, {@code Boolean}, {@code Instant}, {@code LocalDate}, {@code
   *     byte[]}, lists and maps; null for NULL
   * @throws TestProblemException when there is no such table or column
   */
  public List<Map<String, @Nullable Object>> rows(String table, String... columns) {
    OwnLake asked = lake();
    if (!asked.tables().contains(table)) {
      throw problem("there is no table " + table, asked.tables(), table);
    }
    Optional<List<String>> known = asked.columns(table);
    for (String column : columns) {
      if (known.isPresent() && !known.get().contains(column)) {
        throw problem(table + " has no column " + column, known.get(), column);
      }
    }
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> row : asked.rows(table)) {
      Map<String, @Nullable Object> shown = new LinkedHashMap<>();
      if (columns.length == 0) {
        shown.putAll(row);
        shown.keySet().removeIf(column -> column.startsWith("_") && !column.startsWith("__"));
      }
      for (String column : columns) {
        shown.put(column, row.get(column));
      }
      rows.add(shown);
    }
    return rows;
  }

  private static TestProblemException problem(String text, List<String> known, String name) {
    return new TestProblemException(
        new Problem(
                SourceLocation.NOWHERE,
                text,
                NearestName.question(name, known).strip(),
                known.isEmpty() ? "" : "there are " + String.join(", ", known))
            .as(ErrorCode.WRONG_USE));
  }

  private static JsonNode json(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      map.forEach((name, each) -> node.set(String.valueOf(name), json(each)));
      return node;
    }
    if (value instanceof Collection<?> list) {
      ArrayNode node = JsonNodeFactory.instance.arrayNode();
      list.forEach(each -> node.add(json(each)));
      return node;
    }
    boolean isPlain =
        value == null
            || value instanceof Number
            || value instanceof Boolean
            || value instanceof byte[];
    return isPlain ? JSON.valueToTree(value) : JsonNodeFactory.instance.textNode(value.toString());
  }

  /** Removes the lake. */
  @Override
  public void close() {
    folder.close();
  }
}
