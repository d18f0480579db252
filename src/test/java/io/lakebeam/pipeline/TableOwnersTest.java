package io.lakebeam.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.storage.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which pipeline a table belongs to. */
class TableOwnersTest {
  private static final List<String> NEIGHBOURS = List.of("q", "r");

  @TempDir Path lake;

  private DeltaTable table(Map<String, String> properties) {
    DeltaTable table = DeltaTable.at(Place.of(lake.resolve("t").toString()));
    table.create(
        new TableDefinition(SchemaDdl.parse("id BIGINT, x INT"), List.of(), "", properties));
    return table;
  }

  private static Optional<TableOwners.Owned> other(DeltaTable table) {
    return TableOwners.other("p", NEIGHBOURS, "t", table.place(), table.latest().orElseThrow());
  }

  private static void commit(DeltaTable table, String application) {
    table.commit(Commit.builder(application, 1).build());
  }

  @Test
  void aTableBelongsToThePipelineThatMadeIt() {
    assertEquals(Optional.empty(), other(table(TableOwners.property("p"))));
  }

  @Test
  void aTableOfAnotherPipelineIsThatOnesWhoeverHasCommitted() {
    DeltaTable table = table(TableOwners.property("elsewhere"));
    commit(table, "p/t");
    assertEquals(Optional.of(new TableOwners.Owned("t", "elsewhere")), other(table));
  }

  @Test
  void aTableWithoutAnOwnerBelongsToWhoeverHasCommittedToIt() {
    DeltaTable table = table(Map.of());
    assertEquals(Optional.empty(), other(table), "made by somebody else than Lakebeam");
    commit(table, "r/t");
    assertEquals(Optional.of(new TableOwners.Owned("t", "r")), other(table));
    commit(table, "p/t");
    assertEquals(Optional.empty(), other(table), "as ever");
  }
}
