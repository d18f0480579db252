package io.lakebeam.spec.profile;

import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.DatasetSpec.Layer;
import io.lakebeam.spec.Reading;
import io.lakebeam.spec.profile.DatabricksProfile.Cluster;
import io.lakebeam.spec.profile.DatabricksProfile.Continuous;
import io.lakebeam.spec.profile.DatabricksProfile.Manual;
import io.lakebeam.spec.profile.DatabricksProfile.Scheduled;
import io.lakebeam.spec.profile.DatabricksProfile.SecretKey;
import io.lakebeam.spec.profile.DatabricksProfile.ServicePrincipal;
import io.lakebeam.spec.profile.DatabricksProfile.SignIn;
import io.lakebeam.spec.profile.DatabricksProfile.Tables;
import io.lakebeam.spec.profile.DatabricksProfile.Token;
import io.lakebeam.spec.profile.DatabricksProfile.Trigger;
import io.lakebeam.spec.secret.LiteralSecrets;
import io.lakebeam.spec.secret.References;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.net.URI;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns the values of a profile for Databricks into a {@link DatabricksProfile}. */
final class DatabricksReader {
  private static final String SPARK_VERSION = "16.4.x-scala2.12";

  /** Those that the schema lets through to be refused with the reason. */
  private static final Pattern SPARK_4 = Pattern.compile("(1[7-9]|[2-9][0-9])\\..*");

  private static final int WORKERS = 2;

  /** What a cluster resolves by itself. */
  private static final Pattern SECRET_REFERENCE =
      Pattern.compile("\\{\\{secrets/[^/{}]+/[^/{}]+\\}\\}");

  /** {@code fs.azure.account.key.<account>...}, which the common rule does not know. */
  private static final Pattern ACCOUNT_KEY = Pattern.compile("(?i).*account\\.key.*");

  /** Where Databricks has its workspaces. */
  private static final List<String> WORKSPACES =
      List.of(
          ".azuredatabricks.net",
          ".databricks.azure.us",
          ".databricks.azure.cn",
          ".databricks.com",
          ".databricks.us",
          ".databricks.mil");

  /** Where a secret signs in to the workspace, and goes no further. */
  private static final Set<List<String>> SIGN_IN =
      Set.of(List.of("databricks", "token"), List.of("databricks", "client_secret"));

  private final ProfileFile file;
  private final Problems problems;
  private final Optional<YamlNode> databricks;

  /** What is told already. */
  private final Set<SourceLocation> leaking = new HashSet<>();

  DatabricksReader(ProfileFile file) {
    this.file = file;
    this.problems = file.reading().problems();
    this.databricks = file.root().flatMap(root -> root.get("databricks"));
  }

  DatabricksProfile read() {
    file.root().ifPresent(this::check);
    file.root().ifPresent(root -> refuseSecretVariables(List.of(), root));
    Optional<SignIn> signIn = databricks.flatMap(this::signIn);
    databricks.flatMap(node -> Reading.scalar(node, "host")).ifPresent(this::checkHost);
    databricks.flatMap(node -> Reading.scalar(node, "spark_version")).ifPresent(this::refuseSpark4);
    int[] workers = workers();
    Map<String, String> sparkConf = sparkConf();
    Map<String, String> variables = variables();
    Trigger trigger = trigger();
    file.throwIfAny();
    return new DatabricksProfile(
        URI.create(withoutSlash(text("host").orElseThrow())),
        signIn.orElseThrow(),
        withoutSlash(text("volume").orElseThrow()),
        new Cluster(
            text("spark_version").orElse(SPARK_VERSION),
            text("node_type_id").orElseThrow(),
            workers[0],
            workers[1],
            text("policy_id"),
            sparkConf),
        variables,
        secrets(),
        trigger,
        ProfileFile.texts(get("tags")),
        get("tables").map(DatabricksReader::tables));
  }

  private void check(YamlNode root) {
    String runner = Reading.text(root, "runner").orElse("databricks");
    if (!runner.equals("databricks")) {
      problems.add(
          root.get("runner").map(YamlNode::at).orElse(root.at()),
          "the runner is " + runner + ", and only databricks has jobs to deploy",
          "",
          "name a profile such as runners/databricks.yaml");
    } else if (databricks.isEmpty()) {
      problems.add(
          root.at(),
          "the key databricks is missing in the file",
          "the runner databricks needs a workspace",
          "add databricks: {host: ..., token: ..., volume: ..., node_type_id: ...}");
    }
  }

