package io.lakebeam.spec.profile;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.spec.DatasetSpec.Layer;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.secret.SecretText;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A Databricks workspace, and the job that runs a pipeline there.
 *
 * @param host the workspace, without a path
 * @param volume a folder of a Unity Catalog volume, without a slash at its end
 * @param variables of the environment of the job's machines; no secrets
 * @param secrets of the workspace, by the environment variable that gets them
 * @param tags of the job and its cluster
 * @param tables where Unity Catalog knows the lake's tables
 */
public record DatabricksProfile(
    URI host,
    SignIn signIn,
    String volume,
    Cluster cluster,
    Map<String, String> variables,
    Map<String, SecretKey> secrets,
    Trigger trigger,
    Map<String, String> tags,
    Optional<Tables> tables) {
  public DatabricksProfile {
    variables = Map.copyOf(variables);
    secrets = Map.copyOf(secrets);
    tags = Map.copyOf(tags);
  }

  /** How requests are signed in; what is secret stays a reference. */
  public sealed interface SignIn {}

  /** A personal access token, or one of Microsoft Entra ID. */
  public record Token(SecretText token) implements SignIn {}

  /** A service principal, by OAuth's client credentials. */
  public record ServicePrincipal(String clientId, SecretText clientSecret) implements SignIn {}

  /**
   * The job's cluster: made for a run, gone after it.
   *
   * @param sparkVersion a Databricks Runtime's key, such as {@code 16.4.x-scala2.12}
   * @param minWorkers from 1 on; the same as {@code maxWorkers} when the cluster keeps its size
   * @param sparkConf the profile's own; what Lakebeam needs is added by the deployment
   */
  public record Cluster(
      String sparkVersion,
      String nodeTypeId,
      int minWorkers,
      int maxWorkers,
      Optional<String> policyId,
      Map<String, String> sparkConf) {
    public Cluster {
      sparkConf = Map.copyOf(sparkConf);
      if (minWorkers < 1 || maxWorkers < minWorkers) {
        throw new IllegalArgumentException(minWorkers + " to " + maxWorkers + " workers");
      }
    }
  }

  /** A secret of the workspace. */
  public record SecretKey(String scope, String key) {
    /** As Databricks resolves it in a cluster's environment and Spark settings. */
    public String reference() {
      return "{{secrets/" + scope + "/" + key + "}}";
    }
  }

  /** What starts the job. */
  public sealed interface Trigger {}

  /** Somebody, or another job. */
  public record Manual() implements Trigger {}

  /**
   * The clock.
   *
   * @param cron a Quartz expression, seconds first
   * @param zone a Java time zone
   */
  public record Scheduled(String cron, String zone, boolean paused) implements Trigger {}

  /** It always runs; Databricks starts it again when it has ended. */
  public record Continuous(boolean paused) implements Trigger {}

  /**
   * External tables over the lake's.
   *
   * @param warehouseId what runs their statements
   */
  public record Tables(
      String catalog, String schema, Optional<String> warehouseId, Set<Layer> layers) {
    public Tables {
      layers = Set.copyOf(layers);
    }
  }

  /**
   * The profile of a YAML file such as {@code runners/databricks.yaml}.
   *
   * @param file absolute, or relative to the working directory
   * @param environment answers null for what is not set
   * @throws PipelineException with everything that is wrong
   */
  public static DatabricksProfile read(
      Path file, Path workingDirectory, UnaryOperator<String> environment) {
    return read(file, workingDirectory, environment, Trust.AS_DATA);
  }

  /** The same, with trust in whoever wrote the file. */
  public static DatabricksProfile read(
      Path file, Path workingDirectory, UnaryOperator<String> environment, Trust trust) {
    return new DatabricksReader(ProfileFile.read(file, workingDirectory, environment, trust))
        .read();
  }
}
