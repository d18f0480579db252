package io.lakebeam.deploy;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.DatabricksPlaces;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.profile.DatabricksProfile;
import io.lakebeam.spec.secret.Secrets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What keeps a pipeline that runs here from running on a cluster. */
public final class Readiness {
  /** Settings of Kafka's client that are any text, such as the rack {@code /a/b}. */
  private static final Set<String> NAMES = Set.of("client.id", "client.rack", "group.id");

  private Readiness() {}

  /**
   * Looks for files that the job would not reach, for secrets that it would not have, and for ways
   * to sign in that it would not know.
   *
   * @throws PipelineException with everything found
   */
  public static void check(PipelineSpec pipeline, DatabricksProfile profile) {
    List<Problem> problems = new ArrayList<>();
    lake(pipeline).ifPresent(problems::add);
    if (pipeline.lake().matches("(?i)s3[an]?:.*")) {
      problems.add(
          new Problem(
              pipeline.at(),
              "the lake " + pipeline.lake() + " cannot be written to from Databricks",
              "a commit needs a put that fails when the file is there; the S3 driver has it from"
                  + " Hadoop 3.4.2 on, and the runtimes up to 16.4 have Hadoop 3.3.6",
              "put the lake into Azure storage, abfss://container@account.dfs.core.windows.net/folder"
                  + ", or run the pipeline on a Spark with hadoop-aws 3.4.2; landing folders in S3"
                  + " can stay"));
    }
    for (SourceSpec source : pipeline.sources()) {
      source(source).ifPresent(problems::add);
    }
    problems.addAll(new ClusterCredentials(profile).problems(pipeline.storage()));
    Set<String> told = new HashSet<>();
    problems.addAll(secretVariables(pipeline, profile, told));
    problems.addAll(missingSecrets(pipeline, profile, told));
    throwIfAny(pipeline, problems);
  }

  /**
   * Looks whether Unity Catalog can know the lake's tables, wherever the pipeline runs.
   *
   * @throws PipelineException when the lake is where it cannot read
   */
  public static void checkTables(PipelineSpec pipeline, DatabricksProfile profile) {
    List<Problem> problems = new ArrayList<>(lake(pipeline).stream().toList());
    problems.addAll(secretVariables(pipeline, profile, new HashSet<>()));
    throwIfAny(pipeline, problems);
  }

  private static List<Problem> secretVariables(
      PipelineSpec pipeline, DatabricksProfile profile, Set<String> told) {
    List<Problem> problems = new ArrayList<>();
    for (Secrets.Needed looked : Secrets.looked(pipeline)) {
      if (profile.variables().containsKey(looked.name()) && told.add(looked.name())) {
        problems.add(
            new Problem(
                looked.at(),
                looked.name() + " stands under variables of the profile",
                looked.setting()
                    + " refers to it, so it may be a secret, and variables stand in the job's"
                    + " settings, for everybody to read who sees the job",
                "write secrets: {"
                    + looked.name()
                    + ": SCOPE/KEY} in the profile instead, and put the value there with:"
                    + " databricks secrets put-secret SCOPE KEY"));
      }
    }
    return problems;
  }

  /** Those of stores are the cluster's there. */
  private static List<Problem> missingSecrets(
      PipelineSpec pipeline, DatabricksProfile profile, Set<String> told) {
    List<Problem> problems = new ArrayList<>();
    for (Secrets.Needed needed : Secrets.needed(pipeline.withStorage(StorageSpec.NONE))) {
      if (!profile.secrets().containsKey(needed.name()) && told.add(needed.name())) {
        problems.add(
            new Problem(
                needed.at(),
                "the job would not have ${" + needed.name() + "}",
                needed.setting() + " refers to it, and the profile does not name it",
                "add secrets: {" + needed.name() + ": SCOPE/KEY} to the profile"));
      }
    }
    return problems;
  }

  private static Optional<Problem> lake(PipelineSpec pipeline) {
    Optional<Problem> place = DatabricksPlaces.problem("the lake", pipeline.lake(), pipeline.at());
    if (place.isPresent() || !ProjectFolder.isLocal(pipeline.lake())) {
      return place;
    }
    return Optional.of(
        new Problem(
            pipeline.at(),
            "the lake " + pipeline.lake() + " is a folder of one machine",
            "the job's machines are made for a run and gone after it",
            "give the lake a URI such as abfss://container@account.dfs.core.windows.net/folder"
                + ", for example as LAKE under variables of the profile"));
  }

  private static Optional<Problem> source(SourceSpec source) {
    if (!(source.connection() instanceof SourceSpec.Files files)) {
      return ((SourceSpec.Kafka) source.connection())
          .properties().entrySet().stream()
              .filter(property -> namesFile(property.getValue().reference()))
              .map(property -> property.getKey())
              .filter(property -> !NAMES.contains(property))
              .sorted()
              .findFirst()
              .map(property -> fileOfClient(source, property));
    }
    Optional<Problem> place = DatabricksPlaces.problem(source.name(), files.pattern(), source.at());
    if (files.pattern().matches("(?i)s3n?:.*")) {
      return Optional.of(
          new Problem(
              source.at(),
              source.name() + " reads " + files.pattern() + ", for which there is no driver",
              "S3 is read by the scheme s3a",
              "write s3a:// in its place"));
    }
    if (place.isPresent() || source.reference()) {
      return place;
    }
    String folder = files.rules().afterRead().folder();
    return DatabricksPlaces.problem(source.name(), folder, source.at())
        .or(() -> ofThisMachine(source, " reads ", files.pattern()))
        .or(() -> ofThisMachine(source, " moves files to ", folder));
  }

  private static Optional<Problem> ofThisMachine(SourceSpec source, String does, String place) {
    return place.isEmpty() || !ProjectFolder.isLocal(place)
        ? Optional.empty()
        : Optional.of(
            new Problem(
                source.at(),
                source.name() + does + place + ", which is on this machine",
                "the job's machines do not see it",
                "name a URI, for example as LANDING under variables of the profile"));
  }

  private static boolean namesFile(String value) {
    return value.matches("(?:(?i:file|dbfs):)?/.*");
  }

  private static Problem fileOfClient(SourceSpec source, String property) {
    return new Problem(
        source.at(),
        property + " of " + source.name() + " names a file",
        "the job's machines have no file of yours, and no JVM opens those of volumes by their paths",
        "write certificates as text into ssl.truststore.certificates and"
            + " ssl.keystore.certificate.chain, the key by reference into ssl.keystore.key");
  }

  private static void throwIfAny(PipelineSpec pipeline, List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new PipelineException(pipeline.expansions().hidden(problems));
    }
  }
}