  private Optional<SignIn> signIn(YamlNode node) {
    Optional<YamlNode.Scalar> token = Reading.scalar(node, "token");
    Optional<YamlNode.Scalar> secret = Reading.scalar(node, "client_secret");
    Optional<String> id = text("client_id");
    token.ifPresent(value -> refuseLiteral("token", value));
    secret.ifPresent(value -> refuseLiteral("client_secret", value));
    if (token.isPresent() == (id.isPresent() && secret.isPresent())
        || id.isPresent() != secret.isPresent()) {
      problems.add(
          node.at(),
          "databricks has not one way to sign in",
          "it is either token, or client_id and client_secret",
          "write token: ${DATABRICKS_TOKEN}");
      return Optional.empty();
    }
    return token
        .map(value -> (SignIn) new Token(new SecretText(value.text())))
        .or(() -> secret.map(s -> new ServicePrincipal(id.get(), new SecretText(s.text()))));
  }

  private void refuseLiteral(String key, YamlNode.Scalar value) {
    String written = References.replace(value.text(), reference -> "");
    boolean hasDefault =
        References.in(value.text()).stream().anyMatch(r -> !r.otherwise().orElse("").isBlank());
    if (!written.isBlank() || hasDefault) {
      problems.add(
          value.at(),
          key + " is written out",
          "whoever can read this file can use it",
          "write ${DATABRICKS_"
              + key.toUpperCase(Locale.ROOT)
              + "} and set it in the environment; revoke it if the file was shared");
    }
  }

  /**
   * Refuses a reference to a variable that is a secret by its name, wherever it stands but where it
   * signs in: all else is written into the bundle and the job's settings.
   */
  private void refuseSecretVariables(List<String> path, YamlNode node) {
    if (node instanceof YamlNode.Scalar value && !SIGN_IN.contains(path)) {
      References.in(value.place().text()).stream()
          .flatMap(reference -> reference.name().stream())
          .filter(Secrets::isNamedAsOne)
          .filter(name -> leaking.add(value.at()))
          .forEach(name -> refuseSecret("${" + name + "}", value.at(), fix(path)));
    } else if (node instanceof YamlNode.Sequence list) {
      list.items().forEach(item -> refuseSecretVariables(path, item));
    } else {
      Reading.entries(Optional.of(node))
          .forEach(
              (key, entry) -> {
                List<String> inner = new ArrayList<>(path);
                inner.add(key);
                refuseSecretVariables(inner, entry.value());
              });
    }
  }

  private static String fix(List<String> path) {
    String last = path.isEmpty() ? "NAME" : path.get(path.size() - 1);
    return path.contains("variables")
        ? "write secrets: {" + last + ": SCOPE/KEY} instead"
        : path.contains("spark_conf") ? "write \"{{secrets/SCOPE/KEY}}\"" : "leave it out here";
  }

  /** The token of whoever deploys is sent there. */
  private void checkHost(YamlNode.Scalar host) {
    String name = host.text().strip().replaceFirst("^https?://", "").replaceFirst("[:/].*$", "");
    boolean isHere = name.equals("localhost") || name.equals("127.0.0.1");
    if (!host.isUnresolved()
        && host.text().startsWith("http")
        && !isHere
        && WORKSPACES.stream().noneMatch(name.toLowerCase(Locale.ROOT)::endsWith)) {
      file.reading()
          .needsTrust(
              host.at(),
              "host is no workspace of Databricks by its name",
              "the token of whoever deploys is sent there");
    }
  }

  private void refuseSpark4(YamlNode.Scalar version) {
    if (SPARK_4.matcher(version.text()).matches()) {
      problems.add(
          version.at(),
          "Lakebeam does not run on the runtime " + version.text(),
          "17 and newer have Spark 4 with Scala 2.13, and Beam's runner for that is experimental"
              + " and was not to be had from Maven Central when this was built",
          "write "
              + SPARK_VERSION
              + ", which has Spark 3.5 and which Databricks supports until 2028-05-09");
    }
  }

  private int[] workers() {
    Optional<YamlNode> autoscale = get("autoscale");
    Optional<YamlNode> fixed = get("num_workers");
    if (autoscale.isPresent() && fixed.isPresent()) {
      problems.add(
          fixed.get().at(), "autoscale and num_workers exclude each other", "", "leave one out");
    }
    if (autoscale.isEmpty()) {
      int workers = fixed.flatMap(this::number).orElse(WORKERS);
      return new int[] {workers, workers};
    }
    int least = autoscale.get().get("min_workers").flatMap(this::number).orElse(1);
    int most = autoscale.get().get("max_workers").flatMap(this::number).orElse(least);
    if (most < least) {
      problems.add(
          autoscale.get().at(),
          "max_workers is less than min_workers",
          "",
          "write for example {min_workers: " + most + ", max_workers: " + least + "}");
    }
    return new int[] {least, most};
  }

  /** A whole number; empty when it is none, or when the shape check has refused it. */
  private Optional<Integer> number(YamlNode node) {
    Optional<String> text = Reading.scalar(node).map(YamlNode.Scalar::text);
    if (text.filter(t -> t.matches("[1-9][0-9]{0,5}")).isPresent()) {
      return text.map(Integer::valueOf);
    }
    if (problems.isEmpty()) {
      problems.add(node.at(), "this is not a whole number from 1 on", "", "write for example 2");
    }
    return Optional.empty();
  }

