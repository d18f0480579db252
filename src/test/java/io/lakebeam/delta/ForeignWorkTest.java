package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person in Databricks does to a table, as Databricks writes it into the log. */
class ForeignWorkTest {
  private static final String WHO =
      " by anna@contoso.com in version 1, at 2026-07-22T10:06:53Z, with"
          + " Databricks-Runtime/16.4.x-scala2.12";

  @TempDir Path dir;
  private String table;
  private DatabricksLog others;

  @BeforeEach
  void table() {
    table = dir.resolve("t").toString();
    DeltaTable.at(Place.of(table))
        .create(
            TableDefinition.of(TableSchema.of(Column.nullable("id", DataType.Primitive.BIGINT))));
    others = new DatabricksLog(dir.resolve("t"));
  }

  private static String remove(boolean dataChange) {
    return "{\"remove\":{\"path\":\"a.parquet\",\"deletionTimestamp\":1784714813000,\"dataChange\":"
        + dataChange
        + ",\"extendedFileMetadata\":true,\"partitionValues\":{},\"size\":635}}";
  }

  private static String add(boolean dataChange) {
    return "{\"add\":{\"path\":\"b.parquet\",\"partitionValues\":{},\"size\":635,"
        + "\"modificationTime\":1784714813000,\"dataChange\":"
        + dataChange
        + ",\"stats\":\"{\\\"numRecords\\\":10}\",\"tags\":{\"OPTIMIZE_TARGET_SIZE\":\"268435456\"}}}";
  }

  @Test
  void ofOursNothingIsTold() {
    assertEquals(List.of(), ForeignWork.of(Place.of(table)).commits());
    assertEquals(List.of(), ForeignWork.of(Place.of(dir.resolve("nothing").toString())).commits());
  }

  @Test
  void whoDidWhatAndWhenIsTold() {
    others.commit("SET TBLPROPERTIES", "{\"properties\":\"{\\\"a\\\":\\\"b\\\"}\"}");
    ForeignWork work = ForeignWork.of(Place.of(table));
    assertEquals("SET TBLPROPERTIES" + WHO, work.commits().get(0).toString());
    assertEquals(List.of(), work.ofRows());
    assertEquals(List.of(), work.features());
    assertEquals(work, ForeignWork.of(Place.of(table), 1));
  }

  @Test
  void rowsThatCameAndWentAreTakenFromTheActions() {
    others
        .commit("OPTIMIZE", "{\"predicate\":\"[]\",\"auto\":false}", remove(false), add(false))
        .commit("WRITE", "{\"mode\":\"Append\"}", add(true))
        .commit("MERGE", "{\"predicate\":\"[]\"}", remove(true), add(true))
        .commit("RESTORE", "{\"version\":0,\"timestamp\":null}", remove(true))
        .commit("CREATE OR REPLACE TABLE", "{\"partitionBy\":\"[]\"}", remove(true))
        .commit("VACUUM START", "{}");
    assertEquals(
        List.of(
            "VACUUM START false false",
            "CREATE OR REPLACE TABLE false true",
            "RESTORE false true",
            "MERGE true true",
            "WRITE true false",
            "OPTIMIZE false false"),
        ForeignWork.of(Place.of(table)).commits().stream()
            .map(c -> c.operation() + " " + c.addsRows() + " " + c.removesRows())
            .toList());
    assertEquals(4, ForeignWork.of(Place.of(table)).ofRows().size());
  }

  @Test
  void aFeatureThatWeCannotWriteIsNamedWithWhoGaveIt() {
    others
        .commit(
            "SET TBLPROPERTIES",
            "{\"properties\":\"{\\\"delta.enableDeletionVectors\\\":\\\"true\\\"}\"}",
            DatabricksLog.protocol(
                3, "\"deletionVectors\"", "\"deletionVectors\",\"appendOnly\",\"invariants\""))
        .commit("OPTIMIZE", "{}", add(false));
    ForeignWork work = ForeignWork.of(Place.of(table));
    assertEquals(List.of("deletionVectors"), work.features());
    assertEquals("SET TBLPROPERTIES" + WHO, work.given().orElseThrow().toString());
    DeltaException refused =
        assertThrows(DeltaException.class, () -> DeltaTable.at(Place.of(table)).latest());
    assertTrue(
        refused
            .getMessage()
            .contains(
                "somebody has given it a feature that Lakebeam does not know (deletionVectors):"
                    + " SET TBLPROPERTIES"
                    + WHO),
        refused.getMessage());
  }

