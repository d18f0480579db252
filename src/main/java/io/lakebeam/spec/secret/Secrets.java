package io.lakebeam.spec.secret;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.EntraSignIn;
import io.lakebeam.spec.MirrorSpec;
import io.lakebeam.spec.NotificationSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SinkSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.SourceSpec.Kafka;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.secret.References.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/**
 * Resolves secrets where they are used: on the worker, at the moment a client is made. What comes
 * out is handed to that client and nowhere else, and {@link KnownSecrets} takes it out of all that
 * is said.
 *
 * <p>Safe for use by several threads.
 */
public final class Secrets {
  private static final Map<String, String> PROVIDED = new ConcurrentHashMap<>();

  /** A word of a name, or its end: DBPASSWORD is one, SECRETARY none. */
  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "(?i)[a-z0-9]*+(?<=password|passwd|secret|credential|token|jaas|apikey|accesskey"
              + "|accountkey|passwords|secrets|credentials|tokens)|sas|pwd|pat|key");

  /** Keys of tables are no secrets. */
  private static final Pattern TABLE_KEY =
      Pattern.compile(
          "(?i)(?:partition|primary|foreign|sort|cluster|clustering|row|group|message|natural"
              + "|surrogate|business|merge|join)[^a-z0-9]*key");

  private static final Logger LOG = Logger.getLogger(Secrets.class.getName());

  private Secrets() {}

  /**
   * Gives a variable a value in this JVM, which wins over the environment: for {@code --set} and
   * for brokers that a test or the demo starts itself.
   */
  public static void provide(String name, String value) {
    PROVIDED.put(name, value);
  }

  /**
   * Gives a variable the value that was typed with {@code --set}, and warns: a command's arguments
   * are for everybody on the machine to read.
   */
  public static void provideTyped(String name, String value) {
    KnownSecrets.remember(value, "${" + name + "}");
    LOG.warning(
        "--set "
            + name
            + ": a secret may stand there, and everybody on this machine can read the arguments of"
            + " a command; export "
            + name
            + " instead");
    provide(name, value);
  }

  /** Takes back what {@link #provide} gave; nothing happens when nothing was given. */
  public static void forget(String name) {
    PROVIDED.remove(name);
  }

  /**
   * The secret itself.
   *
   * @throws UnsetSecretException naming the variables that are not set; never a value
   */
  public static String resolve(SecretText secret) {
    return resolve(secret, System::getenv);
  }

  /**
   * The secret itself, in another environment.
   *
   * @param environment answers null for what is not set
   * @throws UnsetSecretException naming the variables that are not set; never a value
   */
  public static String resolve(SecretText secret, UnaryOperator<String> environment) {
    List<String> unset = unset(secret, environment);
    if (!unset.isEmpty()) {
      throw new UnsetSecretException(secret, unset);
    }
    return References.replace(
        secret.reference(),
        reference -> {
          String value = reference.name().map(name -> value(name, environment)).orElse(null);
          if (value == null) {
            return reference.otherwise().orElse("");
          }
          KnownSecrets.remember(value, "${" + reference.name().get() + "}");
          return value;
        });
  }

  /**
   * A variable that a run of a pipeline looks up.
   *
   * @param setting what refers to it, as in {@code connection_string of the source events}
   */
  public record Needed(String name, String setting, SourceLocation at) {}

  /** Every variable that the pipeline's secrets cannot do without, whatever is set here. */
  public static List<Needed> needed(PipelineSpec pipeline) {
    return variables(pipeline, reference -> reference.otherwise().isEmpty());
  }

  /** Every variable that the pipeline's secrets look up, those with a default among them. */
  public static List<Needed> looked(PipelineSpec pipeline) {
    return variables(pipeline, reference -> true);
  }

  private static List<Needed> variables(PipelineSpec pipeline, Predicate<Reference> which) {
    List<Needed> needed = new ArrayList<>();
    for (StorageSpec.Setting setting : new TreeMap<>(pipeline.storage().settings()).values()) {
      needed.addAll(variables(setting.value(), setting.key(), setting.at(), which));
    }
    for (SourceSpec source : pipeline.sources()) {
      if (source.connection() instanceof Kafka kafka) {
        secrets(kafka)
            .forEach(
                (key, secret) ->
                    needed.addAll(
                        variables(
                            secret, key + " of the source " + source.name(), source.at(), which)));
      }
    }
    for (SinkSpec sink : pipeline.sinks()) {
      secrets(sink.connection())
          .forEach(
              (key, secret) ->
                  needed.addAll(
                      variables(secret, key + " of the sink " + sink.name(), sink.at(), which)));
    }
    for (MirrorSpec mirror : pipeline.mirrors()) {
      String of = " of the sink " + mirror.name();
      needed.addAll(variables(mirror.url(), "url" + of, mirror.at(), which));
      mirror
          .user()
          .ifPresent(user -> needed.addAll(variables(user, "user" + of, mirror.at(), which)));
      mirror
          .password()
          .ifPresent(
              password -> needed.addAll(variables(password, "password" + of, mirror.at(), which)));
    }
    for (NotificationSpec each : pipeline.notifications()) {
      String of = " of the notification " + each.name();
      each.url().ifPresent(url -> needed.addAll(variables(url, "url" + of, each.at(), which)));
      each.secret()
          .ifPresent(key -> needed.addAll(variables(key, "secret" + of, each.at(), which)));
    }
    pipeline
        .lineage()
        .ifPresent(
            to -> {
              to.url()
                  .ifPresent(
                      url -> needed.addAll(variables(url, "url of open_lineage", to.at(), which)));
              to.apiKey()
                  .ifPresent(
                      key ->
                          needed.addAll(variables(key, "api_key of open_lineage", to.at(), which)));
            });
    return needed;
  }

  private static Map<String, SecretText> secrets(SinkSpec.Connection connection) {
    return connection.match(
        topic -> secrets(topic.kafka()),
        webhook -> {
          Map<String, SecretText> secrets = new LinkedHashMap<>();
          secrets.put("url", webhook.url());
          webhook.secret().ifPresent(secret -> secrets.put("secret", secret));
          return secrets;
        },
        folder -> Map.of());
  }

  /** By the names under which they are declared. */
  private static Map<String, SecretText> secrets(Kafka kafka) {
    Map<String, SecretText> secrets = new LinkedHashMap<>();
    kafka.connectionString().ifPresent(secret -> secrets.put("connection_string", secret));
    if (kafka.entra().orElse(null) instanceof EntraSignIn.ClientCredentials entra) {
      secrets.put("client_secret", entra.clientSecret());
    }
    secrets.putAll(new TreeMap<>(kafka.properties()));
    return secrets;
  }

  private static List<Needed> variables(
      SecretText secret, String setting, SourceLocation at, Predicate<Reference> which) {
    return References.in(secret.reference()).stream()
        .filter(which)
        .flatMap(reference -> reference.name().stream())
        .distinct()
        .map(name -> new Needed(name, setting, at))
        .toList();
  }

  /**
   * What the pipeline's secrets lack on this machine, for use before a run: one problem for each
   * setting and variable.
   */
  public static List<Problem> unsetSecrets(PipelineSpec pipeline) {
    return unsetSecrets(pipeline, System::getenv);
  }

  public static List<Problem> unsetSecrets(
      PipelineSpec pipeline, UnaryOperator<String> environment) {
    return needed(pipeline).stream()
        .filter(needed -> value(needed.name(), environment) == null)
        .map(
            needed ->
                new Problem(
                        needed.at(),
                        "${" + needed.name() + "} is not set",
                        needed.setting() + " refers to it",
                        "export " + needed.name() + "=... before the command")
                    .as(ErrorCode.SECRET_UNSET))
        .toList();
  }

  /** True for a variable whose name says that it holds a secret, whatever it is used for. */
  public static boolean isNamedAsOne(String variable) {
    String name = TABLE_KEY.matcher(variable).replaceAll("");
    return name.toLowerCase(Locale.ROOT).contains("connection_string")
        || Arrays.stream(name.split("[^A-Za-z0-9]+", -1))
            .anyMatch(word -> SECRET_NAME.matcher(word).matches());
  }

  private static List<String> unset(SecretText secret, UnaryOperator<String> environment) {
    return References.in(secret.reference()).stream()
        .filter(reference -> reference.otherwise().isEmpty())
        .flatMap(reference -> reference.name().stream())
        .filter(name -> value(name, environment) == null)
        .distinct()
        .toList();
  }

  private static String value(String name, UnaryOperator<String> environment) {
    String provided = PROVIDED.get(name);
    return provided == null ? environment.apply(name) : provided;
  }
}
