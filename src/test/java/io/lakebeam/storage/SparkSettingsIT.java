package io.lakebeam.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.SparkReader;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.junit.jupiter.api.Test;

class SparkSettingsIT {
  private static final String KEY = "fs.azure.account.auth.type";

  @Test
  void settingsAreThoseOfTheSparkThatRuns() {
    SparkReader.session();
    SparkConf conf = SparkEnv.get().conf();
    conf.set("spark.hadoop." + KEY, "OAuth").set("spark.other." + KEY, "SharedKey");
    try {
      assertEquals("OAuth", SparkSettings.hadoop().get(KEY));
      assertEquals(conf.getAllWithPrefix("spark.hadoop.").length, SparkSettings.hadoop().size());
    } finally {
      conf.remove("spark.hadoop." + KEY).remove("spark.other." + KEY);
    }
    assertEquals(null, SparkSettings.hadoop().get(KEY));
  }

  /** Elsewhere, /Volumes is a folder, on a Mac for example. */
  @Test
  void pathsOfVolumesAreRefusedOnDatabricksOnly() {
    SparkReader.session();
    SparkConf conf = SparkEnv.get().conf();
    Path volume = Storage.PLAIN.path("/Volumes/main/ops/landing/x.csv");
    assertEquals(Optional.empty(), Storage.PLAIN.read(volume));
    conf.set("spark.databricks.clusterUsageTags.clusterId", "1126-1");
    try {
      String refusal =
          assertThrows(StorageException.class, () -> Storage.PLAIN.read(volume)).getMessage();
      assertTrue(refusal.contains("DESCRIBE VOLUME catalog.schema.volume"), refusal);
    } finally {
      conf.remove("spark.databricks.clusterUsageTags.clusterId");
    }
  }
}