  @Test
  void theWayBackIsTheVersionBeforeTheFeatureWhileNoRowsWereChanged() {
    others
        .commit("UPGRADE PROTOCOL", "{}", DatabricksLog.protocol(1, "", "\"rowTracking\""))
        .commit(
            "CLUSTER BY", "{}", DatabricksLog.protocol(1, "", "\"rowTracking\",\"clustering\""));
    ForeignWork work = ForeignWork.of(Place.of(table));
    assertEquals(List.of("rowTracking", "clustering"), work.features());
    assertTrue(work.wayBack().contains("RESTORE TABLE ... TO VERSION AS OF 0;"), work.wayBack());
    others.commit("DELETE", "{}", remove(true), add(true));
    assertEquals(
        "restore the table from a copy of the lake, or start over with a new lake",
        ForeignWork.of(Place.of(table)).wayBack());
  }

  /** delta-standalone would take the file for removed, and its rows for gone. */
  @Test
  void aLogWithDeletionVectorsStaysClosedThoughTheTableIsRestored() {
    others
        .commit(
            "SET TBLPROPERTIES",
            "{}",
            DatabricksLog.protocol(3, "\"deletionVectors\"", "\"deletionVectors\""))
        .commit(
            "RESTORE",
            "{\"version\":0}",
            add(true),
            remove(true)
                .replace(
                    "\"size\"",
                    "\"deletionVector\":{\"storageType\":\"u\",\"pathOrInlineDv\":\"s}Wga\","
                        + "\"offset\":1,\"sizeInBytes\":34,\"cardinality\":1},\"size\""),
            "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}");
    ForeignWork work = ForeignWork.of(Place.of(table));
    assertEquals(List.of("rows deleted by deletion vectors"), work.features());
    assertEquals("RESTORE", work.given().orElseThrow().operation());
  }

  @Test
  void aFeatureThatWasTakenAwayAgainIsNone() {
    others
        .commit(
            "CLUSTER BY", "{}", DatabricksLog.protocol(1, "", "\"clustering\",\"domainMetadata\""))
        .commit(
            "DROP FEATURE",
            "{\"featureName\":\"clustering\"}",
            "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}");
    assertEquals(List.of(), ForeignWork.of(Place.of(table)).features());
    assertTrue(DeltaTable.at(Place.of(table)).latest().isPresent());
  }

  /** delta-standalone stumbles over it, and says "null". */
  @Test
  void anActionThatIsUnknownHidesNothing() {
    others.commit(
        "CLUSTER BY",
        "{\"oldClusteringColumns\":\"\",\"newClusteringColumns\":\"id\"}",
        DatabricksLog.protocol(1, "", "\"domainMetadata\",\"clustering\",\"appendOnly\""),
        "{\"domainMetadata\":{\"domain\":\"delta.clustering\",\"configuration\":\"{}\",\"removed\":false}}",
        add(true));
    assertEquals(1, DeltaTable.at(Place.of(table)).changes(0, 1).added().size());
    assertEquals("CLUSTER BY", DeltaTable.at(Place.of(table)).history(1).get(0).operation());
    CommitOutcome.Failed failed =
        assertInstanceOf(
            CommitOutcome.Failed.class,
            DeltaTable.at(Place.of(table)).commit(Commit.builder("a", 1).build()));
    assertTrue(
        failed.reason().contains("does not know (domainMetadata, clustering): CLUSTER BY by anna"),
        failed.reason());
  }

  @Test
  void anOldProtocolIsTalkedOfByItsNumbers() {
    others.commit(
        "SET TBLPROPERTIES",
        "{}",
        "{\"protocol\":{\"minReaderVersion\":2,\"minWriterVersion\":5}}");
    assertEquals(
        List.of("version 2 for readers, 5 for writers"),
        ForeignWork.of(Place.of(table)).features());
  }
}
