package io.lakebeam.pipeline;

import io.lakebeam.event.EventLog;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.source.SourcePosition.TableHistory;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.UpsertSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the rows of a pipeline depend on, beside its data: a fingerprint for each source and each
 * dataset. Two fingerprints are equal exactly when the declarations are, wherever their files lie.
 */
public final class Definitions {
  /** As many hexadecimal digits as nobody finds a second text for by chance. */
  private static final int DIGITS = 32;

  private Definitions() {}

  /**
   * By the name of the source or dataset. Which table follows which is in it as well, under the
   * name of a {@linkplain TableHistory#name history}.
   */
  public static SortedMap<String, String> of(CompiledPipeline compiled) {
    SortedMap<String, String> fingerprints = new TreeMap<>();
    compiled.tables().forEach(table -> follows(table).forEach(key -> fingerprints.put(key, "")));
    PipelineSpec pipeline = compiled.spec();
    // Not where they stand: a line more in a file, or another working directory, is no change.
    String functions =
        pipeline.functions().stream()
            .map(each -> each.name() + "=" + each.className() + " " + each.returns())
            .collect(Collectors.joining(","));
    for (SourceSpec source : pipeline.sources()) {
      fingerprints.put(source.name(), fingerprint(parts(source)));
    }
    for (DatasetSpec dataset : pipeline.datasets()) {
      List<String> parts = parts(dataset);
      parts.add(functions);
      fingerprints.put(dataset.name(), fingerprint(parts));
    }
    return fingerprints;
  }

  private static List<String> follows(CompiledTable table) {
    return table.flows().stream()
        .filter(flow -> flow.input() instanceof CompiledFlow.FromTable)
        .flatMap(flow -> flow.takes().stream())
        .map(read -> TableHistory.name(read, table.name()))
        .toList();
  }

  /**
   * As {@link #of}, and in which state reference files are, under {@link EventLog#files}.
   *
   * @throws io.lakebeam.source.SourceException when such files are not there
   */
  public static SortedMap<String, String> now(CompiledPipeline compiled) {
    SortedMap<String, String> fingerprints = of(compiled);
    References.states(compiled)
        .forEach(
            (source, state) ->
                fingerprints.put(EventLog.files(source), fingerprint(List.of(state))));
    return fingerprints;
  }

  /** Those whose declarations are not what they were, of what is there now and was then. */
  public static List<String> changed(Map<String, String> then, Map<String, String> now) {
    return now.keySet().stream()
        .filter(name -> then.containsKey(name) && !then.get(name).equals(now.get(name)))
        .toList();
  }

  /**
   * Which datasets and sources a plan knows that are not declared by who does its epoch.
   *
   * @param then what the plan was made for
   * @param declared the names of {@linkplain #of what is declared} now
   */
  public static Set<String> goneSince(Map<String, String> then, Set<String> declared) {
    Set<String> gone = new TreeSet<>(then.keySet());
    gone.removeAll(declared);
    // Which table follows which, and how files stood, is said under names that have blanks.
    gone.removeIf(name -> name.indexOf(' ') >= 0);
    return gone;
  }

  private static List<String> parts(SourceSpec source) {
    String file = source.format().file();
    String format = source.format().toString();
    return List.of(
        file.isEmpty() ? format : format.replace(file, ""),
        source.schema().ddl(),
        new TreeMap<>(source.namesInData()).toString(),
        source.newFields().rule().name());
  }

  /** Texts in a pipeline file begin with blanks that say where they stand. */
  private static List<String> parts(DatasetSpec dataset) {
    List<String> parts = new ArrayList<>();
    DatasetSpec.Definition definition = dataset.definition();
    parts.add(definition.getClass().getSimpleName());
    parts.addAll(
        definition.match(
            Definitions::parts,
            upsert -> parts(upsert.upsert()),
            view -> List.of(view.query().sql().strip()),
            view -> List.of(view.query().sql().strip())));
    parts.add(dataset.partitionBy().toString());
    for (Expectation rule : dataset.expectations()) {
      parts.add(
          String.join(
              " ",
              rule.name(),
              rule.condition().strip(),
              rule.onViolation().name(),
              Boolean.toString(rule.nullPasses())));
    }
    return parts;
  }

  private static List<String> parts(DatasetSpec.StreamingTable table) {
    List<String> parts = new ArrayList<>();
    table.flows().forEach(flow -> parts.add(text(flow)));
    table.deduplicate().ifPresent(by -> parts.add(by.by() + " " + by.of() + " " + by.within()));
    return parts;
  }

  private static List<String> parts(UpsertSpec upsert) {
    List<String> parts = new ArrayList<>();
    parts.add(upsert.keys().toString());
    parts.add(upsert.sequenceBy().stream().map(each -> each.sql().strip()).toList().toString());
    parts.add(upsert.deleteWhen().map(Expectation::condition).orElse(""));
    parts.add(upsert.ignoreNulls().toString());
    parts.add(upsert.columns().toString());
    parts.add(upsert.history().toString());
    // Only where there is one: what was declared before there were any is not declared otherwise.
    upsert.truncateWhen().ifPresent(rule -> parts.add("truncate " + rule.condition()));
    return parts;
  }

  private static String text(DatasetSpec.FlowSpec flow) {
    return flow.match(
        copy -> "from " + copy.from(),
        query -> query.query().sql().strip(),
        Definitions::transform);
  }

  private static String transform(DatasetSpec.TransformFlow flow) {
    return flow.className() + " " + flow.from() + " " + new TreeMap<>(flow.options());
  }

  /** Lengths go before texts, so that no two lists of texts are read alike. */
  private static String fingerprint(List<String> parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] text = part.getBytes(StandardCharsets.UTF_8);
        digest.update((text.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(text);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
