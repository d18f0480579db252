package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabricksPlacesTest {
  private static final SourceLocation AT = new SourceLocation("p.yaml", 3, 5);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/Volumes/main/ops/landing/*.csv      | DESCRIBE VOLUME catalog.schema.volume",
        "file:/Volumes/main/ops/landing       | DESCRIBE VOLUME catalog.schema.volume",
        "FILE:///Volumes/main/ops/landing/x   | DESCRIBE VOLUME catalog.schema.volume",
        "dbfs:/Volumes/main/ops/landing       | DESCRIBE VOLUME catalog.schema.volume",
        "/Volumes                             | DESCRIBE VOLUME catalog.schema.volume",
        "dbfs:/mnt/landing/x                  | dbutils.fs.mounts() shows it",
        "/dbfs/mnt/landing                    | dbutils.fs.mounts() shows it",
        "dbfs:/FileStore/x.csv                | copy files of DBFS to an external location",
        "DBFS:///FileStore/x.csv              | copy files of DBFS to an external location",
        "/dbfs/FileStore                      | copy files of DBFS to an external location",
        "/Workspace/Users/a@b/airports.csv    | may lie beside pipeline.yaml",
        "file:///Workspace/Shared             | may lie beside pipeline.yaml",
      })
  void whatNoJvmOpensIsToldWithTheWayOut(String path, String wayOut) {
    Problem problem = DatabricksPlaces.problem("orders", path, AT).orElseThrow();
    assertEquals(AT, problem.at());
    assertEquals(
        "orders lies at " + path + ", where Lakebeam cannot reach it on Databricks",
        problem.problem());
    assertTrue(problem.cause().contains("no JVM"), problem.cause());
    assertTrue(problem.fix().contains(wayOut), problem.fix());
    assertTrue(DatabricksPlaces.refusal(path).contains(wayOut));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abfss://c@a.dfs.core.windows.net/Volumes/x",
        "s3a://Volumes/x",
        "/data/Volumes/x",
        "/VolumesOfMine/x",
        "/volumes/x",
        "file:/data",
        "dbfs",
        "./Volumes/x"
      })
  void otherPlacesAreNobodysBusiness(String path) {
    assertEquals(Optional.empty(), DatabricksPlaces.problem("orders", path, AT));
  }

  @Test
  void aLongPathIsLookedAtOnce() {
    String path = "/Volumes/" + "a/".repeat(100_000);
    assertTrue(DatabricksPlaces.holds(path));
    assertTrue(DatabricksPlaces.refusal(path).contains("DESCRIBE VOLUME"));
  }
}
