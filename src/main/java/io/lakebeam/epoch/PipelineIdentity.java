package io.lakebeam.epoch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.source.SourceIdentity;
import io.lakebeam.storage.Storage;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Whose ledger it is: what each source of the pipeline reads. Positions in a source mean nothing in
 * another topic or folder, so a source that reads something else under an old name is refused.
 */
public final class PipelineIdentity {
  private static final String IDENTITIES = "identities";
  private static final String CLUSTER = "cluster_id";
  private static final String TOPIC = "topic_id";

  private PipelineIdentity() {}

  /** A lake that holds another pipeline of the same name. */
  public static final class OtherPipelineException extends ExplainedException {
    OtherPipelineException(String message) {
      super(Problem.of(ErrorCode.PIPELINE_NAME_TAKEN, message, "", ""));
    }
  }

  /**
   * Checks the sources against those the ledger was kept for, and remembers new ones.
   *
   * @param sources what each source reads, by name
   * @throws OtherPipelineException when a source has changed, or none is left
   */
  public static void claim(Ledger ledger, String pipeline, Map<String, String> sources) {
    Map<String, String> known = known(ledger);
    require(known, pipeline, sources);
    TreeMap<String, String> all = new TreeMap<>(known);
    all.putAll(sources);
    if (!all.equals(known)) {
      ObjectNode json = content(ledger).orElseGet(LedgerJson::object);
      json.put("pipeline", pipeline);
      ObjectNode node = json.putObject("sources");
      all.forEach(node::put);
      remember(ledger, LedgerJson.bytes(json));
    }
  }

  /**
   * Checks the sources against those the ledger was kept for.
   *
   * @param sources what each source reads, by name
   * @throws OtherPipelineException when a source has changed, or none is left
   */
  public static void require(Ledger ledger, String pipeline, Map<String, String> sources) {
    require(known(ledger), pipeline, sources);
  }

  private static void require(
      Map<String, String> known, String pipeline, Map<String, String> sources) {
    boolean isKept = sources.keySet().stream().anyMatch(known::containsKey);
    if (!known.isEmpty() && !isKept) {
      throw new OtherPipelineException(
          "the lake already holds another pipeline named "
              + pipeline
              + ", which reads "
              + known.keySet()
              + "; this one reads "
              + sources.keySet()
              + ". Give this pipeline another name, or another lake");
    }
    sources.forEach(
        (name, reads) -> {
          if (known.containsKey(name) && !known.get(name).equals(reads)) {
            throw new OtherPipelineException(
                "source "
                    + name
                    + " of pipeline "
                    + pipeline
                    + " has read "
                    + known.get(name)
                    + " so far and now reads "
                    + reads
                    + "; positions of the one mean nothing in the other. Give the source another"
                    + " name, or the pipeline another name or lake");
          }
        });
  }

  /** Which topic the positions of a source are of; empty when nobody has said so yet. */
  static Optional<SourceIdentity> identity(Ledger ledger, String source) {
    long last = last(ledger, source);
    if (last > 0) {
      Path file = file(ledger, source, last);
      return ledger
          .storage()
          .read(file)
          .map(content -> LedgerJson.read(file, content, json -> identity(LedgerJson.tree(json))));
    }
    // Where it stood once.
    return content(ledger)
        .map(json -> json.path(IDENTITIES).path(source))
        .filter(JsonNode::isObject)
        .map(PipelineIdentity::identity);
  }

  private static SourceIdentity identity(JsonNode node) {
    return new SourceIdentity(node.path(CLUSTER).asText(""), node.path(TOPIC).asText(""));
  }

  /**
   * Remembers which topic the positions of a source are of, from now on: a file more, since one
   * that is replaced may be left empty by a run that dies. Who comes second says it the next time.
   */
  static void remember(Ledger ledger, String source, SourceIdentity identity) {
    ledger
        .storage()
        .putIfAbsent(
            file(ledger, source, last(ledger, source) + 1),
            LedgerJson.bytes(
                LedgerJson.object().put(CLUSTER, identity.cluster()).put(TOPIC, identity.topic())));
  }

  private static long last(Ledger ledger, String source) {
    return ledger.storage().list(new Path(new Path(ledger.folder(), IDENTITIES), source)).stream()
        .map(file -> file.getPath().getName())
        .filter(name -> name.matches("\\d{1,18}\\.json"))
        .mapToLong(name -> Long.parseLong(name.substring(0, name.indexOf('.'))))
        .max()
        .orElse(0);
  }

  private static Path file(Ledger ledger, String source, long number) {
    return new Path(
        new Path(new Path(ledger.folder(), IDENTITIES), source),
        String.format(Locale.ROOT, "%06d.json", number));
  }

  private static Path file(Ledger ledger) {
    return new Path(ledger.folder(), "pipeline.json");
  }

  private static Map<String, String> known(Ledger ledger) {
    Map<String, String> known = new TreeMap<>();
    content(ledger)
        .map(json -> json.path("sources").properties())
        .orElse(Set.of())
        .forEach(source -> known.put(source.getKey(), source.getValue().asText()));
    return known;
  }

  /** A run that died while it replaced the file may have left it empty: then nothing is known. */
  private static Optional<ObjectNode> content(Ledger ledger) {
    Path file = file(ledger);
    return ledger
        .storage()
        .read(file)
        .filter(content -> content.length > 0)
        .map(content -> LedgerJson.read(file, content, json -> (ObjectNode) LedgerJson.tree(json)));
  }

  /** The first time in one step, because the store may do a replacement in two. */
  private static void remember(Ledger ledger, byte[] content) {
    Storage storage = ledger.storage();
    Path file = file(ledger);
    if (!storage.putIfAbsent(file, content)) {
      storage.replace(file, content);
    }
  }
}
