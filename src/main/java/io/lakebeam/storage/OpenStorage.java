package io.lakebeam.storage;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.spec.secret.UnsetSecretException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * What this JVM holds open for those who reach stores by the same settings: the settings with their
 * secrets, the drivers of the stores, and what else is kept of what lies there. Whoever has other
 * settings, another credential among them, gets another one, and neither sees what is the other's.
 * Thread-safe.
 *
 * <p>Hadoop keeps the drivers that it opens for the whole JVM by scheme and user, and not by
 * settings. So where a pipeline has settings of its own, libraries are given settings by which they
 * come to {@link OfStorage}, and that to the drivers here.
 */
final class OpenStorage {
  private static final String SOURCE = "storage: of the pipeline";

  /** The setting by which {@link OfStorage} finds the one that it belongs to. */
  static final String ID = "lakebeam.storage.id";

  /** For every account, or with an account's host behind it for that one. */
  private static final String ACCOUNT_KEY = "fs.azure.account.key";

  /** The schemes for which a pipeline can have settings. */
  private static final List<String> DRIVERS =
      List.of("abfs", "abfss", "wasb", "wasbs", "s3a", "gs", "hdfs");

  /** By the settings; one for a JVM that sees no secret change. */
  private static final Map<Map<String, String>, OpenStorage> BY_SETTINGS =
      new ConcurrentHashMap<>();

  private static final Map<String, OpenStorage> BY_ID = new ConcurrentHashMap<>();
  private static final AtomicLong IDS = new AtomicLong();

  private final Configuration settings;
  private final Configuration forLibraries;
  private final boolean hasOwnDrivers;
  private final Map<String, FileSystem> drivers = new ConcurrentHashMap<>();
  private final Map<Class<?>, Object> kept = new ConcurrentHashMap<>();

  private OpenStorage(Map<String, String> resolved) {
    this.settings = BaseSettings.newConfiguration();
    resolved.forEach((name, value) -> settings.set(name, value, SOURCE));
    this.hasOwnDrivers = !resolved.isEmpty();
    this.forLibraries = hasOwnDrivers ? throughOurs(resolved) : settings;
  }

  /**
   * The one for a pipeline's settings.
   *
   * @throws StorageException when a secret is not set on this machine, or is none; the message
   *     holds no value
   */
  static OpenStorage of(StorageSpec spec) {
    return BY_SETTINGS.computeIfAbsent(resolved(spec), OpenStorage::new);
  }

  private Configuration throughOurs(Map<String, String> resolved) {
    Configuration ours = BaseSettings.newConfiguration();
    resolved.forEach((name, value) -> ours.set(name, value, SOURCE));
    String id = Long.toString(IDS.incrementAndGet());
    BY_ID.put(id, this);
    ours.set(ID, id);
    for (String scheme : DRIVERS) {
      BaseSettings.ours(ours, scheme, OfStorage.class);
    }
    return ours;
  }

  /** The one whose {@link #forLibraries} these are. */
  static OpenStorage of(Configuration configuration) {
    return BY_ID.get(configuration.get(ID));
  }

  /** Settings by which libraries reach what this one holds; not to be changed. */
  Configuration forLibraries() {
    return forLibraries;
  }

  /** The driver of the store that a URI lies in. */
  FileSystem driver(URI uri) throws IOException {
    if (!hasOwnDrivers) {
      return FileSystem.get(uri, settings);
    }
    try {
      return drivers.computeIfAbsent(store(uri), store -> open(uri));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private FileSystem open(URI uri) {
    try {
      return FileSystem.newInstance(uri, settings);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String store(URI uri) {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  /** Closes the driver of the store that a URI lies in; it is opened anew when it is asked for. */
  void close(URI uri) throws IOException {
    FileSystem open = hasOwnDrivers ? drivers.remove(store(uri)) : FileSystem.get(uri, settings);
    if (open != null) {
      open.close();
    }
  }

  /** The one object of a kind that is kept, made at the first time. */
  <T> T kept(Class<T> kind, Supplier<T> made) {
    return kind.cast(kept.computeIfAbsent(kind, k -> made.get()));
  }

  private static Map<String, String> resolved(StorageSpec spec) {
    Map<String, String> resolved = new HashMap<>();
    spec.settings()
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
              resolved.put(name, value);
            });
    return Map.copyOf(resolved);
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
