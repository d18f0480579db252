package io.lakebeam.spec;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.StorageSpec.Setting;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads {@code storage:} into the settings of Hadoop's drivers. Their names are those of the
 * drivers' own documentation: hadoop-azure (ABFS), hadoop-aws (S3A) and the GCS connector.
 */
final class StorageReader {
  private static final String AZURE_HOST = ".dfs.core.windows.net";
  private static final String TOKEN_PROVIDERS = "org.apache.hadoop.fs.azurebfs.oauth2.";
  private static final String LOGIN = "https://login.microsoftonline.com/";

  /** Keys that hold a secret, wherever below a store they stand. */
  private static final Set<String> SECRETS =
      Set.of("account_key", "sas", "client_secret", "access_key", "secret_key", "session_token");

  private static final Map<String, String> S3_SETTINGS =
      Map.of(
          "endpoint", "endpoint",
          "region", "endpoint.region",
          "path_style", "path.style.access",
          "access_key", "access.key",
          "secret_key", "secret.key",
          "session_token", "session.token");

  /** What Lakebeam's own file systems and log stores are; another one would lose commits. */
  private static final List<String> OURS =
      List.of("fs.file.impl", "fs.classpath.impl", "delta.logStore.", "fs.s3a.create.conditional");

  private final Reading reading;
  private final Problems problems;
  private final Map<String, Setting> settings = new LinkedHashMap<>();

  StorageReader(Reading reading) {
    this.reading = reading;
    this.problems = reading.problems();
  }

  /** True for the paths of values that may hold secrets and are never substituted. */
  static boolean isSecret(List<String> path) {
    return path.size() > 2
        && path.get(0).equals("storage")
        && (path.get(1).equals("properties") || SECRETS.contains(path.get(path.size() - 1)));
  }

  /** The settings; complete when there are no problems afterwards. */
  StorageSpec read(Optional<YamlNode> storage) {
    if (storage.isEmpty()) {
      return StorageSpec.NONE;
    }
    Reading.entries(storage.get().get("azure")).forEach(this::azure);
    Reading.entries(storage.get().get("s3")).forEach(this::s3);
    storage.get().get("gcs").ifPresent(this::gcs);
    Map<String, YamlNode.Entry> properties = Reading.entries(storage.get().get("properties"));
    properties.forEach(this::property);
    clearText(properties);
    return new StorageSpec(settings);
  }

  private void azure(String written, YamlNode.Entry entry) {
    String account = reading.key(written, entry);
    String host = account.indexOf('.') < 0 ? account + AZURE_HOST : account;
    if (written.equals(account)) {
      reading.expansions().written(host);
    }
    String key = "storage.azure." + account;
    YamlNode ways = entry.value();
    SourceLocation at = entry.keyAt();
    if (ways.get("account_key").isPresent()) {
      fixed("fs.azure.account.auth.type." + host, "SharedKey", key, at);
      secret("fs.azure.account.key." + host, ways, "account_key", key);
    }
    if (ways.get("sas").isPresent()) {
      fixed("fs.azure.account.auth.type." + host, "SAS", key, at);
      secret("fs.azure.sas.fixed.token." + host, ways, "sas", key);
    }
    String oauth = "fs.azure.account.oauth2.";
    ways.get("oauth")
        .ifPresent(
            app -> {
              oauth("ClientCredsTokenProvider", host, key, at);
              Reading.text(app, "tenant")
                  .map(tenant -> LOGIN + tenant + "/oauth2/token")
                  .ifPresent(
                      url -> fixed(oauth + "client.endpoint." + host, url, key + ".oauth", at));
              plain(oauth + "client.id." + host, app, "client_id", key + ".oauth");
              secret(oauth + "client.secret." + host, app, "client_secret", key + ".oauth");
            });
    ways.get("managed_identity")
        .ifPresent(
            identity -> {
              if (host.indexOf("${") < 0 && !StoreSettings.isAzure(host)) {
                reading.needsTrust(
                    at,
                    "this machine's identity may not sign in to that host",
                    "its token would go to whoever owns the host, which is none of Azure's");
              }
              oauth("MsiTokenProvider", host, key, at);
              String of = key + ".managed_identity";
              plain(oauth + "client.id." + host, identity, "client_id", of);
              plain(oauth + "msi.tenant." + host, identity, "tenant", of);
            });
  }

  private void oauth(String provider, String host, String key, SourceLocation at) {
    fixed("fs.azure.account.auth.type." + host, "OAuth", key, at);
    fixed("fs.azure.account.oauth.provider.type." + host, TOKEN_PROVIDERS + provider, key, at);
  }

