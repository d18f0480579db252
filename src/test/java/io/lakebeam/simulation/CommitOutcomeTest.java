package io.lakebeam.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of a commit when the store answers with an error. */
class CommitOutcomeTest {
  private static final Commit COMMIT = Commit.builder("p/t", 7).build();

  private final FailingGate gate = new FailingGate();
  private TestingStore store;
  private DeltaTable table;

  /** When the store fails at the version that a commit puts. */
  private enum Fault {
    NONE,
    BEFORE,
    AFTER
  }

  @BeforeEach
  void aTable() {
    store = new TestingStore("outcome", gate);
    table =
        DeltaTable.at(TestingFileSystem.place("wasb://run-" + System.nanoTime() + ".outcome/t"));
    table.create(
        new TableDefinition(
            TableSchema.of(Column.nullable("id", Primitive.BIGINT)), List.of(), "", Map.of()));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void whatIsPutInSpiteOfAnErrorIsCommitted() {
    gate.fault = Fault.AFTER;
    assertEquals(new CommitOutcome.Committed(1), table.commit(COMMIT));
  }

  @Test
  void whatTheLogDoesNotHaveIsSurelyNotCommitted() {
    gate.fault = Fault.BEFORE;
    CommitOutcome.Failed failed =
        assertInstanceOf(CommitOutcome.Failed.class, table.commit(COMMIT));
    assertEquals(ErrorCode.COMMIT_FAILED, failed.code());
    assertTrue(failed.reason().contains("the store is away"), failed.reason());
    assertFalse(failed.isIn());
    assertEquals("table t could not be committed", failed.problem("t").orElseThrow().problem());
    gate.fault = Fault.NONE;
    assertEquals(new CommitOutcome.Committed(1), table.commit(COMMIT));
  }

  @Test
  void whatWasPutBeforeTheStoreWentAwayIsUnknown() {
    gate.fault = Fault.AFTER;
    gate.goesAway = true;
    assertUnknown(table.commit(COMMIT));
    gate.heal();
    assertEquals(new CommitOutcome.AlreadyCommitted(7), table.commit(COMMIT));
    assertEquals(1, table.latest().orElseThrow().version());
  }

  @Test
  void whatWasNotPutBeforeTheStoreWentAwayIsUnknownToo() {
    gate.fault = Fault.BEFORE;
    gate.goesAway = true;
    assertUnknown(table.commit(COMMIT));
    gate.heal();
    assertEquals(new CommitOutcome.Committed(1), table.commit(COMMIT));
  }

  @Test
  void whatWasNeverSentIsSurelyNotCommitted() {
    gate.isAway = true;
    assertInstanceOf(CommitOutcome.Failed.class, table.commit(COMMIT));
  }

  private static void assertUnknown(CommitOutcome outcome) {
    CommitOutcome.Unknown unknown = assertInstanceOf(CommitOutcome.Unknown.class, outcome);
    assertFalse(unknown.isIn());
    Problem told = unknown.problem("t").orElseThrow();
    assertEquals(ErrorCode.COMMIT_UNKNOWN, told.code());
    assertEquals("it is not known whether table t has the commit", told.problem());
    assertTrue(told.cause().contains("the store is away"), told.cause());
    assertTrue(told.fix().contains("the next update looks"), told.fix());
  }

  private static final class FailingGate implements TestingStore.Gate {
    private Fault fault = Fault.NONE;
    private boolean goesAway;
    private boolean isAway;

    void heal() {
      fault = Fault.NONE;
      goesAway = false;
      isAway = false;
    }

    @Override
    public <T> T pass(
        String process, TestingStore.Operation operation, String path, TestingStore.Step<T> step)
        throws IOException {
      boolean isCommit =
          operation == TestingStore.Operation.RENAME
              && path.endsWith("_delta_log/00000000000000000001.json");
      if (isAway) {
        throw away();
      }
      if (isCommit && fault != Fault.NONE) {
        if (fault == Fault.AFTER) {
          step.run();
        }
        isAway = goesAway;
        throw away();
      }
      return step.run();
    }

    private static IOException away() {
      return new IOException("the store is away");
    }

    @Override
    public void written(String path, byte[] bytes, boolean isNew) {}

    @Override
    public void deleted(String path) {}

    @Override
    public long millis() {
      return 0;
    }
  }
}
