package io.lakebeam.storage;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.spec.Secrets;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.UnsetSecretException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/**
 * What pipelines say about stores, resolved into the Hadoop configuration of this JVM. Settings of
 * several pipelines add up; one that contradicts another is refused, because file systems that are
 * open keep the settings they were opened with. Thread-safe.
 */
final class DeclaredSettings {
  private static final String SOURCE = "storage: of the pipeline";

  /** For every account, or with an account's host behind it for that one. */
  private static final String ACCOUNT_KEY = "fs.azure.account.key";

  private final Configuration configuration;
  private final Map<String, String> inUse = new HashMap<>();

  DeclaredSettings(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Adds a pipeline's settings; doing it again changes nothing.
   *
   * @throws StorageException when a secret is not set on this machine, or a setting has another
   *     value already; the message holds no value
   */
  synchronized void add(StorageSpec storage) {
    Map<String, String> resolved = new HashMap<>();
    storage
        .settings()
        .forEach(
            (name, setting) -> {
              String value = resolve(setting);
              if ((name.equals(ACCOUNT_KEY) || name.startsWith(ACCOUNT_KEY + "."))
                  && !isBase64(value)) {
                // Checked here, because the driver's message would repeat it.
                throw new StorageException(
                    ErrorCode.STORAGE_INVALID,
                    "cannot use "
                        + setting.key()
                        + ": what it refers to is no account key, which is Base64; a connection"
                        + " string holds it behind AccountKey=");
              }
              String before = inUse.get(name);
              if (before != null && !before.equals(value)) {
                throw new StorageException(
                    ErrorCode.STORAGE_INVALID,
                    "cannot use "
                        + setting.key()
                        + ": another pipeline in this process gave "
                        + name
                        + " another value; run each in a process of its own");
              }
              resolved.put(name, value);
            });
    resolved.forEach(
        (name, value) -> {
          if (inUse.put(name, value) == null) {
            configuration.set(name, value, SOURCE);
          }
        });
  }

  private static boolean isBase64(String value) {
    try {
      return Base64.getDecoder().decode(value).length > 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String resolve(StorageSpec.Setting setting) {
    try {
      return Secrets.resolve(setting.value());
    } catch (UnsetSecretException e) {
      throw new StorageException(
          ErrorCode.SECRET_UNSET, "cannot use " + setting.key() + ": " + e.getMessage());
    }
  }
}
