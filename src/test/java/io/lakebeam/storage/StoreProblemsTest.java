package io.lakebeam.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.storage.StoreProblems.SignIn;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** On a cluster whose settings sign in, nobody is sent to the pipeline file. */
class StoreProblemsTest {
  private static final String LAKE = "abfss://lake@contoso.dfs.core.windows.net/airlines";

  /** As a cluster with Unity Catalog answers who brings no credentials of his own. */
  @Test
  void aClusterWithoutCredentialsNeedsThemInSparkConf() {
    Throwable error =
        new IOException(
            "wrapped",
            new IllegalStateException(
                "Failure to initialize configuration for storage account"
                    + " contoso.dfs.core.windows.net: Invalid configuration value detected for"
                    + " fs.azure.account.key"));
    assertEquals(
        Optional.of(
            "nothing usable says how to sign in to storage account contoso: on Databricks the"
                + " cluster's spark_conf does, and Unity Catalog's credentials are not given to a"
                + " JAR; write spark.hadoop.fs.azure.account.auth.type.contoso.dfs.core.windows.net"
                + " and what belongs to it into spark_conf of the profile, and deploy again"),
        StoreProblems.explain(LAKE, error, SignIn.CLUSTER));
    assertEquals(
        Optional.of(
            "nothing usable says how to sign in to storage account contoso; write it under"
                + " storage.azure.contoso of the pipeline file"),
        StoreProblems.explain(LAKE, error, SignIn.PIPELINE));
  }

  @Test
  void aRefusalSendsToWhatSignsIn() {
    for (String path : List.of(LAKE, "s3a://bucket/x", "gs://bucket/x")) {
      Throwable denied = new AccessDeniedException(path);
      String cluster = StoreProblems.explain(path, denied, SignIn.CLUSTER).orElseThrow();
      assertTrue(cluster.contains("check what the cluster's spark_conf says in spark."), cluster);
      String pipeline = StoreProblems.explain(path, denied, SignIn.PIPELINE).orElseThrow();
      assertTrue(pipeline.contains("of the pipeline file refers to"), pipeline);
    }
  }
}
