package io.lakebeam.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DatabricksLog;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OthersChecksTest {
  @TempDir Path dir;

  @BeforeEach
  void tables() {
    for (String name : new String[] {"silver", "totals"}) {
      DeltaTable.at(Place.of(dir.resolve(name).toString()))
          .create(
              TableDefinition.of(TableSchema.of(Column.nullable("id", DataType.Primitive.BIGINT))));
    }
  }

  private OthersChecks checks() {
    return new OthersChecks(
        Map.of(
            "silver", Place.of(dir.resolve("silver").toString()),
            "totals", Place.of(dir.resolve("totals").toString()),
            "absent", Place.of(dir.resolve("absent").toString())));
  }

  private DatabricksLog silver() {
    return new DatabricksLog(dir.resolve("silver"));
  }

  @Test
  void nobodyElse() {
    assertEquals(Optional.empty(), checks().closed());
    assertEquals(
        new Outcome.Ok("nobody else has written since the last commit of a run"),
        checks().outcome());
  }

  @Test
  void filesArrangedAnewAreNoFault() {
    silver().commit("OPTIMIZE", "{}");
    Outcome.Ok ok = assertInstanceOf(Outcome.Ok.class, checks().outcome());
    assertTrue(ok.said().startsWith("no rows were changed; silver: OPTIMIZE by anna"), ok.said());
  }

  @Test
  void rowsThatAreGoneAreWarnedOf() {
    silver()
        .commit(
            "RESTORE",
            "{\"version\":0}",
            "{\"remove\":{\"path\":\"a.parquet\",\"deletionTimestamp\":1,\"dataChange\":true}}");
    Outcome.Warning warning = assertInstanceOf(Outcome.Warning.class, checks().outcome());
    assertTrue(
        warning.told().cause().startsWith("silver: RESTORE by anna@contoso.com in version 1"),
        warning.told().cause());
    assertTrue(warning.told().fix().contains("SELECT only"), warning.told().fix());
  }

  @Test
  void aPropertyThatStopsRunsIsWarnedOf() {
    silver()
        .commit(
            "SET TBLPROPERTIES",
            "{}",
            "{\"metaData\":{\"id\":\"i\",\"format\":{\"provider\":\"parquet\",\"options\":{}},"
                + "\"schemaString\":\"{\\\"type\\\":\\\"struct\\\",\\\"fields\\\":[{\\\"name\\\":\\\"id\\\","
                + "\\\"type\\\":\\\"long\\\",\\\"nullable\\\":true,\\\"metadata\\\":{}}]}\","
                + "\"partitionColumns\":[],\"configuration\":{\"delta.appendOnly\":\"true\","
                + "\"delta.enableDeletionVectors\":\"false\",\"delta.checkpointPolicy\":\"classic\"}}}");
    Outcome.Warning warning = assertInstanceOf(Outcome.Warning.class, checks().outcome());
    assertEquals("silver: delta.appendOnly = true", warning.told().cause());
  }

  @Test
  void aFeatureThatClosesATableIsAFailure() {
    new DatabricksLog(dir.resolve("totals"))
        .commit(
            "CLUSTER BY",
            "{\"newClusteringColumns\":\"id\"}",
            DatabricksLog.protocol(1, "", "\"clustering\",\"domainMetadata\""));
    Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, checks().closed().orElseThrow());
    assertEquals(
        "table totals has what Lakebeam cannot work with: clustering, domainMetadata",
        failed.told().problem());
    assertTrue(
        failed.told().cause().startsWith("CLUSTER BY by anna@contoso.com"), failed.told().cause());
    assertInstanceOf(Outcome.Ok.class, checks().outcome(), "the others are still looked at");
  }
}
