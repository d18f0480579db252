package io.lakebeam.deploy;

import io.lakebeam.graph.Problem;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.profile.DatabricksProfile;
import io.lakebeam.spec.profile.DatabricksProfile.SecretKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code storage:} of a pipeline is on Databricks: settings of the job's cluster. The platform
 * keeps file systems open, maybe since before the job, with the settings of the cluster; what a job
 * says later may come too late for them. So a job there takes no notice of {@code storage:}, and
 * the profile has to say the same in {@code spark_conf}.
 */
final class ClusterCredentials {
  private static final String SPARK = "spark.hadoop.";
  private static final String PROVIDERS = "org.apache.hadoop.fs.azurebfs.";
  private static final String PROVIDER = "fs.azure.account.oauth.provider.type.";
  private static final String SAS = "fs.azure.sas.fixed.token.";
  private static final String GOOGLE_KEY = "fs.gs.auth.service.account.";
  private static final String SOME_SECRET = "{{secrets/SCOPE/KEY}}";

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{(\\w+)(?::-[^{}]*)?}");
  private static final Pattern ANY_REFERENCE = Pattern.compile("(?<!\\$)\\$\\{");

  /** A text that YAML takes as it stands. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./:-]*[A-Za-z0-9_/]");

  private static final Pattern ONE_ACCOUNT =
      Pattern.compile(
          "(spark\\.hadoop\\.fs\\.azure\\.(?:account\\.(?:auth\\.type|key|oauth\\.provider\\.type"
              + "|oauth2\\.client\\.(?:id|secret|endpoint))"
              + "|sas\\.(?:fixed\\.token|token\\.provider\\.type)))\\..+");

  /** What an entry of {@code storage:} has below its store. */
  private static final Pattern BELOW_STORE =
      Pattern.compile(
          "\\.(account_key|sas|oauth(\\.\\w+)?|managed_identity(\\.\\w+)?|endpoint|region"
              + "|path_style|access_key|secret_key|session_token|project"
              + "|service_account_key_file)$");

  private final DatabricksProfile profile;

  ClusterCredentials(DatabricksProfile profile) {
    this.profile = profile;
  }

  /** One problem for each store whose settings the profile lacks, with the lines to write. */
  List<Problem> problems(StorageSpec storage) {
    if (profile.cluster().policyId().isPresent()) {
      return List.of(); // A policy may say it all, and only the workspace knows.
    }
    SortedMap<String, SortedMap<String, StorageSpec.Setting>> stores = new TreeMap<>();
    storage
        .settings()
        .forEach(
            (name, setting) ->
                stores
                    .computeIfAbsent(store(setting.key()), s -> new TreeMap<>())
                    .put(name, setting));
    List<Problem> problems = new ArrayList<>();
    stores.forEach(
        (store, settings) -> {
          SortedMap<String, String> lines = lines(settings);
          lines.keySet().removeIf(this::isSaid);
          if (signsInItsOwnWay(lines(settings))) {
            lines.clear();
          }
          if (!lines.isEmpty()) {
            problems.add(problem(store, lines, settings.get(settings.firstKey())));
          }
        });
    return problems;
  }

  /** For that storage account, or for all of them, which the driver takes for what one lacks. */
  private Optional<String> said(String name) {
    Map<String, String> conf = profile.cluster().sparkConf();
    String ofAll = ONE_ACCOUNT.matcher(name).replaceFirst("$1");
    return Optional.ofNullable(conf.get(name)).or(() -> Optional.ofNullable(conf.get(ofAll)));
  }

  private boolean isSaid(String name) {
    return said(name).isPresent();
  }

  /** A service principal there and a key here, say: whoever has written that knows. */
  private boolean signsInItsOwnWay(SortedMap<String, String> lines) {
    return lines.entrySet().stream()
        .filter(line -> line.getKey().startsWith(SPARK + "fs.azure.account.auth.type."))
        .anyMatch(line -> said(line.getKey()).filter(w -> !w.equals(line.getValue())).isPresent());
  }

  private static Problem problem(
      String store, SortedMap<String, String> lines, StorageSpec.Setting first) {
    StringBuilder fix = new StringBuilder("write into the profile:\nspark_conf:");
    lines.forEach(
        (name, value) -> fix.append("\n  ").append(name).append(": ").append(quoted(value)));
    return new Problem(
        first.at(),
        "the job would not sign in as " + store + " says",
        "on Databricks the settings of the cluster count, whose file systems may be open before the"
            + " pipeline is read; "
            + store
            + " is for other runners",
        fix.toString());
  }

  private static String store(String key) {
    return key.startsWith("storage.properties.")
        ? "storage.properties"
        : BELOW_STORE.matcher(key).replaceFirst("");
  }

  /** Of one store, by name. */
  private SortedMap<String, String> lines(SortedMap<String, StorageSpec.Setting> settings) {
    SortedMap<String, String> lines = new TreeMap<>();
    Optional<String> identity =
        settings.keySet().stream()
            .filter(name -> name.startsWith(PROVIDER))
            .filter(name -> settings.get(name).value().reference().endsWith("MsiTokenProvider"))
            .findFirst();
    if (identity.isPresent()) {
      // Databricks documents keys, signatures and service principals, and no other identity.
      servicePrincipal(identity.get().substring(PROVIDER.length()), lines);
      return lines;
    }
    settings.forEach(
        (name, setting) -> {
          if (name.equals("fs.gs.auth.type")) {
            lines.put(SPARK + "google.cloud.auth.service.account.enable", "true");
          } else if (name.startsWith(GOOGLE_KEY)) {
            // The key's file stays here; Databricks documents settings for what is in it.
            lines.put(SPARK + GOOGLE_KEY + "email", "EMAIL");
            lines.put(SPARK + GOOGLE_KEY + "private.key", SOME_SECRET);
            lines.put(SPARK + GOOGLE_KEY + "private.key.id", SOME_SECRET);
          } else {
            lines.put(SPARK + name, value(setting.value().reference()));
          }
          if (name.startsWith(SAS)) {
            lines.put(
                SPARK + "fs.azure.sas.token.provider.type." + name.substring(SAS.length()),
                PROVIDERS + "sas.FixedSASTokenProvider");
          }
        });
    return lines;
  }

  private static void servicePrincipal(String host, SortedMap<String, String> lines) {
    String client = SPARK + "fs.azure.account.oauth2.client.";
    lines.put(SPARK + "fs.azure.account.auth.type." + host, "OAuth");
    lines.put(SPARK + PROVIDER + host, PROVIDERS + "oauth2.ClientCredsTokenProvider");
    lines.put(client + "id." + host, "APPLICATION");
    lines.put(client + "secret." + host, SOME_SECRET);
    lines.put(client + "endpoint." + host, "https://login.microsoftonline.com/TENANT/oauth2/token");
  }

  /** What is a secret here is one of the workspace there. */
  private String value(String reference) {
    Matcher whole = REFERENCE.matcher(reference);
    if (whole.matches() && profile.secrets().containsKey(whole.group(1))) {
      SecretKey secret = profile.secrets().get(whole.group(1));
      return secret.reference();
    }
    return ANY_REFERENCE.matcher(reference).find() ? SOME_SECRET : reference;
  }

  private static String quoted(String value) {
    return PLAIN.matcher(value).matches() && !value.matches("true|false")
        ? value
        : "\"" + value.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