  private Map<String, String> sparkConf() {
    Optional<YamlNode> conf = file.root().flatMap(root -> root.get("spark_conf"));
    Reading.entries(conf)
        .forEach(
            (key, entry) -> {
              Optional<String> value = Reading.scalar(entry.value()).map(YamlNode.Scalar::text);
              boolean isSecret =
                  value
                      .filter(
                          v ->
                              ACCOUNT_KEY.matcher(key).matches()
                                  || LiteralSecrets.isLiteral(key, v))
                      .isPresent();
              if (isSecret
                  && leaking.add(entry.value().at())
                  && !SECRET_REFERENCE.matcher(value.get()).matches()) {
                refuseSecret(key, entry.value().at(), "write \"{{secrets/SCOPE/KEY}}\"");
              }
            });
    // Names may hold references, as those of accounts in a pipeline may.
    Map<String, String> named = new LinkedHashMap<>();
    ProfileFile.texts(conf)
        .forEach(
            (key, value) ->
                named.put(file.reading().key(key, Reading.entries(conf).get(key)), value));
    return named;
  }

  private Map<String, String> variables() {
    Optional<YamlNode> variables = get("variables");
    Set<String> secrets = Reading.entries(get("secrets")).keySet();
    Reading.entries(variables)
        .forEach(
            (name, entry) -> {
              Optional<String> value = Reading.scalar(entry.value()).map(YamlNode.Scalar::text);
              boolean isSecret =
                  value
                      .filter(v -> !v.isBlank())
                      .filter(v -> Secrets.isNamedAsOne(name) || LiteralSecrets.isLiteral(name, v))
                      .isPresent();
              if (isSecret && leaking.add(entry.value().at())) {
                refuseSecret(
                    name, entry.value().at(), "write secrets: {" + name + ": SCOPE/KEY} instead");
              }
              if (secrets.contains(name)) {
                problems.add(
                    entry.keyAt(),
                    name + " stands under variables and under secrets",
                    "",
                    "leave it out here");
              }
            });
    return ProfileFile.texts(variables);
  }

  /** The value comes from the environment of who deploys, and the job's settings are no secret. */
  private void refuseSecret(String name, SourceLocation at, String fix) {
    problems.add(
        at,
        name + " holds a secret",
        "it would stand in the job's settings, for everybody to read who sees the job",
        fix + " and put the value into that scope with: databricks secrets put-secret SCOPE KEY");
  }

  private Map<String, SecretKey> secrets() {
    Map<String, SecretKey> secrets = new LinkedHashMap<>();
    ProfileFile.texts(get("secrets"))
        .forEach(
            (name, text) -> {
              int slash = text.indexOf('/');
              secrets.put(name, new SecretKey(text.substring(0, slash), text.substring(slash + 1)));
            });
    return secrets;
  }

  private Trigger trigger() {
    Optional<YamlNode> schedule = get("schedule");
    boolean paused = isTrue("paused");
    boolean continuous = isTrue("continuous");
    if (schedule.isEmpty()) {
      return continuous ? new Continuous(paused) : new Manual();
    }
    if (continuous) {
      problems.add(
          schedule.get().at(),
          "schedule and continuous exclude each other",
          "a continuous job always runs",
          "leave one of them out");
    }
    String zone = Reading.text(schedule.get(), "timezone_id").orElse("UTC");
    try {
      ZoneId.of(zone);
    } catch (DateTimeException e) {
      problems.add(
          schedule.get().at(),
          "there is no time zone " + zone,
          "",
          "write for example timezone_id: UTC, or Europe/Lisbon");
    }
    return new Scheduled(
        Reading.text(schedule.get(), "quartz_cron_expression").orElse(""), zone, paused);
  }

  private static Tables tables(YamlNode node) {
    Set<Layer> layers = new LinkedHashSet<>();
    for (YamlNode item : Reading.items(node.get("layers"))) {
      Reading.scalar(item)
          .ifPresent(layer -> layers.add(Layer.valueOf(layer.text().toUpperCase(Locale.ROOT))));
    }
    return new Tables(
        Reading.text(node, "catalog").orElseThrow(),
        Reading.text(node, "schema").orElseThrow(),
        Reading.text(node, "warehouse_id"),
        layers.isEmpty() ? Set.copyOf(List.of(Layer.GOLD)) : layers);
  }

  private boolean isTrue(String key) {
    return text(key).orElse("false").equalsIgnoreCase("true");
  }

  private Optional<YamlNode> get(String key) {
    return databricks.flatMap(node -> node.get(key));
  }

  private Optional<String> text(String key) {
    return databricks.flatMap(node -> Reading.text(node, key));
  }

  private static String withoutSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
