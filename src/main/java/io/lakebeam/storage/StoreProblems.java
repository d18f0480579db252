package io.lakebeam.storage;

import io.lakebeam.graph.ErrorCode;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an object store's refusal means to the owner of the pipeline. Drivers tell it as a line of a
 * REST protocol; here it names the account or bucket and what to look at, and never a secret.
 */
final class StoreProblems {
  private static final Pattern AZURE =
      Pattern.compile("(?:abfss?|wasbs?)://([^@/]+)@([^./]+)(\\.[^/]*)?(?:/.*)?");
  private static final Pattern BUCKET = Pattern.compile("(s3a|gs)://([^/]+)(?:/.*)?");

  private StoreProblems() {}

  /** Where it is said how to sign in. */
  enum SignIn {
    PIPELINE,
    CLUSTER
  }

  /** Why a store refused; empty when this class has no better words than the driver. */
  static Optional<String> explain(String path, Throwable error) {
    return explain(path, error, SparkSettings.isDatabricks() ? SignIn.CLUSTER : SignIn.PIPELINE);
  }

  static Optional<String> explain(String path, Throwable error, SignIn signIn) {
    Matcher azure = AZURE.matcher(path);
    if (azure.matches()) {
      String host = azure.group(2) + (azure.group(3) == null ? "" : azure.group(3));
      return azure(azure.group(1), azure.group(2), host, error, signIn);
    }
    Matcher bucket = BUCKET.matcher(path);
    return bucket.matches()
        ? bucket(bucket.group(1), bucket.group(2), error, signIn)
        : Optional.empty();
  }

  private static Optional<String> azure(
      String container, String account, String host, Throwable error, SignIn signIn) {
    if (isMissingDriver(error)) {
      return Optional.of("the driver for Azure storage, hadoop-azure, is not on the classpath");
    }
    // The driver for Azure has one type for whatever is wrong with any of its settings.
    if (says(error, "invalid configuration value detected for fs.azure.account.key")
        || says(error, "configuration property " + account)) {
      return Optional.of(
          "nothing usable says how to sign in to storage account "
              + account
              + (signIn == SignIn.PIPELINE
                  ? "; write it under storage.azure." + account + " of the pipeline file"
                  : ": on Databricks the cluster's spark_conf does, and Unity Catalog's credentials"
                      + " are not given to a JAR; write spark.hadoop.fs.azure.account.auth.type."
                      + host
                      + " and what belongs to it into spark_conf of the profile, and deploy again"));
    }
    if (isDenied(error)) {
      return Optional.of(
          "storage account "
              + account
              + " denied it; check what "
              + (signIn == SignIn.PIPELINE
                  ? "storage.azure." + account + " of the pipeline file refers to"
                  : "the cluster's spark_conf says in spark.hadoop.fs.azure... for " + host)
              + " (key, signature or identity, and whether it has expired), and its rights on"
              + " container "
              + container);
    }
    // Its driver knows FilesystemNotFound; the code of other answers it takes for unknown.
    if (lacks(error, "FilesystemNotFound")
        || says(error, "the specified container does not exist")
        || says(error, "the specified filesystem does not exist")) {
      return Optional.of(
          "storage account "
              + account
              + " has no container "
              + container
              + "; create it, or correct the URI");
    }
    return Optional.empty();
  }

  private static Optional<String> bucket(
      String scheme, String bucket, Throwable error, SignIn signIn) {
    boolean isS3 = scheme.equals("s3a");
    String key =
        signIn == SignIn.PIPELINE
            ? (isS3 ? "storage.s3." + bucket : "storage.gcs") + " of the pipeline file refers to"
            : "the cluster's spark_conf says in spark.hadoop.fs." + scheme + "...";
    if (isMissingDriver(error)) {
      return Optional.of(
          "the driver for "
              + scheme
              + ":// is not on the classpath; build Lakebeam with mvn -P direct,"
              + (isS3 ? "s3" : "gcs")
              + " package");
    }
    // Before anything is sent nobody answers with a status.
    if (isDenied(error)
        || says(error, "no aws credentials")
        || says(error, "error getting access token")) {
      return Optional.of(
          "bucket "
              + bucket
              + " denied it; check what "
              + key
              + ", or what the machine signs in with, and its rights on the bucket");
    }
    if (lacks(error, "NoSuchBucket") || says(error, "bucket does not exist")) {
      return Optional.of(
          "there is no bucket " + bucket + "; create it, or correct the URI or the endpoint");
    }
    return Optional.empty();
  }

  private static boolean isDenied(Throwable error) {
    return StoreErrors.code(error) == ErrorCode.STORAGE_DENIED;
  }

  private static boolean isMissingDriver(Throwable error) {
    return StoreErrors.code(error) == ErrorCode.STORAGE_INVALID;
  }

  /** The store's own word for what is missing. */
  private static boolean lacks(Throwable error, String what) {
    return StoreAnswer.find(error).filter(answer -> answer.code().equals(what)).isPresent();
  }

  /** The last resort, where neither a type nor a status says it. */
  private static boolean says(Throwable error, String words) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains(words)) {
        return true;
      }
    }
    return false;
  }
}