  private void s3(String written, YamlNode.Entry entry) {
    String bucket = reading.key(written, entry);
    String key = "storage.s3." + bucket;
    YamlNode store = entry.value();
    if (store.get("access_key").isPresent() != store.get("secret_key").isPresent()) {
      problems.add(
          entry.keyAt(),
          "access_key and secret_key of the bucket " + bucket + " belong together",
          "only one of them is there",
          "give both, or neither for what the environment or the machine's role provides");
    }
    S3_SETTINGS.forEach(
        (ours, theirs) -> {
          String name = "fs.s3a.bucket." + bucket + "." + theirs;
          if (SECRETS.contains(ours)) {
            secret(name, store, ours, key);
          } else {
            plain(name, store, ours, key);
          }
        });
  }

  private void gcs(YamlNode gcs) {
    String key = "storage.gcs";
    plain("fs.gs.project.id", gcs, "project", key);
    plain("fs.gs.storage.root.url", gcs, "endpoint", key);
    Reading.scalar(gcs, "endpoint")
        .filter(value -> !value.isUnresolved())
        .ifPresent(
            value ->
                StoreSettings.googleEndpoint(value.text())
                    .ifPresent(
                        why ->
                            reading.needsTrust(
                                value.at(), "gs:// may not be reached at that address", why)));
    Reading.scalar(gcs, "service_account_key_file").ifPresent(file -> keyFile(file, key));
  }

  /** Named by a path, which the driver opens on every machine. */
  private void keyFile(YamlNode.Scalar file, String key) {
    if (file.isUnresolved()) {
      return;
    }
    reading
        .files()
        .absolute(file)
        .ifPresent(
            path -> {
              if (!reading.files().isInProject(path)) {
                reading.needsTrust(
                    file.at(),
                    "service_account_key_file lies outside of the project",
                    "a pipeline does not choose which of this machine's keys signs in; without"
                        + " the key, GOOGLE_APPLICATION_CREDENTIALS of the environment names it");
              }
              String name = "fs.gs.auth.service.account.json.keyfile";
              fixed("fs.gs.auth.type", "SERVICE_ACCOUNT_JSON_KEYFILE", key, file.at());
              fixed(name, path, key + ".service_account_key_file", file.at());
            });
  }

  private void property(String name, YamlNode.Entry entry) {
    if (StoreSettings.ofAnyBucket(name).stream()
        .anyMatch(setting -> OURS.stream().anyMatch(setting::startsWith))) {
      problems.add(
          entry.keyAt(),
          name + " is set by Lakebeam",
          "another one would lose commits of processes that write the same table",
          "leave it out");
      return;
    }
    Reading.scalar(entry.value())
        .ifPresent(
            value -> {
              StoreSettings.refusal(name, value.text())
                  .ifPresent(
                      why ->
                          reading.needsTrust(
                              entry.keyAt(), "a pipeline may not set " + name + " so", why));
              put(name, reading.secret(name, value), "storage.properties." + name, value);
            });
  }

  /** Signatures and tokens may go in clear text to this machine only, where emulators are. */
  private void clearText(Map<String, YamlNode.Entry> properties) {
    String endpoint = "fs.azure.abfs.endpoint";
    boolean toThisMachine =
        properties.containsKey(endpoint)
            && properties.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(endpoint))
                .allMatch(
                    entry ->
                        Reading.scalar(entry.getValue().value())
                            .filter(value -> StoreSettings.isLoopback(value.text()))
                            .isPresent());
    properties.forEach(
        (name, entry) ->
            Reading.scalar(entry.value())
                .filter(value -> StoreSettings.isClearText(name, value.text()))
                .filter(value -> !toThisMachine)
                .ifPresent(
                    value ->
                        reading.needsTrust(
                            entry.keyAt(),
                            "a pipeline may not set " + name + " so",
                            "what it signs in with would cross the network in clear text; only "
                                + endpoint
                                + " of this machine does without encryption")));
  }

  private void secret(String name, YamlNode parent, String ours, String key) {
    Reading.scalar(parent, ours)
        .ifPresent(value -> put(name, reading.secret(ours, value), key + "." + ours, value));
  }

  private void plain(String name, YamlNode parent, String ours, String key) {
    Reading.scalar(parent, ours)
        .ifPresent(value -> put(name, literal(value.text()), key + "." + ours, value));
  }

  private void fixed(String name, String value, String key, SourceLocation at) {
    settings.put(name, new Setting(key, literal(value), at));
  }

  private void put(String name, SecretText text, String key, YamlNode.Scalar value) {
    settings.put(name, new Setting(key, text, value.at()));
  }

  /** A text without references, whatever it looks like. */
  private static SecretText literal(String text) {
    return new SecretText(text.replace("${", "$${"));
  }
}
