package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.secret.SecretText;
import java.io.Serializable;
import java.util.Map;

/**
 * How a pipeline reaches and signs in to its stores: {@code storage:} of the pipeline file, as
 * Hadoop settings. Secrets in it are references, so that it may travel to workers with a graph.
 *
 * @param settings by the name that Hadoop's drivers know them by; none when {@code core-site.xml}
 *     or the platform says all there is to say
 */
public record StorageSpec(Map<String, Setting> settings) implements Serializable {
  /** Nothing is said. */
  public static final StorageSpec NONE = new StorageSpec(Map.of());

  public StorageSpec {
    settings = Map.copyOf(settings);
  }

  /**
   * One setting.
   *
   * @param key where it stands in the file: {@code storage.azure.contoso.account_key}
   */
  public record Setting(String key, SecretText value, SourceLocation at) implements Serializable {}
}
