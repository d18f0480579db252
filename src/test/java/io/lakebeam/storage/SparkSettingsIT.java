package io.lakebeam.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.testing.SparkReader;
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
}
