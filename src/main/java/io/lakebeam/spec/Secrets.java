package io.lakebeam.spec;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.SourceSpec.Kafka;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/**
 * Resolves secrets where they are used: on the worker, at the moment a client is made. What comes
 * out is handed to that client and nowhere else.
 *
 * <p>Safe for use by several threads.
 */
public final class Secrets {
  private static final Map<String, String> PROVIDED = new ConcurrentHashMap<>();

  private Secrets() {}

  /**
   * Gives a variable a value in this JVM, which wins over the environment: for {@code --set} and
   * for brokers that a test or the demo starts itself.
   */
  public static void provide(String name, String value) {
    PROVIDED.put(name, value);
  }

  /** Takes back what {@link #provide} gave; nothing happens when nothing was given. */
  public static void forget(String name) {
    PROVIDED.remove(name);
  }

  /**
   * The secret itself.
   *
   * @throws IllegalStateException naming the variables that are not set; never a value
   */
  public static String resolve(SecretText secret) {
    return resolve(secret, System::getenv);
  }

  /**
   * The secret itself, in another environment.
   *
   * @param environment answers null for what is not set
   * @throws IllegalStateException naming the variables that are not set; never a value
   */
  public static String resolve(SecretText secret, UnaryOperator<String> environment) {
    List<String> unset = unset(secret, environment);
    if (!unset.isEmpty()) {
      throw new IllegalStateException(
          "the environment variable "
              + String.join(" and ", unset)
              + " is not set on this machine; "
              + secret
              + " cannot be resolved");
    }
    return References.replace(
        secret.reference(),
        reference -> {
          String value = reference.name().map(name -> value(name, environment)).orElse(null);
          return value == null ? reference.otherwise().orElse("") : value;
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
    List<Needed> needed = new ArrayList<>();
    for (SourceSpec source : pipeline.sources()) {
      if (source.connection() instanceof Kafka kafka) {
        Map<String, SecretText> secrets = new TreeMap<>(kafka.properties());
        kafka.connectionString().ifPresent(secret -> secrets.put("connection_string", secret));
        secrets.forEach(
            (setting, secret) ->
                References.in(secret.reference()).stream()
                    .filter(reference -> reference.otherwise().isEmpty())
                    .flatMap(reference -> reference.name().stream())
                    .map(
                        name ->
                            new Needed(
                                name, setting + " of the source " + source.name(), source.at()))
                    .forEach(needed::add));
      }
    }
    return needed;
  }

  /**
   * What the pipeline's secrets lack on this machine, for use before a run: one problem for each
   * setting and variable.
   */
  public static List<Problem> unsetSecrets(PipelineSpec pipeline) {
    return unsetSecrets(pipeline, System::getenv);
  }

  static List<Problem> unsetSecrets(PipelineSpec pipeline, UnaryOperator<String> environment) {
    List<Problem> problems = new ArrayList<>(unsetSecrets(pipeline.storage(), environment));
    for (SourceSpec source : pipeline.sources()) {
      if (source.connection() instanceof Kafka kafka) {
        kafka
            .connectionString()
            .ifPresent(
                secret ->
                    unset(secret, environment)
                        .forEach(name -> problems.add(problem(source, "connection_string", name))));
        if (kafka.entra().orElse(null) instanceof EntraSignIn.ClientCredentials entra) {
          unset(entra.clientSecret(), environment)
              .forEach(name -> problems.add(problem(source, "client_secret", name)));
        }
        new TreeMap<>(kafka.properties())
            .forEach(
                (key, secret) ->
                    unset(secret, environment)
                        .forEach(name -> problems.add(problem(source, key, name))));
      }
    }
    return problems;
  }

  private static List<Problem> unsetSecrets(
      StorageSpec storage, UnaryOperator<String> environment) {
    List<Problem> problems = new ArrayList<>();
    for (StorageSpec.Setting setting : new TreeMap<>(storage.settings()).values()) {
      unset(setting.value(), environment)
          .forEach(name -> problems.add(problem(setting.at(), setting.key(), name)));
    }
    return problems;
  }

  private static Problem problem(SourceSpec source, String setting, String name) {
    return problem(source.at(), setting + " of the source " + source.name(), name);
  }

  private static Problem problem(SourceLocation at, String setting, String name) {
    return new Problem(
        at,
        "${" + name + "} is not set",
        setting + " refers to it",
        "export " + name + "=..., or give it with --set " + name + "=...");
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
