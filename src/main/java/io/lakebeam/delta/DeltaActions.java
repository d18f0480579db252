package io.lakebeam.delta;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.lakebeam.storage.Storage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** The actions of one commit as they stand in the log, also those that delta-standalone lacks. */
final class DeltaActions {
  private static final ObjectMapper JSON = new ObjectMapper();

  private DeltaActions() {}

  /** Empty when there is no such file, or it is damaged, which others tell. */
  static Optional<List<JsonNode>> of(Storage storage, Path file) {
    List<JsonNode> actions = new ArrayList<>();
    Optional<byte[]> bytes = storage.read(file);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text = new String(bytes.get(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(each -> !each.isBlank()).toList()) {
        actions.add(JSON.readTree(line));
      }
    } catch (JacksonException e) {
      return Optional.empty();
    }
    return Optional.of(actions);
  }

  /** The first action of a kind; missing when there is none. */
  static JsonNode first(List<JsonNode> actions, String kind) {
    return actions.stream()
        .filter(action -> action.has(kind))
        .findFirst()
        .map(action -> action.path(kind))
        .orElse(MissingNode.getInstance());
  }
}
