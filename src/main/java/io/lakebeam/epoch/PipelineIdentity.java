package io.lakebeam.epoch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.storage.Storage;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;

/**
 * Whose ledger it is: what each source of the pipeline reads. Positions in a source mean nothing in
 * another topic or folder, so a source that reads something else under an old name is refused.
 */
public final class PipelineIdentity {
  private PipelineIdentity() {}

  /** A lake that holds another pipeline of the same name. */
  public static final class OtherPipelineException extends RuntimeException {
    OtherPipelineException(String message) {
      super(message);
    }
  }

  /**
   * Checks the sources against those the ledger was kept for, and remembers new ones.
   *
   * @param sources what each source reads, by name
   * @throws OtherPipelineException when a source has changed, or none is left
   */
  public static void claim(Ledger ledger, String pipeline, Map<String, String> sources) {
    Path file = new Path(ledger.folder(), "pipeline.json");
    Map<String, String> known = new TreeMap<>();
    before(file).forEach(e -> known.put(e.getKey(), e.getValue().asText()));
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
    TreeMap<String, String> all = new TreeMap<>(known);
    all.putAll(sources);
    if (!all.equals(known)) {
      ObjectNode json = LedgerJson.object();
      json.put("pipeline", pipeline);
      ObjectNode node = json.putObject("sources");
      all.forEach(node::put);
      remember(file, LedgerJson.bytes(json));
    }
  }

  /** A run that died while it replaced the file may have left it empty: then nothing is known. */
  private static Set<Map.Entry<String, JsonNode>> before(Path file) {
    return Storage.read(file)
        .filter(content -> content.length > 0)
        .map(
            content ->
                LedgerJson.read(
                    file, content, json -> LedgerJson.tree(json).get("sources").properties()))
        .orElse(Set.of());
  }

  /** The first time in one step, because the store may do a replacement in two. */
  private static void remember(Path file, byte[] content) {
    if (!Storage.putIfAbsent(file, content)) {
      Storage.replace(file, content);
    }
  }
}
