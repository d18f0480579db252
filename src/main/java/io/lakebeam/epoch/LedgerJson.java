package io.lakebeam.epoch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.DataFileJson;
import io.lakebeam.epoch.EpochResult.BudgetResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.epoch.EpochResult.UpsertResult;
import io.lakebeam.expectation.Budget;
import io.lakebeam.row.Microseconds;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.UnknownVersionException;
import io.lakebeam.spec.ProblemJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** The ledger's files as JSON: read by people and by every later version, so written by hand. */
final class LedgerJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private LedgerJson() {}

  static byte[] write(EpochPlan plan) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("pipeline", plan.pipeline());
    root.put("epoch", plan.number());
    root.put("planned_at", plan.plannedAt().toString());
    putSlices(root, plan.slices());
    root.set("positions", positions(plan.positions()));
    if (!plan.versions().isEmpty()) {
      ObjectNode versions = root.putObject("versions");
      plan.versions().forEach(versions::put);
    }
    if (plan.startsUpdate()) {
      root.put("starts_update", true);
    }
    if (!plan.inputs().isEmpty()) {
      ObjectNode inputs = root.putObject("inputs");
      plan.inputs().forEach(inputs::put);
    }
    return bytes(root);
  }

  static byte[] write(List<Slice> slices) {
    ObjectNode root = MAPPER.createObjectNode();
    putSlices(root, slices);
    return bytes(root);
  }

  private static void putSlices(ObjectNode root, List<Slice> slices) {
    ArrayNode array = root.putArray("slices");
    slices.forEach(slice -> array.add(slice(slice)));
  }

  static List<Slice> slices(byte[] json) {
    return slices(tree(json));
  }

  private static List<Slice> slices(JsonNode root) {
    List<Slice> slices = new ArrayList<>();
    root.get("slices").forEach(slice -> slices.add(Slice.read(slice)));
    return slices;
  }

  static byte[] writeNames(Collection<String> names) {
    ObjectNode root = MAPPER.createObjectNode();
    names.forEach(root.putArray("columns")::add);
    return bytes(root);
  }

  static List<String> names(byte[] json) {
    List<String> names = new ArrayList<>();
    tree(json).get("columns").forEach(name -> names.add(name.asText()));
    return names;
  }

  static byte[] writeSetAside(Map<Slice.FileSlice, String> files) {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode array = root.putArray("set_aside");
    files.forEach((file, error) -> array.add(slice(file).put("error", error)));
    return bytes(root);
  }

  static Map<Slice.FileSlice, String> setAside(byte[] json) {
    Map<Slice.FileSlice, String> files = new LinkedHashMap<>();
    for (JsonNode node : tree(json).get("set_aside")) {
      if (!(Slice.read(node) instanceof Slice.FileSlice file)) {
        throw new IllegalArgumentException("only files are set aside");
      }
      files.put(file, node.get("error").asText());
    }
    return files;
  }

  static EpochPlan plan(byte[] json) {
    JsonNode root = tree(json);
    return new EpochPlan(
        root.get("pipeline").asText(),
        root.get("epoch").asLong(),
        Instant.parse(root.get("planned_at").asText()),
        slices(root),
        positions(root.get("positions")),
        versions(root.path("versions")),
        root.path("starts_update").asBoolean(),
        inputs(root.path("inputs")),
        0,
        Set.of(),
        "",
        Map.of());
  }

  private static Map<String, String> inputs(JsonNode node) {
    Map<String, String> inputs = new TreeMap<>();
    node.properties().forEach(input -> inputs.put(input.getKey(), input.getValue().asText()));
    return inputs;
  }

  private static Map<String, Long> versions(JsonNode node) {
    Map<String, Long> versions = new TreeMap<>();
    node.properties().forEach(table -> versions.put(table.getKey(), table.getValue().asLong()));
    return versions;
  }

  static byte[] write(FullRefresh refresh) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("epoch", refresh.number());
    root.put("attempt", refresh.attempt());
    root.put("replaces", refresh.replaces());
    refresh.asked().forEach(root.putArray("asked")::add);
    refresh.tables().forEach(root.putArray("tables")::add);
    ObjectNode inputs = root.putObject("inputs");
    refresh.inputs().forEach(inputs::put);
    ArrayNode rereads = root.putArray("rereads");
    for (FullRefresh.Reading reading : refresh.rereads()) {
      ObjectNode node = rereads.addObject().put("name", reading.name());
      reading.into().forEach(node.putArray("into")::add);
      boolean areFiles =
          !reading.slices().isEmpty()
              && reading.slices().stream().allMatch(Slice.FileSlice.class::isInstance);
      if (areFiles) {
        // As positions are written, in which many files take little room.
        new SourcePosition.SeenFiles(
                reading.slices().stream()
                    .map(slice -> ((Slice.FileSlice) slice).identity())
                    .collect(Collectors.toSet()))
            .write(node);
      } else {
        putSlices(node, reading.slices());
      }
    }
    return bytes(root);
  }

  static FullRefresh refresh(byte[] json) {
    JsonNode root = tree(json);
    List<FullRefresh.Reading> rereads = new ArrayList<>();
    for (JsonNode node : root.get("rereads")) {
      String name = node.get("name").asText();
      rereads.add(
          new FullRefresh.Reading(
              name,
              names(node.get("into")),
              node.has("slices") ? slices(node) : files(name, SourcePosition.read(node))));
    }
    return new FullRefresh(
        root.get("epoch").asLong(),
        root.get("attempt").asInt(),
        root.get("replaces").asText(),
        names(root.get("asked")),
        names(root.get("tables")),
        inputs(root.get("inputs")),
        rereads);
  }

  private static List<Slice> files(String source, SourcePosition position) {
    return SourcePosition.SeenFiles.requireFiles(position).files().stream()
        .<Slice>map(
            file -> new Slice.FileSlice(source, file.path(), file.length(), file.modifiedAt()))
        .toList();
  }

  private static Set<String> names(JsonNode array) {
    Set<String> names = new TreeSet<>();
    array.forEach(name -> names.add(name.asText()));
    return names;
  }

  static byte[] writeVersion(long version) {
    return bytes(MAPPER.createObjectNode().put("version", version));
  }

  static byte[] write(Closing closing) {
    return bytes(
        MAPPER
            .createObjectNode()
            .put("table", closing.table())
            .put("read", closing.read())
            .put("from_version", closing.from())
            .put("to_version", closing.to())
            .put("from_watermark", Microseconds.instant(closing.before()).toString())
            .put("to_watermark", Microseconds.instant(closing.until()).toString()));
  }

  static Closing closing(byte[] json) {
    JsonNode root = tree(json);
    return new Closing(
        root.get("table").asText(),
        root.get("read").asText(),
        root.get("from_version").asLong(),
        root.get("to_version").asLong(),
        Microseconds.of(Instant.parse(root.get("from_watermark").asText())),
        Microseconds.of(Instant.parse(root.get("to_watermark").asText())));
  }

  static Long version(byte[] json) {
    return tree(json).get("version").asLong();
  }

  static byte[] write(Map<String, SourcePosition> positions) {
    return bytes(positions(positions));
  }

  static Map<String, SourcePosition> readPositions(byte[] json) {
    return positions(tree(json));
  }

  static byte[] write(EpochResult result) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("pipeline", result.pipeline());
    root.put("epoch", result.number());
    root.put("planned_at", result.plannedAt().toString());
    root.put("finished_at", result.finishedAt().toString());
    ArrayNode datasets = root.putArray("datasets");
    result.datasets().forEach(dataset -> datasets.add(counts(dataset)));
    if (!result.setAside().isEmpty()) {
      putSetAside(root, result.setAside());
    }
    if (!result.leftOut().isEmpty()) {
      result.leftOut().forEach(root.putArray("left_out")::add);
    }
    if (!result.budgets().isEmpty()) {
      ArrayNode budgets = root.putArray("budgets");
      result.budgets().forEach(budget -> put(budgets.addObject(), budget));
    }
    return bytes(root);
  }

  private static void putSetAside(ObjectNode root, List<BadFile> files) {
    ArrayNode setAside = root.putArray("set_aside");
    for (BadFile file : files) {
      setAside
          .addObject()
          .put("source", file.source())
          .put("path", file.path())
          .put("error", file.error());
    }
  }

  private static ObjectNode counts(DatasetResult dataset) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("dataset", dataset.dataset());
    node.put("outcome", dataset.outcome());
    node.put("version", dataset.version());
    node.put("in", dataset.in());
    node.put("accepted", dataset.accepted());
    node.put("dropped", dataset.dropped());
    if (dataset.duplicates() > 0) {
      node.put("duplicates", dataset.duplicates());
    }
    node.put("quarantined", dataset.quarantined());
    if (dataset.late() > 0) {
      node.put("late", dataset.late());
    }
    node.put("files", dataset.files());
    node.put("bytes", dataset.bytes());
    if (dataset.upserts().isThere()) {
      node.putObject("upserts")
          .put("upserted", dataset.upserts().upserted())
          .put("deleted", dataset.upserts().deleted())
          .put("late", dataset.upserts().late())
          .put("tied", dataset.upserts().tied());
    }
    ObjectNode rules = node.putObject("rules");
    dataset
        .rules()
        .forEach(
            (name, rule) ->
                rules.putObject(name).put("passed", rule.passed()).put("failed", rule.failed()));
    return node;
  }

  static EpochResult result(byte[] json) {
    JsonNode root = tree(json);
    List<DatasetResult> datasets = new ArrayList<>();
    root.get("datasets").forEach(node -> datasets.add(counts(node)));
    return new EpochResult(
        root.get("pipeline").asText(),
        root.get("epoch").asLong(),
        Instant.parse(root.get("planned_at").asText()),
        Instant.parse(root.get("finished_at").asText()),
        datasets,
        badFiles(root),
        leftOut(root),
        budgets(root));
  }

  private static void put(ObjectNode node, BudgetResult budget) {
    node.put("table", budget.table());
    if (!budget.rule().isEmpty()) {
      node.put("rule", budget.rule());
    }
    node.put("per", budget.per().toString()).put("in", budget.in()).put("bad", budget.bad());
    if (!budget.told().isEmpty()) {
      node.put("told", budget.told());
    }
    if (budget.isTold()) {
      node.put("excess", budget.excess());
    }
  }

  private static List<BudgetResult> budgets(JsonNode root) {
    List<BudgetResult> budgets = new ArrayList<>();
    for (JsonNode node : root.path("budgets")) {
      budgets.add(
          new BudgetResult(
              node.get("table").asText(),
              node.path("rule").asText(""),
              node.get("per").asText().equals(Budget.Per.DAY.toString())
                  ? Budget.Per.DAY
                  : Budget.Per.EPOCH,
              node.get("in").asLong(),
              node.get("bad").asLong(),
              node.path("told").asText(""),
              node.path("excess").asText("")));
    }
    return budgets;
  }

  private static Set<String> leftOut(JsonNode root) {
    Set<String> names = new TreeSet<>();
    root.path("left_out").forEach(name -> names.add(name.asText()));
    return names;
  }

  private static List<BadFile> badFiles(JsonNode root) {
    List<BadFile> setAside = new ArrayList<>();
    for (JsonNode file : root.path("set_aside")) {
      setAside.add(
          new BadFile(
              file.get("source").asText(), file.get("path").asText(), file.get("error").asText()));
    }
    return setAside;
  }

  private static DatasetResult counts(JsonNode node) {
    Map<String, RuleResult> rules = new TreeMap<>();
    node.get("rules")
        .properties()
        .forEach(
            rule ->
                rules.put(
                    rule.getKey(),
                    new RuleResult(
                        rule.getValue().get("passed").asLong(),
                        rule.getValue().get("failed").asLong())));
    return new DatasetResult(
        node.get("dataset").asText(),
        node.get("outcome").asText(),
        node.get("version").asLong(),
        node.get("in").asLong(),
        node.get("accepted").asLong(),
        node.get("dropped").asLong(),
        node.path("duplicates").asLong(),
        node.get("quarantined").asLong(),
        node.path("late").asLong(),
        node.get("files").asInt(),
        node.get("bytes").asLong(),
        rules,
        node.has("upserts") ? upserts(node.get("upserts")) : UpsertResult.NONE);
  }

  private static UpsertResult upserts(JsonNode node) {
    return new UpsertResult(
        node.get("upserted").asLong(),
        node.get("deleted").asLong(),
        node.get("late").asLong(),
        node.get("tied").asLong());
  }

  static byte[] write(Decisions decisions) {
    ObjectNode root = MAPPER.createObjectNode();
    ArrayNode made = root.putArray("decisions");
    decisions.made().values().forEach(each -> write(each, made.addObject()));
    ArrayNode without = root.putArray("without");
    decisions.without().forEach(without::add);
    return bytes(root);
  }

  static Decisions decisions(byte[] json) {
    JsonNode root = tree(json);
    Map<String, Decision> made = new TreeMap<>();
    for (JsonNode each : root.get("decisions")) {
      Decision decision = decision(each);
      made.put(decision.dataset(), decision);
    }
    Set<String> without = new TreeSet<>();
    root.get("without").forEach(each -> without.add(each.asText()));
    return new Decisions(made, without);
  }

  static byte[] write(Decision decision) {
    ObjectNode root = MAPPER.createObjectNode();
    write(decision, root);
    return bytes(root);
  }

  private static void write(Decision decision, ObjectNode root) {
    if (!decision.basis().isEmpty()) {
      root.put("basis", decision.basis());
    }
    root.set("counted", counts(decision.counted()));
    DataFileJson.write(root.putArray("files"), decision.files());
    DataFileJson.write(root.putArray("quarantine_files"), decision.quarantineFiles());
    if (!decision.setAside().isEmpty()) {
      putSetAside(root, decision.setAside());
    }
    if (!decision.logFiles().isEmpty()) {
      DataFileJson.write(root.putArray("log_files"), decision.logFiles());
    }
  }

  static Decision decision(byte[] json) {
    return decision(tree(json));
  }

  private static Decision decision(JsonNode root) {
    return new Decision(
        root.path("basis").asText(),
        DataFileJson.read(root.get("files")),
        DataFileJson.read(root.get("quarantine_files")),
        counts(root.get("counted")),
        badFiles(root),
        root.has("log_files") ? DataFileJson.read(root.get("log_files")) : List.of());
  }

  static byte[] write(EpochFailure failure) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("epoch", failure.number());
    root.put("dataset", failure.dataset());
    ProblemJson.write(failure.told(), root);
    ArrayNode samples = root.putArray("samples");
    failure.samples().forEach(samples::add);
    return bytes(root);
  }

  static EpochFailure failure(byte[] json) {
    JsonNode root = tree(json);
    List<String> samples = new ArrayList<>();
    root.get("samples").forEach(sample -> samples.add(sample.asText()));
    return new EpochFailure(
        root.get("epoch").asLong(), root.get("dataset").asText(), ProblemJson.read(root), samples);
  }

  private static ObjectNode slice(Slice slice) {
    ObjectNode node = MAPPER.createObjectNode();
    slice.write(node);
    return node;
  }

  private static ObjectNode positions(Map<String, SourcePosition> positions) {
    ObjectNode root = MAPPER.createObjectNode();
    positions.forEach((source, position) -> position.write(root.putObject(source)));
    return root;
  }

  private static Map<String, SourcePosition> positions(JsonNode root) {
    Map<String, SourcePosition> positions = new TreeMap<>();
    root.properties().forEach(e -> positions.put(e.getKey(), SourcePosition.read(e.getValue())));
    return positions;
  }

  /**
   * What a file of the ledger says.
   *
   * @param reader from its bytes
   * @throws DamagedLedgerException when it cannot be read as that, also because a later version
   *     wrote it
   */
  static <T> T read(Path file, byte[] json, Function<byte[], T> reader) {
    try {
      return reader.apply(json);
    } catch (UnknownVersionException e) {
      throw new DamagedLedgerException(file, e);
    } catch (UncheckedIOException
        | NullPointerException
        | IllegalArgumentException
        | DateTimeException e) {
      throw new DamagedLedgerException(file, e);
    }
  }

  /**
   * @throws UncheckedIOException when the bytes are no JSON object
   */
  static JsonNode tree(byte[] json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      if (!tree.isObject()) {
        throw new IOException("no JSON object");
      }
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] bytes(JsonNode root) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }
}
