package io.lakebeam.sql;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * A join with a reference table by equality of its key columns.
 *
 * @param pipeline whose reference table it is
 * @param reference the source's name
 * @param keyColumns of the reference table, in the order of the key's parts
 */
public record LookupJoin(String pipeline, String reference, List<String> keyColumns)
    implements Serializable {
  public LookupJoin {
    Objects.requireNonNull(pipeline, "pipeline");
    Objects.requireNonNull(reference, "reference");
    keyColumns = List.copyOf(keyColumns);
  }

  /** Names the table and its key among those of pipelines with other names. */
  public String id() {
    return pipeline + "/" + reference + "(" + String.join(",", keyColumns) + ")";
  }

  /**
   * The key's parts as one text. Every part but the last is preceded by its length, so that no two
   * keys have the same text.
   */
  public static String key(List<String> parts) {
    StringBuilder key = new StringBuilder();
    for (int i = 0; i < parts.size() - 1; i++) {
      String part = parts.get(i);
      key.append(part.length()).append(':').append(part);
    }
    return key.append(parts.get(parts.size() - 1)).toString();
  }
}
