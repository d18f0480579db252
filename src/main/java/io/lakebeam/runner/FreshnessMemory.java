package io.lakebeam.runner;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.Freshness;
import io.lakebeam.event.Freshness.Kind;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.source.Slice;
import io.lakebeam.spec.FreshnessSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * When sources last brought records, tables got rows and views were brought up to date, of those
 * whose age somebody wants to know. Kept beside the ledger, now and then: what a run that was
 * killed has not saved is found in the plans of its epochs and in the logs of the tables.
 */
final class FreshnessMemory {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String FILE = "freshness.json";

  /** So many plans are read at most for a source that nothing is known of. */
  private static final int MOST_PLANS = 200;

  private final CompiledPipeline pipeline;
  private final FreshnessSpec spec;
  private final Path file;
  private final Map<String, Instant> last = new TreeMap<>();
  private final Map<String, Instant> lookedAt = new TreeMap<>();
  private Optional<Instant> savedAt = Optional.empty();

  private FreshnessMemory(CompiledPipeline pipeline, Ledger ledger) {
    this.pipeline = pipeline;
    this.spec = pipeline.spec().freshness();
    this.file = new Path(ledger.folder(), FILE);
  }

  /**
   * What the lake knows now.
   *
   * @param contents of the ledger
   */
  static FreshnessMemory of(
      CompiledPipeline pipeline, Ledger ledger, Ledger.Contents contents, Instant now) {
    FreshnessMemory memory = new FreshnessMemory(pipeline, ledger);
    pipeline.storage().read(memory.file).ifPresent(memory::read);
    memory.readPlans(ledger, contents.lastPlanned(), now);
    for (String dataset : memory.spec.freshWithin().keySet()) {
      if (memory.kind(dataset) == Kind.TABLE) {
        PipelineStatus.lastRows(pipeline.pathOf(dataset)).ifPresent(at -> memory.came(dataset, at));
      }
    }
    return memory;
  }

  /** One that was cut off, or that somebody else has written, says nothing. */
  private void read(byte[] json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      Map<String, Instant> lasts = instants(root.path("last"));
      Map<String, Instant> looks = instants(root.path("looked_at"));
      savedAt = Optional.of(Instant.parse(root.path("saved_at").asText()));
      last.putAll(lasts);
      lookedAt.putAll(looks);
    } catch (IOException | DateTimeException e) {
      savedAt = Optional.empty();
    }
  }

  private static Map<String, Instant> instants(JsonNode node) {
    Map<String, Instant> instants = new TreeMap<>();
    node.properties()
        .forEach(each -> instants.put(each.getKey(), Instant.parse(each.getValue().asText())));
    return instants;
  }

  /** What came since it was saved, or of late where nothing was: the newest plan first. */
  private void readPlans(Ledger ledger, long newest, Instant now) {
    Map<String, Instant> open = new TreeMap<>();
    spec.silentAfter()
        .forEach(
            (source, limit) ->
                open.put(source, isKnown(source) ? savedAt.orElseThrow() : now.minus(limit)));
    for (long number = newest; number > Math.max(0, newest - MOST_PLANS); number--) {
      Optional<EpochPlan> plan = open.isEmpty() ? Optional.empty() : ledger.plan(number);
      if (plan.isEmpty()) {
        return;
      }
      Instant at = plan.get().plannedAt();
      open.values().removeIf(at::isBefore);
      plan.get().slices().stream()
          .filter(slice -> slice.into().isEmpty())
          .map(Slice::source)
          .filter(open::containsKey)
          .distinct()
          .toList()
          .forEach(
              source -> {
                came(source, at);
                open.remove(source);
              });
    }
  }

  private boolean isKnown(String name) {
    return savedAt.isPresent() && (last.containsKey(name) || lookedAt.containsKey(name));
  }

  void save(Instant now) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("saved_at", now.toString());
    put(root.putObject("last"), last);
    put(root.putObject("looked_at"), lookedAt);
    pipeline.storage().replace(file, root.toString().getBytes(StandardCharsets.UTF_8));
    savedAt = Optional.of(now);
  }

  private static void put(ObjectNode node, Map<String, Instant> instants) {
    instants.forEach((name, at) -> node.put(name, at.toString()));
  }

  /** A source has brought records, a table has got rows, a view is up to date. */
  void came(String name, Instant at) {
    last.merge(name, at, (one, other) -> one.isAfter(other) ? one : other);
  }

  /** Somebody looks at it, the first time or not. */
  void looks(String name, Instant at) {
    lookedAt.putIfAbsent(name, at);
  }

  /** How a source or dataset stands; empty where nobody wants to know. */
  Optional<Freshness> freshness(String name, Instant now) {
    Kind kind = kind(name);
    Duration limit = (kind == Kind.SOURCE ? spec.silentAfter() : spec.freshWithin()).get(name);
    if (limit == null) {
      return Optional.empty();
    }
    Optional<Instant> came = Optional.ofNullable(last.get(name));
    Instant since = came.orElse(lookedAt.getOrDefault(name, now));
    return Optional.of(new Freshness(kind, name, limit, came, since, now));
  }

  Kind kind(String name) {
    if (spec.silentAfter().containsKey(name)) {
      return Kind.SOURCE;
    }
    return pipeline.table(name).isPresent() || pipeline.upsert(name).isPresent()
        ? Kind.TABLE
        : Kind.VIEW;
  }
}
