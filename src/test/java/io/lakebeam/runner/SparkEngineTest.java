package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.profile.RunnerProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkEngineTest {
  @ParameterizedTest
  @ValueSource(strings = {"local", "local[*]", "local[2]", "local[2,3]"})
  void othersOnThisMachineNeitherCallNorReadASparkInThisProcess(String master) throws IOException {
    SparkConf conf = conf(master, Map.of());
    assertEquals("true", conf.get("spark.authenticate"));
    assertEquals("127.0.0.1", conf.get("spark.driver.bindAddress"));
    Path folder = Path.of(conf.get("spark.local.dir"));
    assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)));
  }

  /** Its executors would need the secret, which whoever runs a cluster gives them. */
  @Test
  void aClusterSaysItselfWhoMayCallIt() {
    assertFalse(conf("spark://host:7077", Map.of()).contains("spark.authenticate"));
    assertFalse(conf("local-cluster[2,1,1024]", Map.of()).contains("spark.authenticate"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"local[2]", "local-cluster[2,1,1024]", "spark://host:7077", "yarn"})
  void heartbeatsDoNotAskBeamsAccumulator(String master) {
    SparkConf conf = conf(master, Map.of());
    assertEquals("false", conf.get("spark.executor.heartbeat.dropZeroAccumulatorUpdates"));
    assertEquals(Optional.empty(), HeartbeatSetting.missing(conf));
  }

  /** A Spark that others have made, or that a profile says otherwise of, is used with a warning. */
  @Test
  void whatMayEndHeartbeatsIsWarnedOfWithTheSettingThatHelps() {
    String warning = HeartbeatSetting.missing(new SparkConf(false)).orElseThrow();
    assertTrue(
        warning.contains("spark.executor.heartbeat.dropZeroAccumulatorUpdates=false"), warning);
    assertTrue(warning.contains("spark.network.timeout (120s)"), warning);
    Map<String, String> theirs =
        Map.of("spark.executor.heartbeat.dropZeroAccumulatorUpdates", "true");
    assertTrue(HeartbeatSetting.missing(conf("local[2]", theirs)).isPresent());
  }

  @Test
  void theProfileWins() {
    SparkConf conf =
        conf("local[2]", Map.of("spark.authenticate", "false", "spark.local.dir", "/x"));
    assertEquals("false", conf.get("spark.authenticate"));
    assertEquals("/x", conf.get("spark.local.dir"));
  }

  private static SparkConf conf(String master, Map<String, String> settings) {
    return SparkEngine.conf(new RunnerProfile("spark", Map.of("master", master), settings), "p");
  }
}
